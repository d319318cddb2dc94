package task

import (
	"slices"
	"strings"
	"time"
)

// Rules are what Apply must be told about the world.
type Rules struct {
	// Usable judges a link before anything connects to it; nil means usable.
	Usable func(url string) error
	// Lifetime is how long a provider keeps the files of a product after completion.
	Lifetime func(provider, product string) time.Duration
	// Asks says that the provider can be asked for its own record.
	Asks bool
}

// Change is what a report did to a task.
type Change struct {
	Task    Task // as it is now; its Assets are those known before
	Outcome Outcome
	Reason  string  // a Reason… key; empty for an applied report
	Assets  []Asset // to be stored: new ones, and unusable ones that got a better link
}

// Apply lets a delivered report act on a task, nil for one never heard of. The first terminal
// result wins: a success is not taken back by a failure nor replaced by another success, while a
// failure becomes a success if one arrives. A success without a usable link is one, too, but the
// next that has any fills it. It changes none of its arguments.
func Apply(current *Task, report Report, now time.Time, rules Rules) Change {
	next := start(current, report, now)
	next.Deliveries++
	if next.FirstDeliveryAt.IsZero() {
		next.FirstDeliveryAt = now
	}
	switch report.Result {
	case ResultSucceeded:
		if next.Status == Failed && next.CrossChecked != CheckNo && rules.Asks {
			// The provider is asked again: a claim does not do away with what it has on file.
			return Change{Task: next, Outcome: Conflicting, Reason: ReasonAgainstRecord}
		}
		if upgrades(report.Files) {
			return upgrade(next, report, now, rules)
		}
		return succeed(next, report, now, rules)
	case ResultFailed:
		return fail(next, report, now)
	case ResultRunning:
		return run(next, report)
	default:
		return unclear(next)
	}
}

// Withhold counts a delivered report without letting it act: its signature has vouched for another
// body before, so that whoever sent this one has captured it.
func Withhold(current *Task, report Report, now time.Time) Change {
	next := start(current, report, now)
	next.Deliveries++
	if next.FirstDeliveryAt.IsZero() {
		next.FirstDeliveryAt = now
	}
	return Change{Task: next, Outcome: Conflicting, Reason: ReasonSignatureReused}
}

// start returns the task a report begins with: a copy of the known one, or a new one.
func start(current *Task, report Report, now time.Time) Task {
	if current != nil {
		known := *current
		known.Assets = slices.Clone(known.Assets)
		return known
	}
	return Task{
		Provider: report.Provider, Product: report.Product, TaskID: report.TaskID,
		Status: Waiting, Fallback: FallbackUnknown, CrossChecked: CheckNo, FirstSeenAt: now,
	}
}

func succeed(next Task, report Report, now time.Time, rules Rules) Change {
	hash := fingerprint(report.Files)
	switch {
	case hash == next.ResultHash, next.settled() && len(report.Files) == 0:
		return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
	case next.settled() && next.CrossChecked != CheckNo && next.has(report.Files):
		// What was found by asking has links that are signed anew.
		return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
	case next.settled():
		return Change{Task: next, Outcome: Conflicting, Reason: ReasonOtherURLs}
	}
	describe(&next, report, now)
	next.Category, next.ResultHash, next.CrossChecked = "", hash, CheckNo
	assets := makeAssets(&next, report.Files, next.CompletedAt, now, rules)
	next.Status = statusWith(next.Assets, assets)
	return Change{Task: next, Outcome: Applied, Assets: assets}
}

func fail(next Task, report Report, now time.Time) Change {
	switch {
	case next.Succeeded() || next.ResultHash != 0:
		return Change{Task: next, Outcome: Conflicting, Reason: ReasonLateFailure}
	case next.Status == Failed && next.Code == report.Code && next.Message == report.Message:
		return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
	case next.Status == Failed:
		return Change{Task: next, Outcome: Conflicting, Reason: ReasonOtherFailure}
	}
	describe(&next, report, now)
	next.Status, next.Category = Failed, report.Category
	if next.Category == "" {
		next.Category = UnknownCategory
	}
	return Change{Task: next, Outcome: Applied}
}

func run(next Task, report Report) Change {
	if next.Terminal() || next.Status == Unconfirmed {
		return Change{Task: next, Outcome: Repeated, Reason: ReasonStillRunning}
	}
	news := fillFacts(&next, report)
	if next.Status == Generating && !news {
		return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
	}
	next.Status = Generating
	return Change{Task: next, Outcome: Applied}
}

func unclear(next Task) Change {
	if next.Status == Waiting || next.Status == Generating {
		next.Status = Unconfirmed
	}
	return Change{Task: next, Outcome: NotUnderstood, Reason: ReasonUnknownShape}
}

// exacter says whether a product is the other one told more exactly, as runway-extend is of
// runway: a source for every shape cannot tell an extension from a generation.
func exacter(product, other string) bool { return strings.HasPrefix(product, other+"-") }

// describe takes over what a terminal report says of the task.
func describe(t *Task, report Report, now time.Time) {
	t.Code, t.Message = report.Code, report.Message
	t.CompletedAt = report.CompletedAt
	if t.CompletedAt.IsZero() {
		t.CompletedAt = now
	}
	fillFacts(t, report)
}

// fillFacts takes over facts that a report states, leaves alone what it is silent about, and
// says whether any was news.
func fillFacts(t *Task, report Report) (news bool) {
	set := func(field *string, value string) {
		if value != "" && value != *field {
			*field, news = value, true
		}
	}
	if !exacter(t.Product, report.Product) {
		set(&t.Product, report.Product)
	}
	set(&t.Model, report.Model)
	set(&t.ParentTaskID, report.ParentTaskID)
	set(&t.Resolution, report.Resolution)
	set(&t.Prompt, report.Prompt)
	set(&t.Note, report.Note)
	if report.Fallback != "" && report.Fallback != FallbackUnknown {
		set((*string)(&t.Fallback), string(report.Fallback))
	}
	if report.Credits > 0 && report.Credits != t.Credits {
		t.Credits, news = report.Credits, true
	}
	if !report.CreatedAt.IsZero() && !report.CreatedAt.Equal(t.CreatedAt) {
		t.CreatedAt, news = report.CreatedAt, true
	}
	return news
}
