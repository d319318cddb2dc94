// Package diagnosis explains a failure: it turns the code and the words of a provider into a
// category, whose move it is, whether the same request is worth repeating, and advice in Chinese
// and English. Words decide before codes, because a code alone misleads: some 400s pass by
// themselves and some 500s never do. Everything here is pure; it must not know a payload's shape,
// a database or a page.
package diagnosis

import "github.com/reelback/reelback/internal/task"

// Retry is whether the same request, unchanged, is worth sending again.
type Retry string

// The values of Retry.
const (
	RetryYes     Retry = "yes"     // it can succeed, now or later
	RetryLater   Retry = "later"   // it can succeed once something has passed: a pause, a top-up
	RetryNo      Retry = "no"      // it fails the same way until the request is changed
	RetryOnce    Retry = "once"    // one more attempt is reasonable, a series is not
	RetryUnknown Retry = "unknown" // neither the words nor the code say
)

// Diagnosis is what a failure's code and words say. The zero value reads as an unknown failure.
type Diagnosis struct {
	Category task.Category
	Move     task.Party
	Retry    Retry

	// Bracketed is the deciding text of "rejected by Flow(…)", exactly as it stands in the
	// message, so that a page can mark it there; empty for every other message.
	Bracketed string
	// FallbackServes says that the words are one of the three for which the provider's fallback
	// model steps in. The format must be 16:9 as well, which the words do not tell.
	FallbackServes bool
	// KnownMessage says that the words are known; false where the code alone decided, or nothing.
	KnownMessage bool

	variant string // the finer reason within the category; names the texts that Advise prefers
}

// Categorise returns the category of a failure. It is total: whatever the input, the result is
// one of task.Categories, and Unknown where neither words nor code are known.
func Categorise(product string, code int, message string) task.Category {
	return Diagnose(product, code, message).Category
}

// Diagnose reads the code and the words of a failure. The product is a key such as "veo3.1",
// empty where it is not known.
func Diagnose(product string, code int, message string) Diagnosis {
	message = clip(message)
	bracketed, deciding := unwrap(message)
	inner := fold(deciding)
	whole := inner
	if bracketed != "" {
		whole = fold(message)
	}
	found := decide(code, inner, whole)
	if found.retry == "" {
		found.retry = usualRetry(found.category)
	}
	return Diagnosis{
		Category:       found.category,
		Move:           found.category.Move(),
		Retry:          found.retry,
		Bracketed:      bracketed,
		FallbackServes: hasFallback(product) && triggersFallback(inner),
		KnownMessage:   found.byWords,
		variant:        found.variant,
	}
}

// finding is what decide arrives at.
type finding struct {
	category task.Category
	variant  string
	retry    Retry // empty: the usual one of the category
	byWords  bool  // the words are known
}

// decide lets, in this order, speak: words that name a cause, a code that names one, words that
// only name a kind of trouble, any code. The inner text of a wrapped message goes before the
// whole.
func decide(code int, inner, whole string) finding {
	if found, ok := matchEither(causes(), code, inner, whole); ok {
		return found
	}
	byCode, telling := byTellingCode(code)
	byWords, worded := matchEither(troubles(), code, inner, whole)
	switch {
	case worded && (!telling || byWords.category == byCode.category):
		return byWords
	case telling:
		byCode.byWords = worded
		return byCode
	}
	return byVagueCode(code)
}

func matchEither(rules []rule, code int, inner, whole string) (finding, bool) {
	found, ok := match(rules, code, inner)
	if !ok && whole != inner {
		found, ok = match(rules, code, whole)
	}
	return found, ok
}
