package views

import (
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestTheSlateMarksThePartThatDecided(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	s := newSlate(f, failedTask(), likenessDiagnosis(i18n.English))
	if s.Before != "422 · Your request was rejected by Flow(" ||
		s.Marked != "public error prominent people upload" ||
		!strings.HasPrefix(s.After, "). You may") {
		t.Errorf("words: %q %q %q", s.Before, s.Marked, s.After)
	}
	moves := []Slot{{"Creator", true}, {"Operator", false}, {"Provider", false}}
	if !slices.Equal(s.Moves, moves) || s.Unknown != "" {
		t.Errorf("moves: %+v", s.Moves)
	}
	var asked []string
	for _, box := range s.Boxes {
		asked = append(asked, box.Question)
	}
	if !slices.Equal(asked, []string{"Same request again", "Charged", "Fallback"}) {
		t.Errorf("boxes: %v", asked)
	}
}

func TestWithoutADiagnosisTheSlateSaysWhatTheTaskSays(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	s := newSlate(f, task.Task{Code: 500}, nil)
	if s.Before != "500" || !strings.Contains(s.Clauses[0], "not known") || s.Unknown == "" ||
		len(s.Boxes) != 0 {
		t.Errorf("slate: %+v", s)
	}
	for _, slot := range s.Moves {
		if slot.On {
			t.Errorf("it is the move of %s", slot.Text)
		}
	}
	s = newSlate(f, failedTask(), nil)
	if !strings.Contains(s.Before, "rejected by Flow") || !s.Moves[0].On {
		t.Errorf("slate: %+v", s)
	}
}

func TestMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, part, before, marked, after string }{
		{"a(b)c", "b", "a(", "b", ")c"},
		{"a(b)c", "", "a(b)c", "", ""},
		{"a(b)c", "x", "a(b)c", "", ""},
		{"b", "b", "", "b", ""},
	} {
		before, marked, after := mark(tt.text, tt.part)
		if before != tt.before || marked != tt.marked || after != tt.after {
			t.Errorf("%s in %s: %q %q %q", tt.part, tt.text, before, marked, after)
		}
	}
}

func TestClauses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"服务商拒绝了这张图片：画面疑似包含知名人物。": {"服务商拒绝了这张图片：", "画面疑似包含知名人物。"},
		"A sentence, with a comma": {"A sentence, with a comma"},
		"":                         nil,
	} {
		if got := clauses(text); !slices.Equal(got, want) {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

func TestTheReplyInTheReadersLanguageComesFirst(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		i18n.English: "reply-en reply-zh-CN", i18n.Chinese: "reply-zh-CN reply-en",
	} {
		f := pageFrame(t, lang)
		list := replies(f, likenessDiagnosis(lang).Reply)
		if got := list[0].ID + " " + list[1].ID; got != want || len(list[0].Paragraphs) != 2 {
			t.Errorf("%s: replies are %s", lang, got)
		}
	}
	one := replies(pageFrame(t, i18n.Chinese), map[string]string{i18n.English: "Hello.", "fr": "x"})
	if len(one) != 1 || one[0].Lang != i18n.English {
		t.Errorf("replies: %+v", one)
	}
}

func TestFailedTaskPage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		i18n.English: {"Whose move", "What to change", "Reply to the customer", "Will fail again"},
		i18n.Chinese: {"该谁处理", "如何修改", "回复客户", "仍会失败"},
	} {
		f := pageFrame(t, lang)
		html := page(t, TaskPage(f, NewTask(f, TaskInput{Task: failedTask(),
			Deliveries: []task.Delivery{failureDelivery()}, Diagnosis: likenessDiagnosis(lang)})))
		wantAll(t, html, want...)
		wantAll(t, html, "Flow(<b>public error prominent people upload</b>). You may",
			`id="reply-en"`, `id="reply-zh-CN"`, `data-copy="#reply-en"`)
		wantNone(t, html, "<video", `method="post"`, "<no value>")
	}
}
