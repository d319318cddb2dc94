package task

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Alteration is one thing about a task that changes.
type Alteration struct {
	Field         string // as the API names it; "result" for what a result is recognised by
	Before, After string // as text; times as RFC 3339
}

// Alterations lists field by field what changes from one state of a task to another. Files and
// labels are not among it.
func Alterations(before, after Task) []Alteration {
	var all []Alteration
	was, is := fieldsOf(before), fieldsOf(after)
	for i, f := range is {
		if was[i].After != f.After {
			all = append(all, Alteration{Field: f.Field, Before: was[i].After, After: f.After})
		}
	}
	return all
}

// fieldsOf returns what deliveries and records tell of a task, in order of interest.
func fieldsOf(t Task) []Alteration {
	number := strconv.Itoa
	return []Alteration{
		{"status", "", string(t.Status)}, {"code", "", number(t.Code)},
		{"category", "", string(t.Category)}, {"message", "", t.Message},
		{"product", "", t.Product}, {"model", "", t.Model},
		{"fallback", "", string(t.Fallback)}, {"resolution", "", t.Resolution},
		{"prompt", "", t.Prompt}, {"parent_task_id", "", t.ParentTaskID},
		{"cross_checked", "", string(t.CrossChecked)}, {"note", "", t.Note},
		{"created_at", "", timeText(t.CreatedAt)}, {"completed_at", "", timeText(t.CompletedAt)},
		{"first_delivery_at", "", timeText(t.FirstDeliveryAt)},
		{"deliveries", "", number(t.Deliveries)},
		{"credits", "", strconv.FormatFloat(t.Credits, 'f', -1, 64)},
		{"result", "", strconv.FormatInt(t.ResultHash, 36)},
	}
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Why a delivery that was refused stays so.
const (
	StaysVouch    = "vouch"     // its token or signature was wrong: nobody can vouch for it later
	StaysTooLarge = "too_large" // only its beginning was kept
	StaysUnclear  = "unclear"   // today's code cannot read it either
)

// StaysRefused returns why a refused delivery must not even be read again, a Stays… key, or
// nothing: where it was its shape alone that was wrong, whoever sent it had been let in.
func StaysRefused(reason string) string {
	switch key := ReasonKey(reason); {
	case key == ReasonTooLarge:
		return StaysTooLarge
	case slices.Contains([]string{ReasonEncoding, ReasonNotJSON, ReasonNotObject, ReasonWrongType,
		ReasonNoTaskID}, key):
		return ""
	}
	return StaysVouch
}

// ReasonKey returns a reason without the detail that may follow it.
func ReasonKey(reason string) string {
	key, _, _ := strings.Cut(reason, ": ")
	return key
}
