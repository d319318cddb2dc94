package views

import (
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// Why the tokens of a source were not changed.
const (
	ProblemTokenName  = "name"
	ProblemTokenTaken = "taken"
	ProblemLastToken  = "last"
)

// SourceTokens are the tokens of a source, ready to be shown.
type SourceTokens struct {
	Expanded  bool
	Summary   string // "2 tokens"
	Used      *ui.TimeProps
	Notes     []string // that no token is valid, and why nothing was changed
	Lines     []TokenLine
	CreateURL string
	RotateURL string // empty where there is nothing to replace
	NameID    string // of the field for a name
	OverlapID string
	Overlaps  []Overlap
}

// TokenLine is one token. Its secret is masked; only the address to be copied has it.
type TokenLine struct {
	Name      string
	Masked    string
	Number    string // "no. 3", as commands name it
	Address   string // the callback address with it; empty where it is of no use
	Made      ui.TimeProps
	Used      *ui.TimeProps // nil before the first use
	State     *ui.StatusProps
	End       ui.TimeProps // where there is a state
	RevokeURL string
	Last      bool   // callbacks are refused without it
	Revoke    string // the verb
	Asks      string // what revoking it means
}

// Overlap is how long an old token may stay valid.
type Overlap struct {
	Value, Text string
	On          bool
}

// newSourceTokens shows the tokens of a source, which come with the one to give out first.
func newSourceTokens(f Frame, s SetupSource) SourceTokens {
	p := SourceTokens{Expanded: s.Chosen, CreateURL: f.Link.SourceTokens(s.Name),
		NameID: "token-name-" + s.Name, OverlapID: "overlap-" + s.Name, Overlaps: newOverlaps(f)}
	valid := 0
	var used time.Time
	for _, t := range s.Tokens {
		if t.Valid(f.Now) {
			valid++
		}
		if t.LastUsedAt.After(used) {
			used = t.LastUsedAt
		}
		p.Lines = append(p.Lines, newTokenLine(f, s, t))
	}
	p.Summary = f.T.N("token.count", valid)
	if valid > 0 {
		p.RotateURL = f.Link.SourceTokensRotate(s.Name)
	} else if !s.Open {
		p.Notes, p.Expanded = append(p.Notes, f.T.T("token.missing")), true
	}
	switch s.Problem {
	case ProblemTokenName, ProblemTokenTaken, ProblemLastToken:
		p.Notes = append(p.Notes, f.T.T("token.problem."+s.Problem))
	}
	if !used.IsZero() {
		at := f.TimeAgo(used)
		p.Used = &at
	}
	return p
}

func newTokenLine(f Frame, s SetupSource, t task.SourceToken) TokenLine {
	line := TokenLine{Name: t.Name, Masked: t.Masked(), Number: f.T.T("token.number", "N", t.ID),
		Made: f.TimeAgo(t.CreatedAt), RevokeURL: f.Link.SourceTokenRevoke(s.Name, t.ID),
		Revoke: f.T.T("token.revoke"), Asks: f.T.T("token.revoke_asks")}
	if !t.LastUsedAt.IsZero() {
		used := f.TimeAgo(t.LastUsedAt)
		line.Used = &used
	}
	if t.Ends() {
		line.End = f.TimeAgo(t.ExpiresAt)
	}
	switch {
	case !t.Valid(f.Now):
		line.State = &ui.StatusProps{Key: "expired", Icon: "expired", Text: f.T.T("token.ended")}
		line.Revoke, line.Asks = f.T.T("token.remove"), f.T.T("token.remove_asks")
		return line
	case t.Ends():
		line.State = &ui.StatusProps{Key: "warn", Icon: "waiting", Text: f.T.T("token.ends")}
	}
	if line.Last = task.IsLast(s.Tokens, t, f.Now); line.Last {
		line.Revoke, line.Asks = f.T.T("token.revoke_last"), f.T.T("token.revoke_last_asks")
	}
	line.Address = f.Link.CallbackAddress(s.Name, t.Token)
	return line
}

// newOverlaps are the lengths worth choosing between; a day gives every sender time to change.
func newOverlaps(f Frame) []Overlap {
	return []Overlap{
		{Value: "0s", Text: f.T.T("token.overlap.none")},
		{Value: "1h", Text: f.T.T("token.overlap.hour")},
		{Value: "24h", Text: f.T.T("token.overlap.day"), On: true},
		{Value: "168h", Text: f.T.T("token.overlap.week")},
	}
}
