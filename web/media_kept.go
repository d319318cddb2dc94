package web

import (
	"errors"
	"net/http"

	"github.com/reelback/reelback/internal/task"
)

// Kept watches over the saved files.
type Kept interface {
	Report(path string) // that something is wrong with the file
	Away() task.Away    // why no file can be found; empty while they can
	Believe() error     // that what is gone does not come back
}

// away says why no saved file can be found; empty while they can.
func (s *Server) away() task.Away {
	if s.Kept == nil {
		return task.NotAway
	}
	return s.Kept.Away()
}

// reasonAway begins the word for the media folder being away, in answers to machines.
const reasonAway = "media_"

// errAway is the cause of every answer that the absence of the media folder makes fail: who noticed
// it has logged it, once.
var errAway = errors.New("the media folder is away")

// awayError is the answer to what cannot be had while the media folder is away.
func awayError(away task.Away, err error) error {
	return &publicError{Status: http.StatusServiceUnavailable, Detail: away.Sentence(),
		Reason: reasonAway + string(away), Err: errors.Join(errAway, err)}
}

// reportFile reports a saved file that is not on disk, or not as it should be, and returns what to
// answer.
func (s *Server) reportFile(path string, err error) error {
	if s.Kept == nil {
		return err
	}
	s.Kept.Report(path)
	if away := s.away(); away != task.NotAway && err != nil {
		return awayError(away, err)
	}
	return err
}
