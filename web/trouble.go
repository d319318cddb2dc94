package web

import (
	"errors"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// troubleError says that nothing can be stored at the moment.
type troubleError struct {
	trouble task.Trouble
	err     error // that told of it; nil where it was known before
}

func (e *troubleError) Error() string {
	if e.err != nil {
		return e.err.Error()
	}
	return e.trouble.Sentence()
}

func (e *troubleError) Unwrap() error { return e.err }

// trouble says why nothing can be stored; empty while it can.
func (s *Server) trouble() task.Trouble {
	if s.Writes == nil {
		return task.NoTrouble
	}
	return s.Writes.Trouble()
}

// troubled makes a trouble of an error that tells of the database as a whole, and notes it.
func (s *Server) troubled(err error) error {
	var known *troubleError
	t := store.TroubleOf(err)
	if t == task.NoTrouble || errors.As(err, &known) || errors.Is(err, inbox.ErrBusy) {
		return err // the inbox notes its own
	}
	if s.Writes != nil {
		s.Writes.Note(err)
	}
	return &troubleError{trouble: t, err: err}
}

// toldByWrites says whether the log has an error from elsewhere, or a count of its like: while the
// disk is full there is one for every callback.
func toldByWrites(err error) bool {
	var t *troubleError
	return errors.As(err, &t) || errors.Is(err, inbox.ErrBusy) || errors.Is(err, errAway)
}

// reasonOf is the word by which machines tell an answer from others of its status.
func reasonOf(err error) string {
	var t *troubleError
	var public *publicError
	switch {
	case errors.As(err, &t):
		return string(t.trouble)
	case errors.As(err, &public):
		return public.Reason
	}
	return ""
}
