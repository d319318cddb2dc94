package diagnosis

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestAdvise_speaksOneLanguage(t *testing.T) {
	t.Parallel()
	englishSentence := regexp.MustCompile(`[A-Za-z]+(?:[ ’]+[A-Za-z]+){3,}`)
	everyAdvice(t, func(t *testing.T, lang string, a Advice) {
		for _, s := range append(labels(a), sentences(a)...) {
			hasHan := strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
			if hasHan != (lang == chinese) {
				t.Errorf("%s text is in the other language: %q", lang, s)
			}
			if lang == chinese && englishSentence.MatchString(s) {
				t.Errorf("an English sentence in the Chinese text: %q", s)
			}
		}
	})
}

func TestAdvise_keepsTheVoice(t *testing.T) {
	t.Parallel()
	everyAdvice(t, func(t *testing.T, lang string, a Advice) {
		stop, forbidden := ".", "!！\"'，。“”"
		if lang == english {
			forbidden = "!！\"'，。、"
		} else {
			stop, forbidden = "。", "!！\"',;?‘’"
		}
		for _, s := range append(labels(a), sentences(a)...) {
			if strings.ContainsAny(s, forbidden) {
				t.Errorf("%q has one of %s", s, forbidden)
			}
			for _, word := range []string{"oops", "successfully", "please note", "糟糕", "抱歉出错"} {
				if strings.Contains(strings.ToLower(s), word) {
					t.Errorf("%q says %q", s, word)
				}
			}
		}
		for _, s := range sentences(a) {
			if !strings.HasSuffix(s, stop) {
				t.Errorf("the sentence has no full stop: %q", s)
			}
		}
		for _, s := range labels(a) {
			if strings.HasSuffix(s, stop) {
				t.Errorf("the label ends in a full stop: %q", s)
			}
			if columns(s) > 80 {
				t.Errorf("the label is too long for its box: %q", s)
			}
		}
		if strings.Count(a.Verdict, stop) != 1 || columns(a.Verdict) > 90 {
			t.Errorf("the verdict is not one short sentence: %q", a.Verdict)
		}
	})
}

// columns counts the width of a text: a Chinese character takes two.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

func TestAdvise_addressesOnlyTheCustomer(t *testing.T) {
	t.Parallel()
	for _, d := range diagnoses() {
		a := Advise(chinese, d, reference)
		if !strings.HasPrefix(a.Reply, "您好") {
			t.Errorf("%s: the reply does not greet: %s", d.Category, a.Reply)
		}
		a.Reply = ""
		for _, s := range append(labels(a), sentences(a)...) {
			if strings.ContainsAny(s, "您你我咱") {
				t.Errorf("%s/%s: a pronoun outside the reply: %q", d.Category, d.variant, s)
			}
		}
	}
}
