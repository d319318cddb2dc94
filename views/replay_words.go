package views

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// ReplayTally are the numbers of a replay, or of what one would do.
type ReplayTally struct {
	Deliveries int64 // that match and have been looked at
	Unchanged  int64 // of these, whose task stays as it is
	Refused    int64 // of these, that stay refused
	Tasks      int64 // rebuilt
	Changed    int64 // of these, that come out otherwise
	Made       int64 // of these, that were unheard of
	LeftAlone  int64 // tasks that cannot be rebuilt
	Outcomes   int64 // deliveries that come out otherwise
	Files      int64 // to be saved that were not known
}

// replayFacts is the strip of numbers. Total is how many deliveries match, as a text.
func replayFacts(f Frame, filter task.DeliveryFilter, t ReplayTally, total string) []Fact {
	number := func(id string, n int64) Fact {
		return Fact{Name: f.T.T("replay.fact." + id), Text: f.T.Int(n)}
	}
	deliveries := number("deliveries", t.Deliveries)
	deliveries.URL = deliveriesURL(f, filter)
	deliveries.Small = f.T.T("replay.of", "Total", total)
	tasks := number("changed", t.Changed)
	tasks.Small = f.T.T("replay.of_rebuilt", "Total", f.T.Int(t.Tasks))
	if t.Made > 0 {
		tasks.Small = f.T.T("replay.made", "N", f.T.Int(t.Made))
	}
	facts := []Fact{deliveries, tasks, number("outcomes", t.Outcomes), number("files", t.Files),
		number("unchanged", t.Unchanged)}
	if t.Refused > 0 {
		facts = append(facts, number("refused", t.Refused))
	}
	if t.LeftAlone > 0 {
		facts = append(facts, number("left", t.LeftAlone))
	}
	return facts
}

// replayWhat says in words which deliveries a filter chooses.
func replayWhat(f Frame, filter task.DeliveryFilter) string {
	if len(query.Deliveries(filter)) == 0 {
		return f.T.T("replay.all")
	}
	var parts []string
	add := func(id, value string) {
		if value != "" {
			parts = append(parts, f.T.T("replay.part", "Name", f.T.T(id), "Value", value))
		}
	}
	var outcomes []string
	for _, o := range filter.Outcomes {
		outcomes = append(outcomes, OutcomeText(f.T, o))
	}
	if filter.ID > 0 {
		add("replay.delivery", deliveryNumber(filter.ID))
	}
	add("facet.outcome", strings.Join(outcomes, f.T.T("replay.comma")))
	add("facet.source", strings.Join(filter.Sources, f.T.T("replay.comma")))
	add("facet.task", filter.TaskID)
	add("facet.received", timeValue(f, filter.From, filter.To))
	return strings.Join(parts, " · ")
}

// reasonNotes says for each key how often it applies, in a sentence.
func reasonNotes(f Frame, prefix string, counts map[string]int64) []string {
	notes := make([]string, 0, len(counts))
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		notes = append(notes, f.T.N(prefix+key, int(counts[key])))
	}
	return notes
}

// fieldText names a field of a task that a replay changes.
func fieldText(f Frame, field string) string {
	if id := "replay.field." + field; f.T.Has(id) {
		return f.T.T(id)
	}
	return field
}

// longestValue is how much of a value is shown, in characters.
const longestValue = 160

// valueText prints a value of a field: known keys in words, anything else as it is.
func valueText(f Frame, field, value string) string {
	value = oneLine(value)
	prefix := map[string]string{"status": "status.", "category": "category.",
		"fallback": "fallback.", "cross_checked": "task.check.", "note": "task.note."}[field]
	at, notTime := time.Parse(time.RFC3339Nano, value)
	switch {
	case value == "":
		return "–"
	case notTime == nil:
		return f.Exact(at)
	case prefix != "" && f.T.Has(prefix+value):
		return f.T.T(prefix + value)
	case field == "product":
		return ProductText(f.T, value)
	}
	if runes := []rune(value); len(runes) > longestValue {
		return string(runes[:longestValue]) + "…"
	}
	return value
}

// replayState is the state of a replay, ready to be drawn.
func replayState(f Frame, state string) ui.StatusProps {
	p := ui.StatusProps{Key: "unconfirmed", Icon: "retry", Text: f.T.T("replay.state." + state)}
	switch state {
	case "running", "undoing":
		p.Key, p.Icon = "saving", "saving"
	case "done":
		p.Key, p.Icon = "saved", "saved"
	case "interrupted":
		p.Key, p.Icon = "partly_saved", "warn"
	}
	return p
}
