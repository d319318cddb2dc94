package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/mask"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// shownDeliveries is how many raw deliveries a task's page shows; the list has the others.
const shownDeliveries = 10

// showTask shows one task: its player or its diagnosis, its files and what happened to it.
func (s *Server) showTask(c echo.Context) error {
	ctx := c.Request().Context()
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	events, err := s.Store.TaskEvents(ctx, t.Key)
	if err != nil {
		return err
	}
	attempts, err := s.Store.TaskAttempts(ctx, t.Key)
	if err != nil {
		return err
	}
	deliveries, err := s.Store.TaskDeliveries(ctx, t.Key, shownDeliveries)
	if err != nil {
		return err
	}
	record, err := s.record(ctx, t)
	if err != nil {
		return err
	}
	for i := range deliveries {
		deliveries[i] = maskedDelivery(deliveries[i])
	}
	t = maskedTask(t)
	f := s.frame(c, views.NavTasks)
	in := views.TaskInput{Task: t, Events: events, Attempts: attempts,
		Deliveries: deliveries, Record: record}
	if in.Parent, err = s.parentOf(ctx, t); err != nil {
		return err
	}
	if in.Other, err = s.otherLinks(ctx, t); err != nil {
		return err
	}
	if t.Status == task.Failed {
		in.Diagnosis = diagnose(f, t)
	}
	return s.render(c, http.StatusOK, views.TaskPage(f, views.NewTask(f, in)))
}

// parentOf returns the task that another extends, nil where there is none or it is not known.
func (s *Server) parentOf(ctx context.Context, t task.Task) (*task.Task, error) {
	if t.ParentTaskID == "" {
		return nil, nil
	}
	parent, err := s.Store.FindTask(ctx, t.Provider, t.ParentTaskID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &parent, nil
}

// maskedTask returns a task without the secrets that its texts may quote.
func maskedTask(t task.Task) task.Task {
	t.Message, t.Prompt = mask.Text(t.Message), mask.Text(t.Prompt)
	return t
}

// maskedTasks masks a listing in place and returns it.
func maskedTasks(tasks []task.Task) []task.Task {
	for i := range tasks {
		tasks[i] = maskedTask(tasks[i])
	}
	return tasks
}

// maskedRunning masks what a listing of refusals quotes, in place, and returns it.
func maskedRunning(running []task.Running) []task.Running {
	for i := range running {
		running[i].Refusal.Message = mask.Text(running[i].Refusal.Message)
	}
	return running
}

// maskedDelivery returns a delivery without the secrets it carries.
func maskedDelivery(d task.Delivery) task.Delivery {
	d.Headers = mask.Headers(d.Headers)
	if content, packed, _ := task.Content(d.Body); packed && len(content) > 0 {
		d.Body, d.Unpacked = content, true // what is packed could not be masked
	}
	d.Body = []byte(mask.Text(string(d.Body)))
	return d
}

// diagnose puts the diagnosis of a failed task into the words of the reader.
func diagnose(f views.Frame, t task.Task) *views.Diagnosis {
	d := diagnosis.Diagnose(t.Product, t.Code, t.Message)
	ref := diagnosis.Reference{TaskID: t.TaskID, When: f.Exact(t.CompletedAt)}
	a := diagnosis.Advise(f.T.Lang(), d, ref)
	shown := &views.Diagnosis{
		Verdict: a.Verdict, Meaning: a.Meaning, Words: t.Message, Bracketed: d.Bracketed,
		Move: d.Move, Again: views.Answer{Text: a.Again, Small: a.AgainWhy},
		Charged:  views.Answer{Text: a.Charged, Small: a.ChargedWhy},
		Fallback: views.Answer{Text: a.Fallback, Small: a.FallbackWhy},
		Reply:    make(map[string]string),
	}
	for _, step := range a.Steps {
		shown.Steps = append(shown.Steps, views.Step{Title: step.Title, Text: step.Text})
	}
	for _, lang := range i18n.Languages() {
		shown.Reply[lang] = diagnosis.Advise(lang, d, ref).Reply
	}
	return shown
}
