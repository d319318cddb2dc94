package views

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// Diagnosis is what is to be said of a failure, in the reader's language.
type Diagnosis struct {
	Verdict   string // one sentence
	Meaning   string // what it means, another one; may be empty
	Words     string // the provider's, untouched
	Bracketed string // the part of the words that decided; may be empty
	Move      task.Party
	Again     Answer // would the same request do any better
	Charged   Answer // did it cost anything
	Fallback  Answer // could the fallback model have served it
	Steps     []Step
	Reply     map[string]string // to the customer, by language; paragraphs part at empty lines
}

// Answer is a short answer with its reason.
type Answer struct {
	Text  string
	Small string
}

// Step is one thing to change.
type Step struct {
	Title string
	Text  string
}

// Slate is the first thing on the page of a failed task.
type Slate struct {
	Clauses []string // the verdict, cut where a line may break
	Meaning string
	Before  string // the provider's words up to the part that decided
	Marked  string
	After   string
	Moves   []Slot
	Unknown string // said where it is nobody's move yet
	Boxes   []Box
	Steps   []Step
	Replies []Reply
}

// Slot is one party, and whether the move is its own.
type Slot struct {
	Text string
	On   bool
}

// Box is a question with its answer.
type Box struct {
	Question string
	Answer   Answer
}

// Reply is what can be sent to the customer in one language.
type Reply struct {
	ID         string // of the element
	Lang       string
	Name       string // of the language, in itself
	Paragraphs []string
	Text       string // as copied
}

// newSlate builds the slate. Without a diagnosis it says what the task itself says.
func newSlate(f Frame, t task.Task, d *Diagnosis) *Slate {
	if d == nil {
		category := cmp.Or(t.Category, task.UnknownCategory)
		d = &Diagnosis{Verdict: CategoryText(f.T, category), Words: t.Message,
			Move: category.Move()}
		if category == task.UnknownCategory {
			d.Verdict = f.T.T("task.slate.unknown")
		}
	}
	s := &Slate{Clauses: clauses(d.Verdict), Meaning: d.Meaning, Steps: d.Steps,
		Replies: replies(f, d.Reply)}
	s.Before, s.Marked, s.After = mark(d.Words, d.Bracketed)
	if t.Code != 0 {
		s.Before = strings.TrimSpace(strconv.Itoa(t.Code) + " · " + s.Before)
		if d.Words == "" {
			s.Before = strconv.Itoa(t.Code)
		}
	}
	for _, party := range []task.Party{task.Creator, task.Operator, task.ProviderParty} {
		s.Moves = append(s.Moves, Slot{Text: PartyText(f.T, party), On: party == d.Move})
	}
	if d.Move == task.NobodyKnows {
		s.Unknown = f.T.T("task.slate.nobody")
	}
	for _, b := range []struct {
		id     string
		answer Answer
	}{{"again", d.Again}, {"charged", d.Charged}, {"fallback", d.Fallback}} {
		if b.answer.Text != "" {
			s.Boxes = append(s.Boxes, Box{Question: f.T.T("task.slate." + b.id), Answer: b.answer})
		}
	}
	return s
}

// mark cuts text before and after the part that decided.
func mark(text, part string) (before, marked, after string) {
	if at := strings.Index(text, part); part != "" && at >= 0 {
		return text[:at], part, text[at+len(part):]
	}
	return text, "", ""
}

// clauses cuts a Chinese sentence after its punctuation, so that a long heading breaks there
// and not inside a word. Other text is one clause: it breaks at its spaces.
func clauses(text string) []string {
	var out []string
	rest := text
	for {
		at := strings.IndexAny(rest, "，：；、。")
		if at < 0 {
			break
		}
		at += len("，")
		out, rest = append(out, rest[:at]), rest[at:]
	}
	if rest != "" {
		out = append(out, rest)
	}
	return out
}

// replies lists what can be sent to the customer, the reader's own language shown first.
func replies(f Frame, texts map[string]string) []Reply {
	var list []Reply
	for _, lang := range i18n.Languages() {
		text := strings.TrimSpace(texts[lang])
		if text == "" {
			continue
		}
		list = append(list, Reply{ID: "reply-" + lang, Lang: lang,
			Name: f.T.T("task.lang." + lang), Paragraphs: paragraphs(text), Text: text})
	}
	slices.SortStableFunc(list, func(a, b Reply) int {
		return cmp.Compare(rank(a.Lang, f.T.Lang()), rank(b.Lang, f.T.Lang()))
	})
	return list
}

// rank is 0 for the reader's own language and 1 for all others.
func rank(lang, own string) int {
	if lang == own {
		return 0
	}
	return 1
}

func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
