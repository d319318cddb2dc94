package views

import (
	"strings"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// MaxRegistered is how many tasks can be registered at a time.
const MaxRegistered = 1000

// RegisterFields are what the form carries, as they were typed.
type RegisterFields struct {
	IDs         string
	Product     string
	Labels      string
	Prompt      string
	AspectRatio string
	Fallback    bool
}

// The problems of a form, each by its field. Pages translate them.
const (
	RegisterNoIDs       = "no_ids"
	RegisterTooMany     = "too_many"
	RegisterNoProduct   = "no_product"
	RegisterBadLabels   = "bad_labels"
	RegisterManyPrompts = "many_prompts"
	RegisterLongPrompt  = "long_prompt"
)

// RegisterInput is what the page that registers tasks shows.
type RegisterInput struct {
	Fields    RegisterFields
	Providers []task.Provider   // whose products are to choose from
	Asks      bool              // the provider is asked about a task that is not called back
	Problems  []string          // Register… keys; with any, nothing was registered
	Found     int               // how many ids were recognised
	Passed    []task.PassedWord // that may have been meant for ids and were not taken
	Looked    bool              // they were to be shown and not to be registered
	Results   []RegisterResult
}

// RegisterResult is what became of one id.
type RegisterResult struct {
	TaskID   string
	Task     *task.Task // nil where it was refused or only looked at
	Created  bool
	Refused  string         // why; empty for one that was taken
	Product  string         // as registered
	Warnings []task.Warning // what the provider is likely to refuse
}

// RegisterProps are the page, ready to be shown.
type RegisterProps struct {
	Lead     string
	Fields   RegisterFields
	Products []Choice
	Shapes   []Choice
	Problems map[string]string // sentences by the name of the field
	More     bool              // the fields that few need are open
	Summary  string            // of what has just happened; empty before
	Note     string            // what is to be done next; may be empty
	Rows     []RegisteredRow
	Passed   PassedWords // what was not taken
}

// Choice is an option of a select field.
type Choice struct {
	Value string
	Text  string
	On    bool
}

// RegisteredRow is what became of one id.
type RegisteredRow struct {
	ID      ui.CopyProps
	URL     string // of the task; empty where there is none
	Word    ui.StatusProps
	Status  *ui.StatusProps // of the task; nil where there is none
	Remarks []string
}

// The names of the form's fields.
const (
	FieldIDs         = "ids"
	FieldProduct     = "product"
	FieldLabels      = "labels"
	FieldPrompt      = "prompt"
	FieldAspectRatio = "aspect_ratio"
	FieldFallback    = "fallback"
	FieldLook        = "look" // the button that only shows what is recognised
)

// NewRegister builds the page.
func NewRegister(f Frame, in RegisterInput) RegisterProps {
	p := RegisterProps{Lead: f.T.T("register.lead"), Fields: in.Fields, Problems: problemsOf(f, in)}
	if in.Asks {
		p.Lead = f.T.T("register.lead_asks")
	}
	p.Products = productChoices(f, in)
	for _, shape := range []string{"16:9", "9:16", "1:1", "4:3", "3:4"} {
		p.Shapes = append(p.Shapes,
			Choice{Value: shape, Text: shape, On: shape == in.Fields.AspectRatio})
	}
	p.More = in.Fields.Prompt != "" || in.Fields.AspectRatio != "" || in.Fields.Fallback
	for _, r := range in.Results {
		p.Rows = append(p.Rows, newRegisteredRow(f, r, in.Looked))
	}
	p.Passed = newPassed(f, in.Passed)
	if len(in.Results) > 0 {
		p.Summary = registerSummary(f, in)
		if in.Looked {
			p.Note = f.T.T("register.looked")
		}
	}
	return p
}

func problemsOf(f Frame, in RegisterInput) map[string]string {
	fields := map[string]string{
		RegisterNoIDs: FieldIDs, RegisterTooMany: FieldIDs, RegisterNoProduct: FieldProduct,
		RegisterBadLabels: FieldLabels, RegisterManyPrompts: FieldPrompt,
		RegisterLongPrompt: FieldPrompt,
	}
	problems := make(map[string]string)
	for _, key := range in.Problems {
		problems[fields[key]] = f.T.T("register.problem."+key, "N", f.T.Int(int64(in.Found)),
			"Most", f.T.Int(MaxRegistered))
	}
	return problems
}

// registerSummary counts what became of the ids, "3 new, 1 known already".
func registerSummary(f Frame, in RegisterInput) string {
	if in.Looked {
		return f.T.N("register.recognised", len(in.Results))
	}
	counts := make(map[string]int)
	for _, r := range in.Results {
		counts[fate(r)]++
	}
	var parts []string
	for _, key := range []string{"new", "known", "refused"} {
		if n := counts[key]; n > 0 {
			parts = append(parts, f.T.N("register.count_"+key, n))
		}
	}
	return strings.Join(parts, f.T.T("facet.and"))
}

func fate(r RegisterResult) string {
	switch {
	case r.Refused != "":
		return "refused"
	case r.Created:
		return "new"
	default:
		return "known"
	}
}

func newRegisteredRow(f Frame, r RegisterResult, looked bool) RegisteredRow {
	row := RegisteredRow{ID: copyID(f, r.TaskID)}
	key := fate(r)
	if looked && r.Refused == "" {
		key = "found"
	}
	icons := map[string][2]string{"new": {"ok", "check"}, "known": {"", "repeated"},
		"refused": {"refused", "refused"}, "found": {"", "check"}}
	row.Word = ui.StatusProps{Key: icons[key][0], Icon: icons[key][1],
		Text: f.T.T("register.fate." + key)}
	if r.Refused != "" {
		row.Remarks = append(row.Remarks, f.T.T("register.refused."+r.Refused))
	}
	if r.Task != nil {
		status := StatusOf(f.T, r.Task.Status)
		row.Status, row.URL = &status, f.Link.Task(r.Task.Provider, r.Task.TaskID)
		if r.Task.Product != r.Product {
			row.Remarks = append(row.Remarks, f.T.T("register.other_product",
				"Product", ProductText(f.T, r.Task.Product)))
		}
	}
	for _, w := range r.Warnings {
		row.Remarks = append(row.Remarks, f.T.T("register.warning."+string(w)))
	}
	return row
}
