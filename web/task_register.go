package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// maxRegisterForm is the longest form, in bytes: room for 1,000 of the provider's answers.
const maxRegisterForm = 1 << 20

// showRegister shows the form that registers tasks.
func (s *Server) showRegister(c echo.Context) error {
	return s.renderRegister(c, http.StatusOK, views.RegisterInput{})
}

// registerTasks takes note of the tasks whose ids somebody has pasted. The answer is the page
// itself and no redirect: it tells of up to 1,000 ids, and sending the same again does no harm.
func (s *Server) registerTasks(c echo.Context) error {
	fields, err := registerFields(c)
	if err != nil {
		return err
	}
	in := views.RegisterInput{Fields: fields, Looked: c.FormValue(views.FieldLook) != ""}
	known, err := s.knownIDs(c.Request().Context(), fields)
	if err != nil {
		return err
	}
	ids, passed := task.FindIDs(fields.IDs, known)
	labels := splitLabels(fields.Labels)
	in.Found, in.Passed = len(ids), passed
	in.Problems = s.registerProblems(fields, ids, labels, in.Looked)
	if len(in.Problems) > 0 {
		return s.renderRegister(c, http.StatusUnprocessableEntity, in)
	}
	provider, product := s.offered(fields.Product)
	all := make([]task.Registration, len(ids))
	for i, id := range ids {
		all[i] = task.Registration{Provider: provider, Product: product,
			TaskID: id, Prompt: fields.Prompt, Labels: labels, AspectRatio: fields.AspectRatio,
			Fallback: fields.Fallback}
	}
	if in.Results, err = s.register(c, all, in.Looked); err != nil {
		return err
	}
	if !in.Looked {
		// What stays is for the next ids of the same kind.
		in.Fields = views.RegisterFields{Product: fields.Product, Labels: fields.Labels}
	}
	return s.renderRegister(c, http.StatusOK, in)
}

// knownIDs returns which of the pasted words that have not the form of an id are ids all the same,
// because a task of that id is known: of the provider that was chosen, of any where none was.
func (s *Server) knownIDs(ctx context.Context, f views.RegisterFields) (map[string]bool, error) {
	words := task.UnsureWords(f.IDs)
	chosen, _ := s.offered(f.Product)
	known := make(map[string]bool)
	for _, p := range s.Providers {
		if chosen != "" && chosen != p.Name || len(words) == 0 {
			continue
		}
		found, err := s.Store.KnownTasks(ctx, p.Name, words)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, found)
	}
	return known, nil
}

func (s *Server) renderRegister(c echo.Context, status int, in views.RegisterInput) error {
	in.Providers, in.Asks = s.Providers, s.HasAPIKey
	f := s.frame(c, views.NavTasks)
	if status != http.StatusOK {
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	return s.render(c, status, views.RegisterPage(f, views.NewRegister(f, in)))
}

// registerFields reads the form.
func registerFields(c echo.Context) (views.RegisterFields, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxRegisterForm)
	if err := r.ParseForm(); err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return views.RegisterFields{}, &publicError{Status: http.StatusRequestEntityTooLarge,
				Detail: "That is more than 1 MB. Paste fewer ids at a time.", Err: err}
		}
		return views.RegisterFields{}, bad(errors.New("the form cannot be read"))
	}
	// A form ends its lines in two characters.
	value := func(name string) string {
		return strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n")
	}
	return views.RegisterFields{
		IDs: value(views.FieldIDs), Product: value(views.FieldProduct),
		Labels: value(views.FieldLabels), Prompt: strings.TrimSpace(value(views.FieldPrompt)),
		AspectRatio: value(views.FieldAspectRatio), Fallback: value(views.FieldFallback) != "",
	}, nil
}

// registerProblems lists what keeps a form from being taken, as keys of package views. To look
// at what is recognised takes no more than ids.
func (s *Server) registerProblems(
	f views.RegisterFields, ids, labels []string, looked bool,
) (problems []string) {
	switch {
	case len(ids) == 0:
		problems = append(problems, views.RegisterNoIDs)
	case len(ids) > views.MaxRegistered:
		problems = append(problems, views.RegisterTooMany)
	}
	if looked {
		return problems
	}
	if _, product := s.offered(f.Product); product == "" {
		problems = append(problems, views.RegisterNoProduct)
	}
	labelled, prompted := fineRegistration(), fineRegistration()
	labelled.Labels, prompted.Prompt = labels, f.Prompt
	if labelled.Check() != nil {
		problems = append(problems, views.RegisterBadLabels)
	}
	switch {
	case prompted.Check() != nil:
		problems = append(problems, views.RegisterLongPrompt)
	case f.Prompt != "" && len(ids) > 1:
		problems = append(problems, views.RegisterManyPrompts)
	}
	return problems
}

// fineRegistration is one that nothing is wrong with, beside which the check of a registration
// speaks of the one field that is put into it.
func fineRegistration() task.Registration {
	return task.Registration{Provider: "p", Product: "p", TaskID: "t"}
}

// offered finds the provider and the product that were chosen in the form; empty for one that is
// not offered.
func (s *Server) offered(choice string) (provider, product string) {
	for _, p := range s.Providers {
		for _, product := range p.Products {
			if choice == views.ProductChoice(s.Providers, p, product) {
				return p.Name, product
			}
		}
	}
	return "", ""
}

// splitLabels cuts a list of labels at its commas and lines.
func splitLabels(text string) []string {
	var labels []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return strings.ContainsRune(",;\n，；、", r)
	}) {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(labels, part) {
			labels = append(labels, part)
		}
	}
	return labels
}

// register stores what can be stored and says of each registration what became of it.
func (s *Server) register(c echo.Context, all []task.Registration, looked bool) (
	[]views.RegisterResult, error,
) {
	results := make([]views.RegisterResult, len(all))
	var good []task.Registration
	var places []int // of the good ones among the results
	for i, r := range all {
		results[i] = views.RegisterResult{TaskID: r.TaskID, Product: r.Product}
		alone := fineRegistration()
		if alone.TaskID = r.TaskID; alone.Check() != nil {
			results[i].Refused = "too_long" // the scanner leaves nothing else to refuse
			continue
		}
		good, places = append(good, r), append(places, i)
	}
	if looked {
		return results, nil
	}
	ctx := s.noting(c, auth.ActRegister, all[0].Product, strconv.Itoa(len(all)))
	registered, err := s.Store.RegisterAll(ctx, good)
	if err != nil {
		return nil, err
	}
	for i := range registered {
		r := &results[places[i]]
		r.Task, r.Created = &registered[i].Task, registered[i].Created
		r.Warnings = s.warnings(&good[i], r.Task)
		s.Registered(registered[i].Task)
	}
	return results, nil
}
