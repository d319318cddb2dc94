package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// withSources adds the sources a and b, whose tokens are numbered 1 and 2.
func (b *bundle) withSources() *bundle {
	b.t.Helper()
	sources := []task.Source{{Name: "a", Provider: "kie"}, {Name: "b", Provider: "kie"}}
	made := 0
	token := func() string { made++; return tokenNo(made) }
	if err := b.EnsureSources(b.ctx, sources, token); err != nil {
		b.t.Fatal(err)
	}
	return b
}

func tokenNo(n int) string { return fmt.Sprintf("token-%018d", n) }

// tokens describes the tokens of a source: number, name and hours to the end, "!" where invalid.
func (b *bundle) tokens(source string) string {
	b.t.Helper()
	list, err := b.ListSourceTokens(b.ctx, source)
	if err != nil {
		b.t.Fatal(err)
	}
	words := make([]string, len(list))
	for i, tok := range list {
		words[i] = fmt.Sprintf("%d %s", tok.ID, tok.Name)
		switch left := tok.ExpiresAt.Sub(b.clock.Now()); {
		case !tok.Valid(b.clock.Now()):
			words[i] += "!"
		case tok.Ends():
			words[i] += fmt.Sprintf(" %.0fh", left.Hours())
		}
	}
	return strings.Join(words, ", ")
}

// valid lists the numbers of the tokens with which callbacks are taken.
func (b *bundle) valid(source string) (ids []int64) {
	b.t.Helper()
	sources, err := b.ListSources(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, src := range sources {
		for _, tok := range src.Tokens {
			if tok.Source != src.Name {
				b.t.Errorf("%s has a token of %s", src.Name, tok.Source)
			}
			if src.Name == source {
				ids = append(ids, tok.ID)
			}
		}
	}
	return ids
}

func TestATokenIsCreatedBesideTheOthers(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	b.clock.add(time.Second)
	made, err := b.CreateSourceToken(b.ctx, "a", "shop", tokenNo(3))
	want := task.SourceToken{ID: 3, Source: "a", Name: "shop", Token: tokenNo(3),
		CreatedAt: fromMicros(micros(b.clock.Now()))}
	if err != nil || made != want {
		t.Errorf("got %+v, %v", made, err)
	}
	if got := b.tokens("a"); got != "3 shop, 1 first" {
		t.Errorf("a has %s", got)
	}
	if got := b.tokens(""); got != "3 shop, 2 first, 1 first" {
		t.Errorf("all are %s", got)
	}
	for name, args := range map[string][3]string{
		"no source":  {"c", "n", tokenNo(4)},
		"no name":    {"a", "", tokenNo(4)},
		"twice":      {"b", "n", tokenNo(1)},
		"too short":  {"a", "n", "short"},
		"odd letter": {"a", "n\x00", tokenNo(4)},
	} {
		if _, err := b.CreateSourceToken(b.ctx, args[0], args[1], args[2]); err == nil {
			t.Errorf("%s: it is taken", name)
		} else if strings.Contains(err.Error(), args[2]) {
			t.Errorf("%s: the error has the token: %v", name, err)
		}
	}
}

func TestTokensOfOneSourceHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	taken := func(what string, err error) {
		t.Helper()
		var taken *task.NameTakenError
		if !errors.As(err, &taken) || !strings.Contains(err.Error(), "another name") {
			t.Errorf("%s: %v", what, err)
		}
	}
	create := func(source, name string, n int) error {
		_, err := b.CreateSourceToken(b.ctx, source, name, tokenNo(n))
		return err
	}
	rotate := func(r task.Rotation, n int) error {
		r.Source, r.Token = "a", tokenNo(n)
		_, _, err := b.RotateSourceToken(b.ctx, r)
		return err
	}
	taken("a second of one source", create("a", task.FirstToken, 3))
	for what, err := range map[string]error{
		"one of its own": create("a", "shop", 4), "one of another source": create("b", "shop", 5),
		"handed on": rotate(task.Rotation{Only: 1, Overlap: time.Hour}, 6),
		"again":     rotate(task.Rotation{Overlap: time.Hour}, 7),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := rotate(task.Rotation{Name: "only"}, 8); err != nil {
		t.Fatal(err)
	}
	if err := create("a", "shop", 9); err != nil {
		t.Errorf("the name of one that has ended: %v", err)
	}
	only := slices.Max(b.valid("a"))
	taken("that of one that stays", rotate(task.Rotation{Only: only, Name: "only"}, 10))
	if err := rotate(task.Rotation{Only: only, Overlap: time.Hour, Name: "fresh"}, 11); err != nil {
		t.Fatal(err)
	}
	taken("that of one which still ends", create("a", "shop", 12))
}

func TestRotationEndsTheOldTokensAfterTheOverlap(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	made, old, err := b.RotateSourceToken(b.ctx, task.Rotation{Source: "a", Token: tokenNo(3),
		Overlap: time.Hour})
	if err != nil || made.Name != task.FirstToken || len(old) != 1 || old[0].ID != 1 {
		t.Fatalf("%+v, %+v, %v", made, old, err)
	}
	b.reopen()
	end := old[0].ExpiresAt
	for _, step := range []struct {
		now  time.Time
		want []int64
	}{
		{start(), []int64{3, 1}},
		{end.Add(-time.Microsecond), []int64{3, 1}},
		{end, []int64{3}}, // the exact moment
		{end.Add(time.Hour), []int64{3}},
	} {
		b.clock.now = step.now
		if got := b.valid("a"); !slices.Equal(got, step.want) {
			t.Errorf("at %s: %v, want %v", step.now, got, step.want)
		}
	}
	if got := b.valid("b"); !slices.Equal(got, []int64{2}) {
		t.Errorf("another source has %v", got)
	}
}

func TestRotationsOfManyKinds(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	for _, step := range []struct {
		r    task.Rotation
		want string
	}{
		{task.Rotation{Overlap: 2 * time.Hour}, "3 first, 1 first 2h"},
		{task.Rotation{Overlap: 24 * time.Hour, Name: "shop"}, "4 shop, 3 first 24h, 1 first 2h"},
		{task.Rotation{Only: 3}, "5 first, 4 shop, 1 first 2h, 3 first!"},
		{task.Rotation{Only: 4, Overlap: time.Hour},
			"6 shop, 5 first, 1 first 2h, 4 shop 1h, 3 first!"},
		{task.Rotation{}, "7 shop, 6 shop!, 5 first!, 4 shop!, 1 first!, 3 first!"},
	} {
		step.r.Source, step.r.Token = "a", tokenNo(10+len(b.tokens("")))
		if _, _, err := b.RotateSourceToken(b.ctx, step.r); err != nil {
			t.Fatal(err)
		}
		b.clock.add(time.Microsecond)
		if got := b.tokens("a"); got != step.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", step.r, got, step.want)
		}
	}
	before := b.tokens("")
	for name, r := range map[string]task.Rotation{
		"no source":     {Source: "c"},
		"of another":    {Source: "a", Only: 2},
		"ended":         {Source: "a", Only: 1},
		"no such token": {Source: "a", Only: 99},
		"too long":      {Source: "a", Overlap: task.MaxOverlap + 1},
	} {
		r.Token = tokenNo(99)
		if _, _, err := b.RotateSourceToken(b.ctx, r); err == nil {
			t.Errorf("%s: no error", name)
		} else if name != "too long" && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := b.tokens(""); after != before {
		t.Errorf("left behind: %s", after)
	}
}

func TestTokensThatEndedLongAgoAreForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	rotate := func(source string, n int) {
		t.Helper()
		_, _, err := b.RotateSourceToken(b.ctx, task.Rotation{Source: source, Token: tokenNo(n)})
		if err != nil {
			t.Fatal(err)
		}
	}
	rotate("a", 3)
	rotate("b", 4)
	b.clock.add(endedKept - time.Microsecond)
	rotate("a", 5)
	if got := strings.Count(b.tokens("a"), "!"); got != 2 {
		t.Errorf("%d are kept", got)
	}
	b.clock.add(time.Microsecond)
	rotate("a", 6)
	if got := b.tokens("a"); strings.Contains(got, ", 1 ") {
		t.Errorf("kept are %s", got)
	}
	if got := strings.Count(b.tokens("b"), "!"); got != 1 {
		t.Errorf("of another source %d are kept", got)
	}
}

