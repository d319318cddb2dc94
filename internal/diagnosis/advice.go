package diagnosis

import (
	"cmp"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// Reference is what a reply names the task by. Empty fields are left out of it.
type Reference struct {
	TaskID string
	When   string // as the reader shall see it, already formatted for the language
}

// Advice is a diagnosis in sentences. Verdict, Meaning, the text of each step and Reply are
// sentences with a full stop; all other fields are labels and their reasons, without one.
type Advice struct {
	Verdict string // one sentence, the headline
	Meaning string

	Again       string // what the same request would do
	AgainWhy    string
	Charged     string
	ChargedWhy  string
	Fallback    string // whether the provider's fallback model could have made the video
	FallbackWhy string

	Steps []Step // what to change or do, best first
	Reply string // to the customer: two paragraphs with an empty line between
}

// Step is one thing that whose move it is can change or do.
type Step struct {
	Title string `toml:"title"`
	Text  string `toml:"text"`
}

// Advise returns the advice for a diagnosis in "en" or "zh-CN"; any other language gets English.
// A diagnosis that carries nothing but a category is enough.
func Advise(lang string, d Diagnosis, ref Reference) Advice {
	c := phrasebook(lang)
	text := c.text(d)
	retry := cmp.Or(d.Retry, usualRetry(d.Category))
	advice := Advice{
		Verdict:     text.Verdict,
		Meaning:     text.Meaning,
		Again:       cmp.Or(text.Again, c.Common.Again[retry], c.Common.Again[RetryUnknown]),
		AgainWhy:    text.AgainWhy,
		Charged:     cmp.Or(text.Charged, c.Common.Charged),
		ChargedWhy:  cmp.Or(text.ChargedWhy, c.Common.ChargedWhy),
		Fallback:    c.Common.NoFallback,
		FallbackWhy: c.Common.NoFallbackWhy,
		Steps:       append([]Step(nil), text.Steps...),
		Reply:       reply(text.Reply, c.Common.naming(ref)),
	}
	if d.FallbackServes {
		advice.Fallback, advice.FallbackWhy = c.Common.Fallback, c.Common.FallbackWhy
	}
	return advice
}

// text returns the texts for a diagnosis: those of its variant where there are any, else those
// of its category.
func (c *catalogue) text(d Diagnosis) text {
	category := d.Category
	if _, known := c.Advice[string(category)]; !known {
		category = task.UnknownCategory
	}
	return c.Advice[string(category)+"/"+d.variant].over(c.Advice[string(category)])
}

// over returns the text with its gaps filled from the one below.
func (t text) over(below text) text {
	t.Verdict = cmp.Or(t.Verdict, below.Verdict)
	t.Meaning = cmp.Or(t.Meaning, below.Meaning)
	t.Again = cmp.Or(t.Again, below.Again)
	t.AgainWhy = cmp.Or(t.AgainWhy, below.AgainWhy)
	t.Charged = cmp.Or(t.Charged, below.Charged)
	t.ChargedWhy = cmp.Or(t.ChargedWhy, below.ChargedWhy)
	if len(t.Steps) == 0 {
		t.Steps = below.Steps
	}
	if len(t.Reply) == 0 {
		t.Reply = below.Reply
	}
	return t
}

// naming returns how a reply names the task, in the brackets of the language; empty when there
// is nothing to name it by.
func (c common) naming(ref Reference) string {
	form := ""
	switch {
	case ref.TaskID != "" && ref.When != "":
		form = c.NameBoth
	case ref.TaskID != "":
		form = c.NameTask
	case ref.When != "":
		form = c.NameTime
	}
	return strings.NewReplacer("{task}", ref.TaskID, "{when}", ref.When).Replace(form)
}

// reply joins the paragraphs and names the task in them.
func reply(paragraphs []string, naming string) string {
	return strings.ReplaceAll(strings.Join(paragraphs, "\n\n"), "{ref}", naming)
}
