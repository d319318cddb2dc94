package views

import (
	"slices"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views/ui"
)

// Why a token for the API was not made: keys of its words.
const (
	WhyTokenName = "token_name"
	WhyScopes    = "scopes"
)

// APITokensInput is what the page of the tokens for the API shows.
type APITokensInput struct {
	Tokens []auth.APIToken
	Fresh  string // a token that has just been made: the one time that it is shown
	Why    string // why none was made; empty for no reason
	Name   string // as it was given
	Scopes []auth.Scope
}

// APITokensView is the page of the tokens for the API, ready to be shown.
type APITokensView struct {
	Fresh  string
	Lines  []APITokenLine
	Notes  []DoorNote
	Name   string
	Scopes []ScopeChoice
}

// ScopeChoice is a scope to tick.
type ScopeChoice struct {
	Value, Text string
	On          bool
}

// APITokenLine is a token for the API.
type APITokenLine struct {
	Name      string
	Scopes    []string
	Created   ui.TimeProps
	Used      *ui.TimeProps // nil before the first time
	RemoveURL string
}

// NewAPITokens builds the page of the tokens for the API.
func NewAPITokens(f Frame, in APITokensInput) APITokensView {
	v := APITokensView{Fresh: in.Fresh, Name: in.Name, Notes: newDoorNotes(f, in.Why, 0)}
	for _, s := range auth.Scopes() {
		v.Scopes = append(v.Scopes, ScopeChoice{Value: string(s), Text: f.T.T("settings.scope." + string(s)),
			On: slices.Contains(in.Scopes, s)})
	}
	for i := range in.Tokens {
		t := &in.Tokens[i]
		line := APITokenLine{Name: t.Name, Created: f.TimeAgo(t.CreatedAt),
			RemoveURL: f.Link.SettingsTokenRemove(t.ID)}
		for _, s := range t.Scopes {
			line.Scopes = append(line.Scopes, string(s))
		}
		if !t.LastUsedAt.IsZero() {
			at := f.TimeAgo(t.LastUsedAt)
			line.Used = &at
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}
