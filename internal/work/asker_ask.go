package work

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// ask asks about a claimed task and stores what comes of it.
func (a *Asker) ask(ctx context.Context, q store.Query) {
	record, err := a.query(ctx, q.Task)

	// What is known by now is stored even if the program is stopping.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	var quiet *Quiet
	switch {
	case err == nil:
		a.answered()
		_, err = a.apply(last, q.Task, record)
	case ctx.Err() != nil:
		err = a.o.Questions.ReleaseQuery(last, q, a.o.Now())
	case errors.As(err, &quiet) && quiet.For > 0:
		err = a.o.Questions.ReleaseQuery(last, q, a.hush(quiet))
	case errors.As(err, &quiet):
		// It may be about this one task after all, which must not hold up the others for ever.
		a.hush(quiet)
		err = a.none(last, q, err)
	default:
		err = a.none(last, q, err)
	}
	if err != nil {
		a.o.Log.Error("what the provider said of a task could not be stored",
			"task_id", q.Task.TaskID, "err", err)
	}
	a.Wake() // the loop may be asleep for longer than until the next question
}

// query asks for a record. A panic, say over a hostile answer, must cost that question only.
func (a *Asker) query(ctx context.Context, t task.Task) (r task.Record, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ask about task %s: panic: %v\n%s", t.TaskID, p, debug.Stack())
		}
	}()
	return a.o.Records.Query(ctx, t)
}

// apply lets a record act on its task and tells of it.
func (a *Asker) apply(ctx context.Context, t task.Task, r task.Record) (store.Checked, error) {
	checked, err := a.o.Questions.ApplyRecord(ctx, t.Key, r, a.o.Jitter())
	if err != nil || !checked.Changed {
		return checked, err
	}
	attrs := []any{"task_id", t.TaskID, "status", checked.Task.Status}
	switch checked.Event {
	case task.EventRepaired:
		a.repaired.Add(1)
		a.o.Log.Info("a lost callback was repaired from the provider's record", attrs...)
	case task.EventDisagrees:
		a.o.Log.Warn("the provider's record disagrees with the callback and wins", attrs...)
	}
	a.o.Checked(checked)
	return checked, nil
}

// none stores that there was no record to be had, and when to ask again.
func (a *Asker) none(ctx context.Context, q store.Query, err error) error {
	now := a.o.Now()
	why := task.GoneTooOld
	open := q.Task
	open.CrossChecked = task.CheckNo // or contested by a callback: nobody would have asked else
	next := task.NextQuery(open, q.Asked+1, now, a.o.Jitter(), a.o.Patience)
	switch {
	case errors.Is(err, ErrRecordGone):
		next = time.Time{}
	case errors.Is(err, ErrNoRecord) && task.NeverKnown(q.Task, now):
		next, why = time.Time{}, task.GoneNoRecord
	}
	a.o.Log.Debug("the provider gave no record", "task_id", q.Task.TaskID, "err", err,
		"again", next)
	return a.o.Questions.NoRecord(ctx, q, why, next)
}

// relinkPatience bounds the search for a living link.
const relinkPatience = 30 * time.Second

// Relink looks for a living link to a claimed asset whose own is dead: in the provider's record,
// which acts on the task as always, or else by asking for one. It says what came of it.
func (a *Asker) Relink(ctx context.Context, c store.Claimed) task.Relinked {
	if a.paused() > 0 {
		return task.RelinkSilent
	}
	ctx, cancel := context.WithTimeout(ctx, relinkPatience)
	defer cancel()
	link, err := a.freshLink(ctx, c)
	if err == nil && link != "" {
		err = a.o.Questions.RelinkAsset(ctx, c.Asset, link)
	}
	if quiet := (*Quiet)(nil); errors.As(err, &quiet) {
		a.hush(quiet)
	}
	if err != nil && ctx.Err() == nil {
		a.o.Log.Info("there is no fresh link for a dead one", "task_id", c.Task.TaskID,
			"role", c.Asset.Role, "err", err)
	}
	switch quiet := (*Quiet)(nil); {
	case err == nil && link != "":
		return task.RelinkFresh
	case errors.Is(err, ErrRecordGone):
		return task.RelinkGone
	case errors.As(err, &quiet), ctx.Err() != nil:
		return task.RelinkSilent
	default:
		return task.RelinkNone
	}
}

// freshLink returns another link to an asset's file, empty where the record has one by now that
// was given to the asset already.
func (a *Asker) freshLink(ctx context.Context, c store.Claimed) (string, error) {
	record, asked := a.query(ctx, c.Task)
	if asked == nil {
		if _, err := a.apply(ctx, c.Task, record); err != nil {
			return "", err
		}
		for _, f := range record.Report.Files {
			if f.Role == c.Asset.Role && f.Index == c.Asset.Index && f.URL != c.Asset.SourceURL {
				return f.URL, nil
			}
		}
	}
	if quiet := (*Quiet)(nil); errors.As(asked, &quiet) {
		return "", asked
	}
	// The record has the same link, or none of this file: an upscale's, say.
	fresh, err := a.o.Records.FreshLink(ctx, c.Asset.SourceURL)
	if err != nil || fresh == c.Asset.SourceURL {
		return "", errors.Join(err, asked)
	}
	return fresh, nil
}
