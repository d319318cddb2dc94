package views

import (
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// maxPassed is how many words are listed that were not taken for ids.
const maxPassed = 20

// PassedWords are the words that were not taken for task ids, ready to be shown.
type PassedWords struct {
	Summary string // "3 words were not taken"; empty without any
	Rows    []PassedRow
	More    string // "and 4 more"; empty where all are listed
}

// PassedRow is one such word.
type PassedRow struct {
	Word ui.CopyProps
	Why  string
}

func newPassed(f Frame, passed []task.PassedWord) (p PassedWords) {
	if len(passed) == 0 {
		return p
	}
	p.Summary = f.T.N("register.passed_over", len(passed))
	for _, word := range passed[:min(maxPassed, len(passed))] {
		p.Rows = append(p.Rows, PassedRow{Word: copyID(f, word.Word),
			Why: f.T.T("register.passed." + string(word.Why))})
	}
	if more := len(passed) - maxPassed; more > 0 {
		p.More = f.T.N("register.passed_more", more)
	}
	return p
}

// ProductChoice is the value by which a product is chosen in the form. Where there are several
// providers it names the provider, too.
func ProductChoice(providers []task.Provider, p task.Provider, product string) string {
	if len(providers) == 1 {
		return product
	}
	return p.Name + "/" + product
}

// productChoices are the products of all providers.
func productChoices(f Frame, in RegisterInput) (choices []Choice) {
	for _, p := range in.Providers {
		for _, product := range p.Products {
			c := Choice{Value: ProductChoice(in.Providers, p, product), Text: ProductText(f.T, product)}
			if len(in.Providers) > 1 {
				c.Text = p.Name + " · " + c.Text
			}
			c.On = c.Value == in.Fields.Product
			choices = append(choices, c)
		}
	}
	return choices
}
