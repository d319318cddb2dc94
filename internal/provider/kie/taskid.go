package kie

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// place is one of the places of a task id.
type place struct {
	path  string
	value provider.Value
}

// places are where kie puts the task id, in the order in which its clients look.
func (e envelope) places() [4]place {
	return [...]place{
		{"data.taskId", e.data.Get("taskId")},
		{"data.task_id", e.data.Get("task_id")},
		{"taskId", e.root.Get("taskId")},
		{"task_id", e.root.Get("task_id")},
	}
}

// idInData says whether the task id is inside data, as in every shape but Aleph's.
func (e envelope) idInData() bool { return e.data.First("taskId", "task_id").Present() }

// taskID returns the task id from the first place that has one. The error is about the member
// that would have had it: an id of another type, else data or code of another type.
func (e envelope) taskID() (string, error) {
	var problem *provider.ShapeError
	for _, p := range e.places() {
		id, err := p.read()
		if id != "" {
			return id, nil
		}
		if problem == nil {
			problem = err
		}
	}
	if problem == nil {
		problem = e.wrongType()
	}
	if problem == nil {
		problem = &provider.ShapeError{Reason: task.ReasonNoTaskID}
	}
	return "", problem
}

// writtenID returns the id that taskID does, as it is written: with the space around it, if any.
func (e envelope) writtenID() string {
	for _, p := range e.places() {
		if id, _ := p.read(); id != "" {
			return p.value.Literal()
		}
	}
	return ""
}

// read returns the id without space around it, empty if the place has none. A number is an id too,
// as it is written.
func (p place) read() (string, *provider.ShapeError) {
	id := strings.TrimSpace(p.value.Literal())
	switch {
	case p.value.Present() && id == "" && p.value.Kind() != provider.String:
		return "", typeError(p.path, p.value.Kind().String())
	case len(id) > MaxID:
		return "", typeError(p.path, "longer than "+strconv.Itoa(MaxID)+" bytes")
	case lossy(id):
		// Another id with other lost bytes would be the same task's.
		return "", typeError(p.path, "has NUL, half a surrogate pair or bytes that are no UTF-8")
	case id == "." || id == "..":
		return "", typeError(p.path, "is "+id+", which no address can name")
	}
	return id, nil
}

// lossy says whether something of an id was lost when it was read.
func lossy(id string) bool { return strings.ContainsRune(id, utf8.RuneError) }

// wrongType finds out whether the envelope itself is of an unexpected type, nil if it is not.
func (e envelope) wrongType() *provider.ShapeError {
	if e.data.Present() && e.data.Kind() != provider.Object {
		return typeError("data", e.data.Kind().String())
	}
	switch code := e.root.Get("code").Kind(); code {
	case provider.Bool, provider.Array, provider.Object:
		return typeError("code", code.String())
	}
	return nil
}

func typeError(path, detail string) *provider.ShapeError {
	return &provider.ShapeError{Reason: task.ReasonWrongType, Path: path, Detail: detail}
}

// TaskIDs lists the ids a document names, in order and each once.
func TaskIDs(doc provider.Document) []string {
	var ids []string
	for _, p := range open(doc).places() {
		if id, _ := p.read(); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
