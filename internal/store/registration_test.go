package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

func registration(id string) task.Registration {
	return task.Registration{Provider: "kie", Product: "veo3.1", TaskID: id, Prompt: "a boat",
		Labels: []string{"customer 7", "autumn"}}
}

func TestKnownTasks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []string{"t-1", "a, b=\"c\"", "灯"} {
		if _, _, err := b.Register(b.ctx, registration(id)); err != nil {
			t.Fatal(err)
		}
	}
	asked := []string{"t-1", "T-1", "t-2", "a, b=\"c\"", "灯", "\xff", "1", ""}
	got, err := b.KnownTasks(b.ctx, "kie", asked)
	if want := map[string]bool{"t-1": true, "a, b=\"c\"": true, "灯": true}; err != nil ||
		!maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if got, err := b.KnownTasks(b.ctx, "fal", asked); err != nil || len(got) > 0 {
		t.Errorf("of another provider: %v, %v", got, err)
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	t.Run("makes a task that waits", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		got, created, err := b.Register(b.ctx, registration("t-1"))
		if err != nil || !created {
			t.Fatal(created, err)
		}
		if got.Status != task.Waiting || got.Prompt != "a boat" || got.RegisteredAt.IsZero() ||
			!slices.Equal(got.Labels, []string{"autumn", "customer 7"}) {
			t.Errorf("%+v", got)
		}
		if n, _, err := b.CountTasks(b.ctx, task.Filter{}); err != nil || n[task.Waiting] != 1 {
			t.Errorf("counted %v, %v", n, err)
		}
	})
	t.Run("twice changes nothing but adds labels", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		first, _, err := b.Register(b.ctx, registration("t-1"))
		if err != nil {
			t.Fatal(err)
		}
		again := registration("t-1")
		again.Prompt, again.Labels = "another prompt", []string{"winter"}
		got, created, err := b.Register(b.ctx, again)
		if err != nil || created || got.Key != first.Key || got.Prompt != "a boat" {
			t.Errorf("%+v, created %v, %v", got, created, err)
		}
		if !slices.Equal(got.Labels, []string{"autumn", "customer 7", "winter"}) {
			t.Errorf("labels are %q", got.Labels)
		}
	})
	t.Run("may come after the callback", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.succeed("t-1", "https://a/1")
		got, created, err := b.Register(b.ctx, registration("t-1"))
		if err != nil || created || got.Status != task.Saving || got.Prompt != "a boat" ||
			got.Deliveries != 1 || len(got.Assets) != 1 {
			t.Errorf("%+v, created %v, %v", got, created, err)
		}
	})
	t.Run("is filled by the callback", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		if _, _, err := b.Register(b.ctx, registration("t-1")); err != nil {
			t.Fatal(err)
		}
		b.succeed("t-1", "https://a/1")
		got := b.find("t-1")
		if got.Status != task.Saving || got.Prompt != "a boat" || len(got.Labels) != 2 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("is found by a label", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		if _, _, err := b.Register(b.ctx, registration("t-1")); err != nil {
			t.Fatal(err)
		}
		got, _, err := b.ListTasks(b.ctx, task.Filter{Query: "omer 7"}, task.Page{})
		if err != nil || len(got) != 1 {
			t.Errorf("found %d, %v", len(got), err)
		}
	})
}

func TestRegisterAll(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	const many = 1000
	all := []task.Registration{registration("t-1")}
	for i := range many - 2 {
		all = append(all, registration(fmt.Sprintf("new-%d", i)))
	}
	all = append(all, registration("new-0")) // once more
	all[many-1].Labels = []string{"winter"}
	got, err := b.RegisterAll(b.ctx, all)
	if err != nil || len(got) != many {
		t.Fatal(len(got), err)
	}
	if got[0].Created || got[0].Task.Status != task.Saving || got[many-1].Created {
		t.Errorf("known ones: %+v, %+v", got[0], got[many-1])
	}
	for i, r := range got[1 : many-1] {
		if !r.Created || r.Task.TaskID != all[i+1].TaskID || r.Task.Status != task.Waiting {
			t.Fatalf("%d: %+v", i, r)
		}
	}
	if n, _, err := b.CountTasks(b.ctx, task.Filter{}); err != nil || n[task.Waiting] != many-2 {
		t.Errorf("counted %v, %v", n, err)
	}
	if labels := b.find("new-0").Labels; !slices.Equal(labels, []string{"autumn", "customer 7", "winter"}) {
		t.Errorf("labels are %q", labels)
	}
	if again, err := b.RegisterAll(b.ctx, all); err != nil || again[5].Created {
		t.Errorf("again: %+v, %v", again[5], err)
	}
	if none, err := b.RegisterAll(b.ctx, nil); err != nil || len(none) != 0 {
		t.Errorf("none: %v, %v", none, err)
	}
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const secret = "a-long-random-secret"
	if err := b.AddAPIToken(b.ctx, "shop", secret, auth.ScopeRead, auth.ScopeMetrics); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]bool{secret: true, secret + "x": false, "": false} {
		found, got, err := b.FindAPIToken(b.ctx, token)
		if err != nil || got != want || found.May(auth.ScopeMetrics) != want ||
			found.May(auth.ScopeRegister) {
			t.Errorf("token %q: %v, %v", token, got, err)
		}
	}
	list, err := b.ListAPITokens(b.ctx)
	if err != nil || len(list) != 1 || list[0].Name != "shop" || list[0].LastUsedAt.IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	used := list[0].LastUsedAt
	b.clock.add(30 * time.Second)
	if _, _, err := b.FindAPIToken(b.ctx, secret); err != nil {
		t.Fatal(err)
	}
	if list, _ = b.ListAPITokens(b.ctx); !list[0].LastUsedAt.Equal(used) {
		t.Error("a use within the minute was noted")
	}
	var hash string
	if err := b.read.Raw("SELECT hash FROM api_tokens").Scan(&hash).Error; err != nil ||
		hash == secret || len(hash) != 64 {
		t.Errorf("kept is %q, %v", hash, err)
	}
	if err := b.RemoveAPIToken(b.ctx, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := b.FindAPIToken(b.ctx, secret); ok {
		t.Error("a removed token is valid")
	}
	if err := b.RemoveAPIToken(b.ctx, list[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("removing it again: %v", err)
	}
}
