package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// written lists what is in the tables that people change, but for the trail itself.
func (b *bundle) written() string {
	b.t.Helper()
	var text string
	for _, table := range []string{"users", "sessions", "api_tokens", "source_tokens", "assets",
		"tasks", "replays", "events"} {
		var rows []map[string]any
		if err := b.write.Table(table).Order("1").Find(&rows).Error; err != nil {
			b.t.Fatal(err)
		}
		text += fmt.Sprintln(table, rows)
	}
	return text
}

// TestAChangeWithoutItsLineIsNotMade makes every change that is written down twice: while nothing
// can be written into the audit trail, and again when something can.
func TestAChangeWithoutItsLineIsNotMade(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	anna, bert := b.user("anna", auth.Admin), b.user("bert", auth.Viewer)
	b.session(anna, "one")
	b.session(bert, "two")
	if err := b.AddAPIToken(b.ctx, "shop", "rb_shop", auth.ScopeRead); err != nil {
		t.Fatal(err)
	}
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
	for _, change := range []struct {
		name string
		make func(ctx context.Context) error
	}{
		{"create a user", func(ctx context.Context) error {
			_, err := b.CreateUser(ctx, auth.User{Name: "carl", Role: auth.Viewer, Hash: "x"})
			return err
		}},
		{"set a password", func(ctx context.Context) error { return b.SetPassword(ctx, bert.ID, "y") }},
		{"set a role", func(ctx context.Context) error { return b.SetRole(ctx, bert.ID, auth.Admin) }},
		{"change a role", func(ctx context.Context) error {
			return b.ChangeRole(ctx, bert.ID, auth.Operator)
		}},
		{"end a session", func(ctx context.Context) error { return b.EndUserSession(ctx, anna.ID, 1) }},
		{"disable a user", func(ctx context.Context) error { return b.DisableUser(ctx, bert.ID) }},
		{"enable a user", func(ctx context.Context) error { return b.EnableUser(ctx, bert.ID, true) }},
		{"admit somebody", func(ctx context.Context) error {
			_, err := b.AdmitIdentity(ctx, auth.Identity{Issuer: "https://id", Subject: "1", Name: "dora",
				Host: "id", Role: auth.Viewer})
			return err
		}},
		{"make an API token", func(ctx context.Context) error {
			return b.AddAPIToken(ctx, "till", "rb_till", auth.ScopeRead)
		}},
		{"remove an API token", func(ctx context.Context) error { return b.RemoveAPIToken(ctx, 1) }},
		{"make a source token", func(ctx context.Context) error {
			_, err := b.CreateSourceToken(ctx, "a", "till", "a-token-of-24-characters")
			return err
		}},
		{"rotate source tokens", func(ctx context.Context) error {
			_, _, err := b.RotateSourceToken(ctx, task.Rotation{Source: "a",
				Token: "another-of-24-characters"})
			return err
		}},
		{"revoke a source token", func(ctx context.Context) error {
			_, err := b.RevokeSourceToken(ctx, "a", b.valid("a")[0], true)
			return err
		}},
		{"retry", func(ctx context.Context) error {
			_, err := b.RetryAssets(ctx, 1, func(task.Asset) bool { return true })
			return err
		}},
		{"register", func(ctx context.Context) error {
			_, err := b.RegisterAll(ctx, []task.Registration{{Provider: "kie", Product: "veo3.1",
				TaskID: "t-2"}})
			return err
		}},
		{"replay", func(ctx context.Context) error {
			_, err := b.BeginReplay(ctx, task.DeliveryFilter{}, "")
			return err
		}},
	} {
		b.checkLine(change.name, change.make)
	}
}

func (b *bundle) sql(text string) {
	b.t.Helper()
	if err := b.write.Exec(text).Error; err != nil {
		b.t.Fatal(err)
	}
}

// checkLine makes a change while the audit trail takes nothing, and again while it does.
func (b *bundle) checkLine(name string, change func(ctx context.Context) error) {
	b.t.Helper()
	e := auth.Entry{Who: "anna", Role: auth.Admin, Action: "act", Subject: name}
	b.sql("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
	before, lines := b.written(), b.rows("audit")
	if err := change(Audited(b.ctx, e)); err == nil {
		b.t.Errorf("%s: it is made without its line", name)
	}
	if after := b.written(); after != before {
		b.t.Errorf("%s: without its line\n%s became\n%s", name, before, after)
	}
	b.sql("DROP TRIGGER full")
	ctx := Audited(b.ctx, e)
	if err := change(ctx); err != nil {
		b.t.Errorf("%s: %v", name, err)
	}
	if b.written() == before {
		b.t.Errorf("%s: it changes nothing", name)
	}
	// What else the context is used for has no line of its own.
	if err := b.SetRole(ctx, 1, auth.Admin); err != nil {
		b.t.Fatal(err)
	}
	if n := b.rows("audit") - lines; n != 1 {
		b.t.Errorf("%s: %d lines are written", name, n)
	}
}
