package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPrompt is how much of a prompt a progress line shows, in characters.
const maxPrompt = 48

// line is an attempt in one line: product, answer, time, what it was.
func line(a Attempt) string {
	what := a.Callback.Title
	if prompt := a.Callback.Prompt; prompt != "" {
		what += ": " + shorten(prompt, maxPrompt)
	}
	var notes []string
	if a.Duplicate {
		notes = append(notes, "duplicate")
	}
	if a.Number > 1 || !a.Accepted() {
		notes = append(notes, fmt.Sprintf("attempt %d of %d", a.Number, a.Of))
	}
	if len(notes) > 0 {
		what += " (" + strings.Join(notes, ", ") + ")"
	}
	return fmt.Sprintf("%-13s  %-9s  %5d ms  %s",
		a.Callback.Product, answer(a), a.Took.Milliseconds(), what)
}

// answer says in a word or two how the receiver answered.
func answer(a Attempt) string {
	switch {
	case errors.Is(a.Err, context.DeadlineExceeded):
		return "too late"
	case a.Err != nil:
		return "no answer"
	case a.Status == http.StatusOK:
		return "accepted"
	}
	return strconv.Itoa(a.Status)
}

// String sums up in one line.
func (s Summary) String() string {
	parts := []string{fmt.Sprintf("%d callbacks: %d accepted", s.Callbacks, s.Accepted)}
	for _, more := range []struct {
		n    int
		what string
	}{
		{s.Duplicates, "sent twice"}, {s.Dropped, "dropped"}, {s.Retries, "retries"},
		{s.GivenUp, "given up"},
	} {
		if more.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", more.n, more.what))
		}
	}
	return strings.Join(parts, ", ")
}

// shorten cuts s to n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// ignoreEnd returns err unless the program was asked to stop, which is no fault.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
