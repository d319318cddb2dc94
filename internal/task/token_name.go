package task

import (
	"fmt"
	"slices"
	"time"
)

// NameTakenError says that a source has a valid token of this name already. People and commands
// go by the name.
type NameTakenError struct{ Source, Name string }

func (e *NameTakenError) Error() string {
	return fmt.Sprintf("%s has a valid token %q already: give another name, or rotate that one",
		e.Source, e.Name)
}

// CheckNewName sees that a token which is added beside others gets a name of its own.
func CheckNewName(tokens []SourceToken, source, name string, now time.Time) error {
	return checkName(source, name, slices.ContainsFunc(tokens, func(t SourceToken) bool {
		return t.Source == source && t.Name == name && t.Valid(now)
	}))
}

// CheckName sees that the token which a rotation adds does not share its name with one that stays.
// The name of one that ends can be had: a rotation hands it on.
func (r Rotation) CheckName(tokens, replaced []SourceToken) error {
	return checkName(r.Source, r.Name, slices.ContainsFunc(tokens, func(t SourceToken) bool {
		return t.Source == r.Source && t.Name == r.Name && !t.Ends() &&
			!slices.ContainsFunc(replaced, func(old SourceToken) bool { return old.ID == t.ID })
	}))
}

func checkName(source, name string, taken bool) error {
	if taken {
		return &NameTakenError{Source: source, Name: name}
	}
	return nil
}
