package task

import (
	"strconv"
	"time"
)

// Side is one of the two that tell of a task's end.
type Side string

// The sides.
const (
	CallbackSide Side = "callback"
	RecordSide   Side = "record"
)

// Difference is something that a callback and the provider's record tell differently.
type Difference struct {
	Field    string // a Field… key, or the Role of a link
	Index    int    // of a link
	Callback string // as text; empty where that side has none
	Record   string
	Won      Side // whose word the task goes by; empty where it is neither's
}

// What a callback and a record can tell differently, beside their links.
const (
	FieldResult      = "result"
	FieldCode        = "code"
	FieldMessage     = "message"
	FieldFallback    = "fallback"
	FieldResolution  = "resolution"
	FieldPrompt      = "prompt"
	FieldCreatedAt   = "created_at"
	FieldCompletedAt = "completed_at"
)

// Compare lists what a callback and the provider's record tell differently of a task, and whose
// word it goes by now. What either is silent about is no difference, except for links to results:
// a link that only one of them has is one that somebody made up or lost. Times are RFC 3339.
func Compare(t Task, callback, record Report) []Difference {
	var all []Difference
	add := func(field, said, kept string, won Side) {
		if said != "" && kept != "" && said != kept {
			all = append(all, Difference{Field: field, Callback: said, Record: kept, Won: won})
		}
	}
	// The record decides on the result, the links and the times; of the rest the first to tell
	// was believed, so that the task itself is asked.
	add(FieldResult, string(callback.Result), string(record.Result), RecordSide)
	add(FieldCode, number(callback.Code), number(record.Code),
		holder(number(t.Code), number(callback.Code), number(record.Code)))
	add(FieldMessage, callback.Message, record.Message,
		holder(t.Message, callback.Message, record.Message))
	all = append(all, compareLinks(callback.Files, record.Files)...)
	add(FieldFallback, known(callback.Fallback), known(record.Fallback),
		holder(string(t.Fallback), string(callback.Fallback), string(record.Fallback)))
	add(FieldResolution, callback.Resolution, record.Resolution,
		holder(t.Resolution, callback.Resolution, record.Resolution))
	add(FieldPrompt, callback.Prompt, record.Prompt,
		holder(t.Prompt, callback.Prompt, record.Prompt))
	add(FieldCreatedAt, stamp(callback.CreatedAt), stamp(record.CreatedAt), RecordSide)
	add(FieldCompletedAt, stamp(callback.CompletedAt), stamp(record.CompletedAt), RecordSide)
	return all
}

// compareLinks lists the places at which the links differ, those of the callback first. Covers a
// record may leave out, and of upscales it does not tell.
func compareLinks(callback, record []ReportFile) []Difference {
	var all []Difference
	for _, f := range callback {
		d := Difference{Field: string(f.Role), Index: f.Index, Callback: f.URL, Won: RecordSide}
		kept := linkAt(record, f)
		switch {
		case kept == nil && f.Role != Video && f.Role != Original:
			continue
		case kept != nil && sameLink(f.URL, kept.URL):
			continue
		case kept != nil:
			d.Record = kept.URL
		}
		all = append(all, d)
	}
	for _, f := range record {
		if linkAt(callback, f) == nil && (f.Role == Video || f.Role == Original) {
			all = append(all, Difference{Field: string(f.Role), Index: f.Index, Record: f.URL,
				Won: RecordSide})
		}
	}
	return all
}

func linkAt(files []ReportFile, at ReportFile) *ReportFile {
	for i := range files {
		if files[i].Role == at.Role && files[i].Index == at.Index {
			return &files[i]
		}
	}
	return nil
}

// holder says which side a value is from.
func holder(value, callback, record string) Side {
	switch value {
	case record:
		return RecordSide
	case callback:
		return CallbackSide
	}
	return ""
}

// number prints a code; none is nothing said.
func number(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// known returns what is said of the fallback; unknown is nothing said.
func known(f Fallback) string {
	if f == FallbackUnknown {
		return ""
	}
	return string(f)
}

// stamp prints a time to the second, as pages show it.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
