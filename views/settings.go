package views

import "slices"

// The parts of the settings, as their navigation names them.
const (
	partServer = "server"
	partUsers  = "users"
	partTokens = "tokens"
	partAudit  = "audit"
)

// Risk is a setting that leaves something open; its words are risk.KEY.what and .cure.
type Risk struct{ Key, Value string }

// Option is an option that the server runs with.
type Option struct {
	Name     string // "kie-api-key"
	Group    string // key of those it stands with
	Variable string // "REELBACK_KIE_API_KEY"
	Value    string // of a secret any text but the secret; empty for what is not set
	Source   string // key of the way in which it was given
	Where    string // the variable or the file; empty for other ways
	Secret   bool
}

// SettingsInput is what the page of the server's settings shows.
type SettingsInput struct {
	Risks   []Risk
	Options []Option // those of a group side by side
}

// SettingsView is the page of the server's settings, ready to be shown.
type SettingsView struct {
	Risks    []RiskLine
	Groups   []OptionGroup
	Sections []SectionLink
}

// SectionLink leads to a section of the same page.
type SectionLink struct{ ID, Text string }

// OptionGroup are options that belong together.
type OptionGroup struct {
	ID, Title string
	Options   []OptionLine
}

// RiskLine says what is open and what to do about it.
type RiskLine struct{ What, Cure string }

// OptionLine is an option with its value and where that comes from.
type OptionLine struct {
	Name, Variable, About string
	Value                 string // as it would be given; empty where State tells it
	State                 string // of secrets and of what is not set
	Set                   bool
	From, Where           string
}

// NewSettings builds the page of the server's settings.
func NewSettings(f Frame, in SettingsInput) SettingsView {
	var v SettingsView
	for _, r := range in.Risks {
		v.Risks = append(v.Risks, RiskLine{What: f.T.T("risk."+r.Key+".what", "Value", r.Value),
			Cure: f.T.T("risk."+r.Key+".cure", "Value", r.Value)})
	}
	v.Sections = []SectionLink{{ID: "risks", Text: f.T.T("settings.risks")}}
	for i, o := range in.Options {
		if i == 0 || o.Group != in.Options[i-1].Group {
			g := newOptionGroup(f, o.Group)
			v.Groups = append(v.Groups, g)
			v.Sections = append(v.Sections, SectionLink{ID: g.ID, Text: g.Title})
		}
		last := &v.Groups[len(v.Groups)-1]
		last.Options = append(last.Options, newOptionLine(f, o))
	}
	return v
}

// newOptionGroup is a group without its options. One of another version is called by its key.
func newOptionGroup(f Frame, key string) OptionGroup {
	g := OptionGroup{ID: "group-" + key, Title: key}
	if id := "settings.group." + key; f.T.Has(id) {
		g.Title = f.T.T(id)
	}
	return g
}

func newOptionLine(f Frame, o Option) OptionLine {
	line := OptionLine{Name: "--" + o.Name, Variable: o.Variable, Value: o.Value,
		Set: o.Value != "", Where: o.Where, From: o.Source}
	if id := "settings.option." + o.Name; f.T.Has(id) {
		line.About = f.T.T(id)
	}
	if slices.Contains([]string{"flag", "environment", "file", "default", "command"}, o.Source) {
		line.From = f.T.T("settings.from." + o.Source)
	}
	switch {
	case !line.Set && f.T.Has("settings.unset_of."+o.Name):
		line.State = f.T.T("settings.unset_of." + o.Name)
	case !line.Set:
		line.State = f.T.T("settings.unset")
	case o.Secret:
		line.Value, line.State = "", f.T.T("settings.set")
	}
	return line
}

// noRisks is the key of what is said where no setting leaves anything open.
func noRisks(f Frame) string {
	if f.Open {
		return "settings.only_here"
	}
	return "settings.no_risks"
}
