package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views/ui"
)

// AuditInput is what the audit trail shows.
type AuditInput struct {
	Entries []auth.Entry // one page, newest first
	Filter  auth.AuditFilter
	Users   []string // to choose from
	Older   string   // cursor of the next page; empty at the end
	Newest  bool     // this is the first page
}

// AuditView is the audit trail, ready to be shown.
type AuditView struct {
	Facets   []ui.FacetProps
	ClearURL string
	Rows     []AuditRow
	Empty    ui.EmptyProps
	Pager    ui.PagerProps
}

// AuditRow is a line of the audit trail.
type AuditRow struct {
	What, Subject, Who, Address string
	At                          ui.TimeProps
}

// NewAudit builds the audit trail.
func NewAudit(f Frame, in AuditInput) AuditView {
	v := AuditView{
		Facets: auditFacets(f, in),
		Empty: ui.EmptyProps{Art: ui.ArtLens, Title: f.T.T("audit.none"),
			Text: f.T.T("audit.none_text")},
		Pager: ui.PagerProps{NewerText: f.T.T("audit.newest"), OlderText: f.T.T("action.older"),
			Label: f.T.T("action.pages")},
	}
	if in.Filter != (auth.AuditFilter{}) {
		v.ClearURL = f.Link.Audit(nil)
	}
	if !in.Newest {
		v.Pager.NewerURL = auditURL(f, in.Filter)
	}
	if in.Older != "" {
		v.Pager.OlderURL = f.Link.Audit(atCursor(auditQuery(in.Filter), in.Older))
	}
	for _, e := range in.Entries {
		v.Rows = append(v.Rows, newAuditRow(f, e))
	}
	return v
}

func newAuditRow(f Frame, e auth.Entry) AuditRow {
	who := PersonRole(f.T, e.Role)
	if e.Who != "" {
		who = e.Who + " · " + who
	}
	parts := slices.DeleteFunc([]string{e.Subject, detailText(f, e)},
		func(s string) bool { return s == "" })
	return AuditRow{What: ActionText(f, e.Action), Subject: strings.Join(parts, " · "), Who: who,
		Address: e.Address, At: f.TimeAgo(e.At)}
}

// ActionText is what was done, in words. An action of another version is told by its key.
func ActionText(f Frame, a auth.Action) string {
	if !slices.Contains(auth.Actions(), a) {
		return string(a)
	}
	return f.T.T("audit.action." + string(a))
}

// detailText is the detail of a line. That of an attempt to sign in is made of keys, in older lines
// of English words; what is neither is told as it is.
func detailText(f Frame, e auth.Entry) string {
	if e.Action != auth.ActSignInFailed && e.Action != auth.ActSignInLocked {
		return e.Detail
	}
	parts := strings.Split(e.Detail, ", ")
	for i, part := range parts {
		n, err := strconv.Atoi(strings.TrimSuffix(part, " so far"))
		switch {
		case part == auth.DetailUnknown || part == "unknown name":
			parts[i] = f.T.T("audit.detail.unknown_name")
		case part == WhyNoRole:
			parts[i] = f.T.T("audit.detail.no_role")
		case part == WhyDisabled:
			parts[i] = f.T.T("audit.detail.disabled")
		case err == nil:
			parts[i] = f.T.T("audit.detail.attempt", "Number", f.T.Int(int64(n)))
		}
	}
	return strings.Join(parts, " · ")
}

func auditQuery(filter auth.AuditFilter) url.Values {
	q := url.Values{}
	if filter.Who != "" {
		q.Set("who", filter.Who)
	}
	if filter.Action != "" {
		q.Set("action", string(filter.Action))
	}
	return q
}

func auditURL(f Frame, filter auth.AuditFilter) string { return f.Link.Audit(auditQuery(filter)) }

// auditFacets choose one user and one action.
func auditFacets(f Frame, in AuditInput) []ui.FacetProps {
	withWho := func(who string) string {
		return auditURL(f, auth.AuditFilter{Who: who, Action: in.Filter.Action})
	}
	withAction := func(a auth.Action) string {
		return auditURL(f, auth.AuditFilter{Who: in.Filter.Who, Action: a})
	}
	who := newFacet(f, "who", withWho(""))
	who.Value = in.Filter.Who
	for _, name := range in.Users {
		who.Options = append(who.Options, ui.FacetOption{Text: name, URL: withWho(name),
			On: name == in.Filter.Who})
	}
	action := newFacet(f, "action", withAction(""))
	for _, a := range auth.Actions() {
		option := ui.FacetOption{Text: ActionText(f, a), URL: withAction(a),
			On: a == in.Filter.Action}
		if option.On {
			action.Value = option.Text
		}
		action.Options = append(action.Options, option)
	}
	return slices.DeleteFunc([]ui.FacetProps{who, action}, pointless)
}
