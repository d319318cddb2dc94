package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
)

// registrationJSON is what an application sends of a task it has submitted.
type registrationJSON struct {
	Provider     string   `json:"provider"`
	Product      string   `json:"product"`
	TaskID       string   `json:"task_id"`
	Prompt       string   `json:"prompt"`
	ParentTaskID string   `json:"parent_task_id"`
	Labels       []string `json:"labels"`
	AspectRatio  string   `json:"aspect_ratio"`
	Fallback     bool     `json:"enable_fallback"`
}

// registeredJSON is the task as it stands then, and what the provider is likely to refuse.
type registeredJSON struct {
	taskJSON
	Warnings []task.Warning `json:"warnings"`
	// Known lists the products by provider, where the warnings say that this one is not among them.
	Known map[string][]string `json:"known_products,omitempty"`
}

// maxRegistration is the longest registration, in bytes.
const maxRegistration = 64 << 10

// apiRegister takes note of a task that an application has submitted. Telling it again is no
// error and changes nothing.
func (s *Server) apiRegister(c echo.Context) error {
	r, err := readRegistration(c.Request().Body)
	if errors.Is(err, errLongRegistration) {
		return &publicError{Status: http.StatusRequestEntityTooLarge, Detail: sentence(err.Error()),
			Err: err}
	}
	if err != nil {
		return bad(err)
	}
	t, created, err := s.Store.Register(c.Request().Context(), r)
	if err != nil {
		return err
	}
	s.Registered(t)
	status := http.StatusOK
	if created {
		status = http.StatusCreated
		c.Response().Header().Set("Location", s.Links.APITask(t.Provider, t.TaskID))
	}
	answer := registeredJSON{taskJSON: newTaskJSON(s.Links, t), Warnings: s.warnings(&r, &t)}
	if len(r.UnknownTo(s.Providers)) > 0 {
		answer.Known = make(map[string][]string)
		for _, p := range s.Providers {
			answer.Known[p.Name] = p.Products
		}
	}
	return c.JSON(status, answer)
}

// warnings are what of a registration is likely to be refused by the provider, or to be followed
// by nobody here, or contradicts the task as it stands.
func (s *Server) warnings(r *task.Registration, t *task.Task) []task.Warning {
	all := []task.Warning{} // a list in JSON, also where it is empty
	all = append(all, r.UnknownTo(s.Providers)...)
	all = append(all, r.Against(t)...)
	return append(all, r.Warnings()...)
}

// errLongRegistration says that there is more than any registration needs.
var errLongRegistration = fmt.Errorf("the registration is longer than %d KiB", maxRegistration>>10)

// readRegistration reads one JSON object and nothing else. An unknown member is an error: it is
// most likely a known one misspelled.
func readRegistration(body io.Reader) (task.Registration, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxRegistration+1))
	switch {
	case err != nil:
		return task.Registration{}, errors.New("the body broke off before its end")
	case len(text) > maxRegistration:
		return task.Registration{}, errLongRegistration
	case len(bytes.TrimSpace(text)) == 0:
		return task.Registration{}, errors.New("the body is empty; it has to be one JSON object")
	}
	var j registrationJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return task.Registration{}, fmt.Errorf("the body is no registration: %s", whatIsWrong(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return task.Registration{}, errors.New("the body goes on after the registration")
	}
	if err := checkMembers(text); err != nil {
		return task.Registration{}, fmt.Errorf("the body is no registration: %w", err)
	}
	r := task.Registration{Provider: j.Provider, Product: j.Product, TaskID: j.TaskID,
		Prompt: j.Prompt, ParentTaskID: j.ParentTaskID, Labels: j.Labels,
		AspectRatio: j.AspectRatio, Fallback: j.Fallback}
	r.Tidy()
	return r, r.Check()
}

// checkMembers finds what encoding/json lets pass in an object that it has read: a known name in
// other letters, and one that is given twice, of which it takes the last.
func checkMembers(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.New("it has to be one object, not null") // which reads as one without members
	}
	var seen []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		switch {
		case !slices.Contains(registrationMembers(), name):
			return fmt.Errorf("unknown field %.80q: names are written in small letters", name)
		case slices.Contains(seen, name):
			return fmt.Errorf("%s is given twice: give it once", name)
		}
		seen = append(seen, name)
	}
	return nil
}

// registrationMembers are the names that the members of a registration have.
func registrationMembers() []string {
	t := reflect.TypeFor[registrationJSON]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// whatIsWrong says in whose words JSON could not be read: the sender's, who knows members and no
// types of ours.
func whatIsWrong(err error) string {
	var other *json.UnmarshalTypeError
	if !errors.As(err, &other) {
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	got := map[string]string{"string": "a text", "number": "a number", "bool": "true or false",
		"array": "a list", "object": "an object"}
	kind, _, _ := strings.Cut(other.Value, " ")
	switch other.Field {
	case "":
		return "it has to be one object, not " + got[kind]
	case "labels":
		return "labels has to be a list of texts; there is " + got[kind]
	case "enable_fallback":
		return "enable_fallback has to be true or false, not " + got[kind]
	}
	return other.Field + " has to be a text, not " + got[kind]
}
