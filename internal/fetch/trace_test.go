package fetch

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestFetch_TellsWhatTheAttemptWasLike(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(2*half, 1)
	other := serve(t, cutAfter(content, half, "ETag", `"v1"`), file(content, `"v1"`), plain(404, ""))
	server := serve(t, redirect(other.link()))
	host := strings.TrimPrefix(other.URL, "http://")
	var got Trace
	var resumed []int64
	attempt := func(link string) {
		_, _ = b.Fetch(context.Background(), Request{URL: link, Role: task.Video, Part: b.part,
			Trace: &got, Resumed: func(from int64) { resumed = append(resumed, from) }}) // how it ends is in other tests
	}
	for _, want := range []Trace{
		{Host: host, Status: 200, Bytes: half},
		{Host: host, Status: 206, From: half, Bytes: half},
		{From: 2 * half}, // whole, and nobody had to be asked
	} {
		attempt(server.link())
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if !slices.Equal(resumed, []int64{half, 2 * half}) {
		t.Errorf("told of going on from %v", resumed)
	}
	if err := b.part.Reset(); err != nil {
		t.Fatal(err)
	}
	attempt(server.link())
	if want := (Trace{Host: host, Status: 404}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	attempt("ftp://a")
	if got != (Trace{}) {
		t.Errorf("of no attempt %+v", got)
	}
}
