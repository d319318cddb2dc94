package app

import (
	"context"
	"errors"
	"time"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/work"
)

// The pauses after answers that will stay the same for a while.
const (
	keyPause         = 10 * time.Minute // somebody has to change the key
	maintenancePause = 5 * time.Minute
)

// kieRecords gives the asker kie's records: with a failure's category, as the inbox gives it to a
// callback's, and with errors that say what to do.
type kieRecords struct{ client *kie.Client }

// Query implements work.Records.
func (k kieRecords) Query(ctx context.Context, t task.Task) (task.Record, error) {
	r, err := k.client.Query(ctx, t.Product, t.TaskID)
	if err != nil {
		return task.Record{}, advise(err)
	}
	if f := &r.Report; f.Result == task.ResultFailed {
		f.Category = diagnosis.Categorise(f.Product, f.Code, f.Message)
	}
	return task.Record{Report: r.Report, Raw: r.Raw}, nil
}

// FreshLink implements work.Records.
func (k kieRecords) FreshLink(ctx context.Context, link string) (string, error) {
	fresh, err := k.client.FreshLink(ctx, link)
	return fresh, advise(err)
}

// advise makes kie's errors those that the asker acts on.
func advise(err error) error {
	var api *kie.APIError
	switch {
	case !errors.As(err, &api):
		return err
	case api.Is(kie.ErrRecordGone):
		return errors.Join(work.ErrRecordGone, err)
	case api.Is(kie.ErrNoRecord):
		return errors.Join(work.ErrNoRecord, err)
	case api.Is(kie.ErrUnauthorized):
		return &work.Quiet{For: keyPause, Err: err}
	case api.Is(kie.ErrRateLimited):
		return &work.Quiet{For: api.RetryAfter, Err: err}
	case api.Is(kie.ErrMaintenance):
		return &work.Quiet{For: maintenancePause, Err: err}
	case api.Is(kie.ErrUnavailable):
		return &work.Quiet{Err: err}
	}
	return err
}

// patience says when the provider is asked, nil where there is no key to ask with.
func patience(cfg config.Config) *task.Patience {
	if cfg.KieAPIKey == "" {
		return nil
	}
	p := task.DefaultPatience()
	if cfg.AskAfter > 0 {
		p.Silence, p.Gap = cfg.AskAfter, min(p.Gap, cfg.AskAfter)
	}
	return &p
}
