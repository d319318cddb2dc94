package views

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views/ui"
)

// ProblemProps describe why a page cannot be shown.
type ProblemProps struct {
	Status    int       // the HTTP status the page is sent with
	RequestID string    // what the reader can quote; shown where somebody has to look into a log
	Detail    string    // what was wrong with the request, made for readers; may be empty
	Needs     auth.Role // the role that was lacking; empty for none
	OtherSite bool      // the request came from another site's page, or seems to

	Parameter *query.Error // that could not be used, told instead of Detail; nil for none
}

// newProblem builds the page of a status. A status without words of its own is told as the
// nearest one that has them, 404 below 500 and 500 from there on.
func newProblem(f Frame, p ProblemProps) ui.EmptyProps {
	status := p.Status
	if !f.T.Has("problem.p" + strconv.Itoa(status) + ".title") {
		status = http.StatusNotFound
		if p.Status >= http.StatusInternalServerError {
			status = http.StatusInternalServerError
		}
	}
	id := "problem.p" + strconv.Itoa(status)
	shown := ui.EmptyProps{
		Art:   ui.ArtCut,
		Code:  strconv.Itoa(p.Status),
		Title: f.T.T(id + ".title"),
		Text:  f.T.T(id + ".text"),
		Page:  true,
	}
	if f.T.Has(id + ".action") { // there is something to do by this very address
		shown.ActionText = f.T.T(id + ".action")
		shown.ActionIcon, shown.ActionURL = problemAction(f, status)
	}
	if p.Needs != "" && f.Person != nil {
		shown.Title = f.T.T("problem.role.title", "Role", PersonRole(f.T, p.Needs))
		shown.Text = f.T.T("problem.role.text", "Name", f.Person.Name,
			"Role", PersonRole(f.T, f.Person.Role))
	}
	if p.OtherSite {
		shown.Title = f.T.T("problem.other_site.title")
		shown.Text = f.T.T("problem.other_site.text")
	}
	if p.Parameter != nil {
		shown.Note = problemParameter(parameterText(f, p.Parameter))
	} else if p.Detail != "" && status == http.StatusBadRequest {
		shown.Note = problemDetail(p.Detail)
	}
	if p.RequestID != "" && status >= http.StatusInternalServerError {
		shown.Note = problemQuote(f, p.RequestID)
	}
	return shown
}

// parameterText says which parameter cannot be used, and what to give.
func parameterText(f Frame, e *query.Error) string {
	id := "problem.parameter.choose"
	if e.Want != "" {
		id = "problem.parameter." + string(e.Want)
	}
	return f.T.T(id, "Name", e.Param, "Value", e.Value,
		"Allowed", strings.Join(e.Allowed, f.T.T("facet.and")))
}

// problemAction is the one thing to do: try again where that can help, else go where there is
// something to see.
func problemAction(f Frame, status int) (icon, url string) {
	switch status {
	case http.StatusNotFound:
		return "tasks", f.Link.Tasks(nil)
	case http.StatusBadRequest:
		return "close", f.Link.Here(f.Path, nil)
	case http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusServiceUnavailable:
		return "retry", f.Link.Here(f.Path, f.Query)
	default:
		return "gallery", f.Link.Gallery(nil)
	}
}
