package provider

import (
	"errors"

	"github.com/reelback/reelback/internal/task"
)

// ErrNoTaskID is matched by the *ShapeError of a document that names no task.
var ErrNoTaskID = errors.New("no task id")

// ShapeError says why nothing can be made of a body. Its text is written to be kept as
// task.Delivery.Reason: a reason's key, and after ": " what is wrong where.
type ShapeError struct {
	// Reason is task.ReasonNotJSON, ReasonNotObject, ReasonWrongType, ReasonNoTaskID
	// or ReasonEncoding.
	Reason string
	// Path is the member it is about, "data.taskId"; empty when it is about the body as a whole.
	Path string
	// Detail is what is wrong there, in a few English words; it may be empty.
	Detail string
}

// Error returns the reason's key with the place and the detail, as far as the reason has them.
func (e *ShapeError) Error() string {
	switch {
	case e.Path != "" && e.Detail != "":
		return e.Reason + ": " + e.Path + " (" + e.Detail + ")"
	case e.Path != "":
		return e.Reason + ": " + e.Path
	case e.Detail != "":
		return e.Reason + ": " + e.Detail
	}
	return e.Reason
}

// Is makes errors.Is(err, ErrNoTaskID) work.
func (e *ShapeError) Is(target error) bool {
	return target == ErrNoTaskID && e.Reason == task.ReasonNoTaskID
}