func TestRevokedTokensAreGone(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	if _, err := b.CreateSourceToken(b.ctx, "a", "shop", tokenNo(3)); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		source string
		id     int64
		last   bool
		want   error
	}{
		{"b", 1, true, ErrNotFound}, {"", 1, true, ErrNotFound}, {"a", 99, true, ErrNotFound},
		{"a", 1, false, nil}, {"a", 1, false, ErrNotFound},
		{"a", 3, false, task.ErrLastToken}, {"a", 3, true, nil},
	} {
		got, err := b.RevokeSourceToken(b.ctx, step.source, step.id, step.last)
		if !errors.Is(err, step.want) || (err == nil) != (got.ID == step.id) {
			t.Errorf("%+v: %s, %v", step, got, err)
		}
	}
	if got := b.valid("a"); len(got) != 0 {
		t.Errorf("a has %v", got)
	}
	made, err := b.CreateSourceToken(b.ctx, "a", "new", tokenNo(4))
	if err != nil || made.ID != 4 {
		t.Errorf("a number is given again: %+v, %v", made, err)
	}
}

func TestUsesOfTokensAreNoted(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	first, later := fromMicros(micros(start())), fromMicros(micros(start().Add(time.Hour)))
	for _, uses := range []map[int64]time.Time{
		{1: later, 99: later}, {1: first, 2: first}, nil,
	} {
		if err := b.NoteTokenUses(b.ctx, uses); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.ListSourceTokens(b.ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[int64]time.Time)
	for _, tok := range list {
		got[tok.ID] = tok.LastUsedAt
	}
	if want := (map[int64]time.Time{1: later, 2: first}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestTokensOfTheFirstReleaseAreKept goes back to the old table, with a token in it, and on.
func TestTokensOfTheFirstReleaseAreKept(t *testing.T) {
	t.Parallel()
	b := setup(t).withSources()
	if _, err := b.migrations().DownTo(b.ctx, 3); err != nil {
		t.Fatal(err)
	}
	err := b.write.Exec("UPDATE source_tokens SET name = '', created_at = 7 WHERE source = 'b'").Error
	if err != nil {
		t.Fatal(err)
	}
	b.reopen()
	if got := b.tokens(""); got != "2 first, 1 first" {
		t.Errorf("there are %s", got)
	}
	list, err := b.ListSourceTokens(b.ctx, "b")
	if err != nil || len(list) != 1 || list[0].Token != tokenNo(2) ||
		!list[0].CreatedAt.Equal(time.UnixMicro(7)) {
		t.Errorf("b has %+v, %v", list, err)
	}
}
