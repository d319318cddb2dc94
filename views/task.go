package views

import (
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// The fragments of a task's page that are re-read when the task changes. The stage is one of
// its own, so that a playing video is left alone while only the timeline grows.
const (
	TaskHeadFragment     = "task-head"
	TaskStageFragment    = "task-stage"
	TaskFilesFragment    = "task-files"
	TaskTimelineFragment = "task-timeline"
)

// TaskInput is what the page of a task shows.
type TaskInput struct {
	Task       task.Task
	Parent     *task.Task      // that it extends; nil where it is not known
	Events     []task.Event    // oldest first
	Attempts   []task.Attempt  // at its files, oldest first
	Deliveries []task.Delivery // newest first, with headers and body, secrets masked
	Record     *RecordInput    // what the provider has on file; nil where nothing is kept
	Other      *OtherLinks     // of a delivery that was not applied; nil where they are of no use
	Diagnosis  *Diagnosis      // of a failed task; nil otherwise
}

// TaskProps are the page of a task, ready to be shown.
type TaskProps struct {
	Live       string // what the live parts listen to: "task:kie/ID"
	Title      string // of the document
	Heading    string // the prompt; empty for a failed task, whose slate is the heading
	Place      ViewLink
	Status     ui.StatusProps
	ID         ui.CopyProps
	Badges     []ui.BadgeProps
	Note       string // something unusual worth knowing; may be empty
	Stage      TaskStage
	Slate      *Slate
	Other      *OtherLinksProps // nil where no other links could help
	Files      FilesProps
	Timeline   []TimelineRow
	Facts      []Fact
	About      AboutProps
	Raw        *RawProps     // of the delivery that matters most; nil without one
	RawNumber  string        // of that delivery
	RawURL     string        // its page
	Record     *RecordProps  // nil without one
	Deliveries []DeliveryRow // all of them, when there is more than one
}

// AboutProps are what the task was asked to be and what was said of it.
type AboutProps struct {
	Prompt    string
	Message   string // the provider's words on a success; a failure has its slate
	Model     string
	Fallback  *ui.BadgeProps // for yes and unknown
	No        string         // the plain word for a fallback that was not used
	Parent    ui.CopyProps
	ParentURL string
}

// NewTask builds the page of a task.
func NewTask(f Frame, in TaskInput) TaskProps {
	t := in.Task
	p := TaskProps{
		Live:     "task:" + t.Provider + "/" + t.TaskID,
		Title:    headline(t.Prompt),
		Heading:  headline(t.Prompt),
		Place:    statusPlace(f, t.Status),
		Status:   StatusOf(f.T, t.Status),
		ID:       ui.CopyProps{Text: t.TaskID, Full: t.TaskID, Label: f.T.T("action.copy")},
		Badges:   taskBadges(f, t),
		Other:    newOtherLinks(f, t, in.Other),
		Files:    newFiles(f, in),
		Timeline: newTimeline(f, t, in.Events),
		Facts:    taskFacts(f, t),
		About:    newAbout(f, t),
		Record:   newRecord(f, in.Record),
	}
	p.Status.Pill = true
	if p.Title == "" {
		p.Title = f.T.T("task.untitled", "ID", t.TaskID)
	}
	if t.Note == task.NoteOtherProduct {
		p.Note = f.T.T("task.note.other_product_shape")
	}
	if t.Status == task.Failed {
		p.Slate, p.Heading = newSlate(f, t, in.Diagnosis), ""
	} else {
		p.Stage = newStage(f, t, in.Attempts)
	}
	p.addDeliveries(f, in.Deliveries)
	if !f.Can(auth.Operator) {
		p.withoutRetries()
	}
	return p
}

// withoutRetries leaves out what a reader may not ask for.
func (p *TaskProps) withoutRetries() {
	p.Files.RetryURL = ""
	for i := range p.Files.Rows {
		p.Files.Rows[i].RetryURL = ""
	}
	if p.Stage.Blank != nil {
		p.Stage.Blank.RetryURL = ""
	}
}

// headline is as much of a prompt as a heading can hold; the whole stands below.
func headline(prompt string) string {
	const most = 120
	text := oneLine(prompt)
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)/2 {
		cut = cut[:at]
	}
	return cut + "…"
}

// addDeliveries shows the delivery that decided, and lists all of them where there are more.
func (p *TaskProps) addDeliveries(f Frame, deliveries []task.Delivery) {
	if len(deliveries) == 0 {
		return
	}
	shown := deliveries[0]
	for _, d := range deliveries {
		if d.Outcome == task.Applied {
			shown = d
			break
		}
	}
	raw := NewRaw(f, shown, callbackAddress(f, shown.Source))
	p.Raw, p.RawNumber = &raw, deliveryNumber(shown.ID)
	p.RawURL = f.Link.Delivery(shown.ID)
	if len(deliveries) == 1 {
		return
	}
	for _, d := range deliveries {
		p.Deliveries = append(p.Deliveries, newDeliveryRow(f, d))
	}
}

// statusPlace is the table of all tasks that stand as this one does.
func statusPlace(f Frame, s task.Status) ViewLink {
	return ViewLink{Text: StatusText(f.T, s),
		URL: f.Link.Tasks(url.Values{query.Status: {string(s)}})}
}

// taskBadges are the facts beside the status.
func taskBadges(f Frame, t task.Task) []ui.BadgeProps {
	var badges []ui.BadgeProps
	plain := func(text string) {
		if text != "" {
			badges = append(badges, ui.BadgeProps{Text: text, Kind: "plain"})
		}
	}
	plain(ProductText(f.T, t.Product))
	plain(shortWord(t.Model))
	plain(shortWord(t.Resolution))
	if t.Fallback == task.FallbackYes {
		badges = append(badges, fallbackBadge(f))
	}
	check := ui.BadgeProps{Icon: "shield", Kind: "plain"}
	switch t.CrossChecked {
	case task.CheckConfirmed:
	case task.CheckDisagrees:
		check.Icon, check.Kind = "conflict", "line"
	default:
		check.Kind = "dash"
	}
	check.Text = f.T.T("task.check." + orNo(t.CrossChecked))
	return append(badges, check)
}

func orNo(c task.CrossCheck) string {
	if c == "" {
		c = task.CheckNo
	}
	return string(c)
}

func fallbackBadge(f Frame) ui.BadgeProps {
	return ui.BadgeProps{Text: f.T.T("tasks.fallback"), Icon: "fallback", Kind: "line"}
}

func newAbout(f Frame, t task.Task) AboutProps {
	p := AboutProps{Prompt: t.Prompt, Model: t.Model}
	if t.Status != task.Failed {
		p.Message = t.Message
	}
	switch t.Fallback {
	case task.FallbackYes:
		badge := fallbackBadge(f)
		p.Fallback = &badge
	case task.FallbackNo:
		p.No = FallbackText(f.T, t.Fallback)
	default:
		p.Fallback = &ui.BadgeProps{Text: FallbackText(f.T, task.FallbackUnknown), Kind: "dash"}
	}
	if t.ParentTaskID != "" {
		p.Parent = copyID(f, t.ParentTaskID)
		p.ParentURL = f.Link.Task(t.Provider, t.ParentTaskID)
	}
	return p
}
