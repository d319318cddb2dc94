package kie

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestClient_sparesAProviderThatIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down, up := reply{status: 502}, reply{body: okRecord("x")}
		client, asked := scripted(Options{Breaker: Breaker{3, time.Minute}},
			down, down, down, down, up)
		ask := func(want error, questions int) {
			t.Helper()
			_, err := client.Query(t.Context(), Veo, "x")
			if !errors.Is(err, want) || len(asked.asked) != questions {
				t.Fatalf("got %v after %d questions, want %v after %d",
					err, len(asked.asked), want, questions)
			}
		}
		for n := range 3 {
			ask(ErrUnavailable, n+1)
		}
		ask(ErrUnavailable, 3) // open
		time.Sleep(time.Minute + time.Second)
		ask(ErrUnavailable, 4) // one tries, and fails
		ask(ErrUnavailable, 4)
		time.Sleep(time.Minute + time.Second)
		ask(nil, 5) // one tries, and all is well
		ask(nil, 6)
	})
}

func TestClient_whatOpensTheBreakerAndWhatDoesNot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply reply
		opens bool
	}{
		"a gateway's error":  {reply{status: 503}, true},
		"no connection":      {reply{err: errors.New("refused")}, true},
		"a server's error":   {reply{body: `{"code":500,"msg":"m"}`}, true},
		"maintenance":        {reply{body: `{"code":455,"msg":"m"}`}, true},
		"nonsense":           {reply{body: `<html>`}, true},
		"a wrong key":        {reply{body: `{"code":401,"msg":"m"}`}, false},
		"no record":          {reply{body: `{"code":422,"msg":"record is null"}`}, false},
		"a refusal":          {reply{body: `{"code":400,"msg":"m"}`}, false},
		"a record":           {reply{body: okRecord("x")}, false},
		"no such route":      {reply{status: 404}, false},
		"a failure's record": {reply{body: `{"code":500,"data":{"taskId":"x","successFlag":2}}`}, false},
	} {
		client, asked := scripted(Options{Breaker: Breaker{2, time.Hour}}, c.reply)
		for range 4 {
			_, _ = client.Query(t.Context(), Veo, "x")
		}
		want := 4
		if c.opens {
			want = 2
		}
		if len(asked.asked) != want {
			t.Errorf("%s: %d questions, want %d", name, len(asked.asked), want)
		}
	}
}

func TestClient_anAskerWhoLeavesSaysNothingOfTheProvider(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, asked := scripted(Options{Breaker: Breaker{1, time.Hour}},
			reply{hang: true}, reply{hang: true}, reply{body: okRecord("x")})
		for _, left := range []func() (context.Context, context.CancelFunc){
			func() (context.Context, context.CancelFunc) {
				return context.WithTimeout(t.Context(), time.Second)
			},
			func() (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			},
		} {
			ctx, cancel := left()
			_, err := client.Query(ctx, Veo, "x")
			if !errors.Is(err, ctx.Err()) || errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v, want %v", err, ctx.Err())
			}
			cancel()
		}
		if _, err := client.Query(t.Context(), Veo, "x"); err != nil || len(asked.asked) != 3 {
			t.Errorf("got %v after %d questions", err, len(asked.asked))
		}
	})
}

func TestClient_doesNotWaitForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(Options{}, reply{hang: true})
		start := time.Now()
		_, err := client.Query(t.Context(), Veo, "x")
		if !errors.Is(err, ErrUnavailable) || time.Since(start) != 20*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}
