package inbox

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// The tokens of a rotation, and when the old one ends.
const (
	oldSecret = "the-old-token-of-24-char"
	newSecret = "the-new-token-of-24-char"
	overlap   = time.Hour
)

// rotated is the source of the tests while its old token is phased out from a moment on.
func rotated(now time.Time) []task.Source {
	return []task.Source{{Name: "veo3.1", Provider: "kie", Product: "veo3.1",
		Tokens: []task.SourceToken{{ID: 2, Token: newSecret},
			{ID: 1, Token: oldSecret, ExpiresAt: now.Add(overlap)}}}}
}

// verdicts sends a delivery with each token and returns the reasons for which it is refused.
func (b *bundle) verdicts(tokens ...string) string {
	b.t.Helper()
	reasons := make([]string, len(tokens))
	for i, tok := range tokens {
		r := request(`{"id":"t-1"}`)
		r.Token = tok
		_, err := b.Receive(b.t.Context(), r)
		reasons[i] = reason(err)
	}
	return strings.Join(reasons, "|")
}

func TestCheckToken(t *testing.T) {
	t.Parallel()
	in := New(options(&keeper{}))
	in.SetSources([]task.Source{{Name: "s", Provider: "kie",
		Tokens: []task.SourceToken{{ID: 1, Token: "one"}, {ID: 2, Token: "two"}}}})
	keys := (*in.sources.Load())["s"].keys
	for given, want := range map[string]string{
		"one": "", "two": "", "": task.ReasonTokenMissing, "three": task.ReasonTokenWrong,
		"on": task.ReasonTokenWrong, "onetwo": task.ReasonTokenWrong, "One": task.ReasonTokenWrong,
	} {
		got := ""
		if err := checkToken(keys, given, time.Now()); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	if checkToken(nil, "one", time.Now()) == nil || checkToken(nil, "", time.Now()) == nil {
		t.Error("without valid tokens one is let in")
	}
}

func TestBothTokensAreGoodWhileOneIsPhasedOut(t *testing.T) {
	t.Parallel()
	now := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b := setup(t, &keeper{}, func(o *Options) { o.Now = now.Now }).run()
	b.SetSources(rotated(now.Now()))
	for _, step := range []struct {
		wait time.Duration
		want string
	}{
		{0, "|"},
		{overlap - time.Nanosecond, "|"},
		{time.Nanosecond, task.ReasonTokenWrong + "|"}, // the exact moment of its end
		{overlap, task.ReasonTokenWrong + "|"},
	} {
		now.add(step.wait)
		if got := b.verdicts(oldSecret, newSecret); got != step.want {
			t.Errorf("at %s: %q, want %q", now.Now(), got, step.want)
		}
	}
}

func TestSourcesCanBeReplacedWhileRunning(t *testing.T) {
	t.Parallel()
	b := setup(t, &keeper{}).run()
	if got := b.verdicts(token, oldSecret); got != "|"+task.ReasonTokenWrong {
		t.Errorf("before: %q", got)
	}
	b.SetSources(rotated(time.Now()))
	if got := b.verdicts(token, oldSecret); got != task.ReasonTokenWrong+"|" {
		t.Errorf("after: %q", got)
	}
	revoked := rotated(time.Now())
	revoked[0].Tokens = revoked[0].Tokens[:1]
	b.SetSources(revoked)
	if got := b.verdicts(oldSecret, newSecret); got != task.ReasonTokenWrong+"|" {
		t.Errorf("revoked: %q", got)
	}
	b.SetSources(nil)
	if got := b.verdicts(newSecret); got != "error: "+ErrUnknownSource.Error() {
		t.Errorf("without sources: %q", got)
	}
}

// TestSourcesAreReplacedUnderLoad revokes and restores a token while deliveries come in with
// another one, which must be taken all along.
func TestSourcesAreReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	b := setup(t, &keeper{}).run()
	both := rotated(time.Now())
	one := slices.Clone(both)
	one[0].Tokens = one[0].Tokens[:1]
	b.SetSources(both)
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for range 100 {
				if got := b.verdicts(newSecret); got != "" {
					t.Errorf("refused: %q", got)
				}
			}
		})
	}
	for i := range 200 {
		b.SetSources([][]task.Source{one, both}[i%2])
		b.TokenUses()
	}
	senders.Wait()
}

func TestUsesOfTokensAreRememberedAcrossReplacements(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := &clock{now: noon}
	b := setup(t, &keeper{}, func(o *Options) { o.Now = now.Now }).run()
	b.SetSources(rotated(noon))
	if uses := b.TokenUses(); len(uses) != 0 {
		t.Errorf("before the first use: %v", uses)
	}
	b.verdicts(oldSecret)
	now.add(time.Minute)
	b.SetSources(rotated(noon))
	b.verdicts(newSecret, "wrong", "")
	want := map[int64]time.Time{1: noon, 2: noon.Add(time.Minute)}
	if uses := b.TokenUses(); !maps.Equal(uses, want) {
		t.Errorf("got %v, want %v", uses, want)
	}
	now.add(overlap)
	b.verdicts(oldSecret) // has ended: no use
	left := rotated(noon)
	left[0].Tokens = left[0].Tokens[1:]
	b.SetSources(left)
	if uses := b.TokenUses(); !maps.Equal(uses, map[int64]time.Time{1: noon}) {
		t.Errorf("of those left: %v", uses)
	}
}
