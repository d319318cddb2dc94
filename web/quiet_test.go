package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// loud are the lines of the log that somebody has to look at.
func loud(log string) []string {
	var lines []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestAClientThatLeftIsNoError sends half a form and is gone, which strangers can do at any pace.
func TestAClientThatLeftIsNoError(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{browser, "Accept: */*"} {
		s := newClosedSite(t)
		ctx, leave := context.WithCancel(t.Context())
		r := newRequest(http.MethodPost, "/sign-in", "", form, accept).WithContext(ctx)
		r.ContentLength = 50
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader("name=a"),
			iotest.ErrReader(errors.New("unexpected EOF"))))
		leave()
		s.server.ServeHTTP(httptest.NewRecorder(), r)
		if lines := loud(s.log.String()); len(lines) > 0 {
			t.Errorf("%s: %q", accept, lines)
		}
	}
}

// TestReturningWithoutATripIsNoWarning tells of a trip that fails, and not of what is none.
func TestReturningWithoutATripIsNoWarning(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	w := s.ask(http.MethodGet, "/x/y/sign-in/oidc/callback?state=x&code=A", "", browser)
	if lines := loud(s.log.String()); w.Code != http.StatusBadRequest || len(lines) > 0 {
		t.Errorf("%d, %q", w.Code, lines)
	}
	v := s.leave("")
	v.back = strings.Replace(v.back, "code=", "error=denied&code=", 1)
	s.arrive(v)
	if lines := loud(s.log.String()); len(lines) != 1 || !strings.Contains(lines[0], "denied") {
		t.Errorf("a trip that failed: %q", lines)
	}
	for range 50 {
		lost := s.leave("")
		lost.back = strings.Replace(lost.back, "code=", "error=denied&code=", 1)
		s.arrive(lost)
	}
	if n := len(loud(s.log.String())); n != 10 {
		t.Errorf("%d warnings within a minute", n)
	}
	s.clock.Add(time.Minute)
	v = s.leave("")
	v.back = strings.Replace(v.back, "code=", "error=later&code=", 1)
	s.arrive(v)
	if n := len(loud(s.log.String())); n != 11 {
		t.Errorf("%d warnings a minute later", n)
	}
}
