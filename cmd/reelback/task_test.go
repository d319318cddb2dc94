package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhatAServerSaysOfATaskIsPassedOn asks servers that answer with more and with less.
func TestWhatAServerSaysOfATaskIsPassedOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id     string
		status int
		body   string
		want   string // the output, or the error
	}{
		{"t-1", 201, `{"status":"waiting"}`, "t-1 added, waiting\n"},
		{"t-1", 400, `{"detail":"The product is missing: give one."}`,
			`task "t-1": the server answered 400 Bad Request: The product is missing: give one.`},
		{" ", 201, `{"status":"waiting"}`, "one of the task ids is empty: leave it out"},
		{"t-1", 404, `{"detail":""}`,
			`task "t-1": the server answered 404 Not Found, without saying why`},
		{"t-1", 502, "<html>", `task "t-1": the server answered 502 Bad Gateway, without saying why`},
		{"t-1", 599, "", `task "t-1": the server answered 599, without saying why`},
		{"t-1", 200, "<html>", `task "t-1": the server answered 200 OK, but not as Reelback does: ` +
			"check its address"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		t.Cleanup(server.Close)
		var out strings.Builder
		add := taskAddCommand{TaskIDs: []string{c.id}, serverOptions: serverOptions{Server: server.URL}}
		if err := add.Run(t.Context(), streams{out: &out}); err != nil {
			out.WriteString(err.Error())
		}
		if out.String() != c.want {
			t.Errorf("%q, %d %s: %q, want %q", c.id, c.status, c.body, out.String(), c.want)
		}
	}
}
