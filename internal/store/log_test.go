package store

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

const secret = "hush-hush-hush-hush-hush"

// secretCalls hand a secret to every method that takes text.
func (b *bundle) secretCalls() map[string]func(context.Context) error {
	page := task.Page{}
	delivery := b.incoming("t-"+secret, task.ResultSucceeded, "https://a/"+secret)
	delivery.Delivery.Body, delivery.Report.Message = []byte(secret), secret
	return map[string]func(context.Context) error{
		"list": func(ctx context.Context) error {
			_, _, err := b.ListTasks(ctx, task.Filter{Query: secret}, page)
			return err
		},
		"count": func(ctx context.Context) error {
			_, _, err := b.CountTasks(ctx, task.Filter{Query: secret})
			return err
		},
		"counts": func(ctx context.Context) error {
			_, _, err := b.CountTasks(ctx, task.Filter{Products: []string{secret}})
			return err
		},
		"task": func(ctx context.Context) error {
			_, err := b.FindTask(ctx, "kie", "t-"+secret)
			return err
		},
		"media": func(ctx context.Context) error {
			_, err := b.FindMedia(ctx, secret)
			return err
		},
		"deliveries": func(ctx context.Context) error {
			f := task.DeliveryFilter{TaskID: secret, Sources: []string{secret}}
			_, _, err := b.ListDeliveries(ctx, f, page)
			return err
		},
		"counter": func(ctx context.Context) error {
			return b.inTx(ctx, func(tx *gorm.DB) error { return count(tx, secret, 1) })
		},
		"commit": func(ctx context.Context) error {
			_, err := b.CommitDeliveries(ctx, []Incoming{delivery})
			return err
		},
		"refused": func(ctx context.Context) error {
			d := task.Delivery{Reason: secret, Body: []byte(secret), ReceivedAt: b.clock.Now()}
			return b.KeepRefused(ctx, []task.Delivery{d})
		},
		"source": func(ctx context.Context) error {
			src := task.Source{Name: secret, Provider: "kie"}
			return b.EnsureSources(ctx, []task.Source{src}, func() string { return secret })
		},
		"create token": func(ctx context.Context) error {
			_, err := b.CreateSourceToken(ctx, secret, secret, secret)
			return err
		},
		"rotate token": func(ctx context.Context) error {
			_, _, err := b.RotateSourceToken(ctx, task.Rotation{Source: secret, Token: secret})
			return err
		},
		"revoke token": func(ctx context.Context) error {
			_, err := b.RevokeSourceToken(ctx, secret, 1, true)
			return err
		},
		"claim": func(ctx context.Context) error {
			_, _, _, err := b.ClaimAsset(ctx, time.Minute)
			return err
		},
		"finish": func(ctx context.Context) error {
			a := task.Asset{Task: 1, Role: task.Video, Claim: 1, State: task.FailedAsset,
				Error: secret}
			err := b.FinishAsset(ctx, a, task.Event{At: start(), Kind: "k", Detail: secret},
				task.Attempt{})
			return err
		},
	}
}

func TestSlowLogNeverHasValues(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var log bytes.Buffer
	l := newLogger(slog.New(slog.NewTextHandler(&log, nil)), time.Nanosecond)
	b.read.Logger, b.write.Logger = l, l
	for name, call := range b.secretCalls() {
		if name == "commit" || name == "refused" {
			continue // its statements are prepared ones, which no logger sees
		}
		log.Reset()
		_ = call(b.ctx)
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s: a value was logged:\n%s", name, &log)
		}
		if !regexp.MustCompile(`sql="(SELECT|INSERT|UPDATE)`).MatchString(log.String()) {
			t.Errorf("%s: no statement was logged:\n%s", name, &log)
		}
	}
}

func TestErrorsHaveNoValuesAndAreNotLogged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_ = b.Close()
	var log bytes.Buffer
	options := b.options()
	options.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, err := Open(b.ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	b.Store = s
	calls := b.secretCalls()
	bad := b.incoming(secret, task.ResultSucceeded)
	bad.Report.Fallback = secret
	calls["constraint"] = func(ctx context.Context) error {
		_, err := b.CommitDeliveries(ctx, []Incoming{bad})
		return err
	}
	if err := calls["constraint"](b.ctx); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a broken rule: %v", err)
	}
	_ = b.Close()
	delete(calls, "counter") // its name is no secret
	for name, call := range calls {
		if err := call(b.ctx); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged was:\n%s", &log)
	}
}

// TestNoScan holds the rule that newLogger gives.
func TestNoScan(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && bytes.Contains(text, []byte(".Scan(")) {
			t.Errorf("%s uses Scan, which logs values", name)
		}
	}
}
