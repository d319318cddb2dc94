package views

import "slices"

// The parts of the settings, as their navigation names them.
const (
	partServer = "server"
	partUsers  = "users"
	partTokens = "tokens"
)

// Risk is a setting that leaves something open; its words are risk.KEY.what and .cure.
type Risk struct{ Key, Value string }

// Option is an option that the server runs with.
type Option struct {
	Name   string // "kie-api-key"
	Value  string // of a secret any text but the secret; empty for what is not set
	Source string // key of the way in which it was given
	Where  string // the variable or the file; empty for other ways
	Secret bool
}

// SettingsInput is what the page of the server's settings shows.
type SettingsInput struct {
	Risks   []Risk
	Options []Option
}

// SettingsView is the page of the server's settings, ready to be shown.
type SettingsView struct {
	Risks   []RiskLine
	Options []OptionLine
}

// RiskLine says what is open and what to do about it.
type RiskLine struct{ What, Cure string }

// OptionLine is an option with its value and where that comes from.
type OptionLine struct {
	Name, About string
	Value       string // as it would be given; empty where State tells it
	State       string // of secrets and of what is not set
	Set         bool
	From, Where string
}

// NewSettings builds the page of the server's settings.
func NewSettings(f Frame, in SettingsInput) SettingsView {
	var v SettingsView
	for _, r := range in.Risks {
		v.Risks = append(v.Risks, RiskLine{What: f.T.T("risk."+r.Key+".what", "Value", r.Value),
			Cure: f.T.T("risk."+r.Key+".cure", "Value", r.Value)})
	}
	for _, o := range in.Options {
		line := OptionLine{Name: "--" + o.Name, Value: o.Value, Set: o.Value != "", Where: o.Where,
			From: o.Source}
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
		v.Options = append(v.Options, line)
	}
	return v
}

// noRisks is the key of what is said where no setting leaves anything open.
func noRisks(f Frame) string {
	if f.Open {
		return "settings.only_here"
	}
	return "settings.no_risks"
}
