package task

import (
	"hash/fnv"
	"strconv"
	"time"
)

// Rules are what Apply must be told about the world.
type Rules struct {
	// Usable judges a link before anything connects to it; nil means usable.
	Usable func(url string) error
	// Lifetime is how long a provider keeps the files of a product after completion.
	Lifetime func(provider, product string) time.Duration
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
// failure becomes a success if one arrives. It changes neither of its arguments.
func Apply(current *Task, report Report, now time.Time, rules Rules) Change {
	next := start(current, report, now)
	next.Deliveries++
	if next.FirstDeliveryAt.IsZero() {
		next.FirstDeliveryAt = now
	}
	switch report.Result {
	case ResultSucceeded:
		return succeed(next, report, now, rules)
	case ResultFailed:
		return fail(next, report, now)
	case ResultRunning:
		return run(next, report)
	default:
		return unclear(next, current == nil)
	}
}

// start returns the task a report begins with: a copy of the known one, or a new one.
func start(current *Task, report Report, now time.Time) Task {
	if current != nil {
		return *current
	}
	return Task{
		Provider: report.Provider, Product: report.Product, TaskID: report.TaskID,
		Status: Waiting, Fallback: FallbackUnknown, CrossChecked: CheckNo, FirstSeenAt: now,
	}
}

func succeed(next Task, report Report, now time.Time, rules Rules) Change {
	if next.Succeeded() {
		return succeedAgain(next, report, now, rules)
	}
	describe(&next, report, now)
	next.Category = ""
	next.ResultHash = fingerprint(report.Files)
	assets := makeAssets(&next, report.Files, rules)
	next.Status = Unconfirmed
	for i := range assets {
		if assets[i].Open() {
			next.Status = Saving
		}
	}
	return Change{Task: next, Outcome: Applied, Assets: assets}
}

// succeedAgain judges a success of a task that has already succeeded. Only an upscale, which
// the provider announces under its parent's id, adds assets then.
func succeedAgain(next Task, report Report, now time.Time, rules Rules) Change {
	added, others := upscales(&next, report.Files)
	if len(added) > 0 {
		assets := makeAssets(&next, added, rules)
		next.Status = DeriveStatus(append(append([]Asset{}, next.Assets...), assets...))
		return Change{Task: next, Outcome: Applied, Assets: assets}
	}
	if len(others) > 0 && fingerprint(report.Files) != next.ResultHash {
		return Change{Task: next, Outcome: Conflicting, Reason: ReasonOtherURLs}
	}
	return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
}

// upscales returns the files that are upscales not known yet, and those that are no upscales.
func upscales(t *Task, files []ReportFile) (added, others []ReportFile) {
	known := make(map[int]bool)
	upscaled := false
	for _, a := range t.Assets {
		known[a.Index] = known[a.Index] || a.Role == Upscale
	}
	for _, f := range files {
		upscaled = upscaled || f.Role == Upscale
		if f.Role == Upscale && !known[f.Index] {
			added = append(added, f)
		}
		if f.Role != Upscale {
			others = append(others, f)
		}
	}
	if upscaled { // an upscale's own covers are no result of the task
		others = nil
	}
	return added, others
}

func fail(next Task, report Report, now time.Time) Change {
	switch {
	case next.Succeeded():
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
	next.Status = Generating
	fillFacts(&next, report)
	return Change{Task: next, Outcome: Applied}
}

func unclear(next Task, unheardOf bool) Change {
	if unheardOf || next.Status == Waiting || next.Status == Generating {
		next.Status = Unconfirmed
	}
	return Change{Task: next, Outcome: NotUnderstood, Reason: ReasonUnknownShape}
}

// describe takes over what a terminal report says of the task.
func describe(t *Task, report Report, now time.Time) {
	t.Code, t.Message = report.Code, report.Message
	t.CompletedAt = report.CompletedAt
	if t.CompletedAt.IsZero() {
		t.CompletedAt = now
	}
	fillFacts(t, report)
}

// fillFacts takes over facts that a report states, and leaves alone what it is silent about.
func fillFacts(t *Task, report Report) {
	set := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	set(&t.Product, report.Product)
	set(&t.Model, report.Model)
	set(&t.ParentTaskID, report.ParentTaskID)
	set(&t.Resolution, report.Resolution)
	set(&t.Prompt, report.Prompt)
	set(&t.Note, report.Note)
	if report.Fallback != "" && report.Fallback != FallbackUnknown {
		t.Fallback = report.Fallback
	}
	if !report.CreatedAt.IsZero() {
		t.CreatedAt = report.CreatedAt
	}
}

// makeAssets turns links into assets. A link that cannot be used makes a failed one, so that
// the page can say why nothing is saved.
func makeAssets(t *Task, files []ReportFile, rules Rules) []Asset {
	expires := time.Time{}
	if rules.Lifetime != nil {
		expires = t.CompletedAt.Add(rules.Lifetime(t.Provider, t.Product))
	}
	assets := make([]Asset, 0, len(files))
	for _, f := range files {
		a := Asset{Task: t.Key, Role: f.Role, Index: f.Index, State: Pending,
			SourceURL: f.URL, ExpiresAt: expires}
		if rules.Usable != nil {
			if err := rules.Usable(f.URL); err != nil {
				a.State, a.Error = FailedAsset, err.Error()
			}
		}
		assets = append(assets, a)
	}
	return assets
}

// fingerprint condenses the links of a result, upscales left out. It is never 0.
func fingerprint(files []ReportFile) int64 {
	h := fnv.New64a()
	for _, f := range files {
		if f.Role == Upscale {
			continue
		}
		_, _ = h.Write([]byte(string(f.Role) + strconv.Itoa(f.Index) + " " + f.URL + "\n"))
	}
	if sum := int64(h.Sum64()); sum != 0 {
		return sum
	}
	return 1
}
