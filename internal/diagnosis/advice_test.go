package diagnosis

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

var reference = Reference{TaskID: "veo_task_91be04c7d3f2", When: "14:39"}

// diagnoses returns one diagnosis per category and one per variant that a rule or a code names.
func diagnoses() []Diagnosis {
	var all []Diagnosis
	for _, category := range task.Categories() {
		all = append(all, Diagnosis{Category: category, Retry: usualRetry(category)})
	}
	for _, r := range append(causes(), troubles()...) {
		if r.variant != "" {
			all = append(all, Diagnosis{Category: r.category, Retry: r.retry, variant: r.variant})
		}
	}
	for _, code := range []int{400, 433, 503, 505} {
		all = append(all, Diagnose("", code, ""))
	}
	return append(all, Diagnose("veo3.1", 422, "public error minor upload"))
}

// everyAdvice calls check for each diagnosis in each language.
func everyAdvice(t *testing.T, check func(t *testing.T, lang string, a Advice)) {
	t.Helper()
	for _, lang := range []string{english, chinese} {
		for _, d := range diagnoses() {
			t.Run(lang+"/"+string(d.Category)+"/"+d.variant, func(t *testing.T) {
				t.Parallel()
				check(t, lang, Advise(lang, d, reference))
			})
		}
	}
}

// labels and sentences return the fields of an advice by the way they are written.
func labels(a Advice) []string {
	all := []string{a.Again, a.AgainWhy, a.Charged, a.ChargedWhy, a.Fallback, a.FallbackWhy}
	for _, step := range a.Steps {
		all = append(all, step.Title)
	}
	return all
}

func sentences(a Advice) []string {
	all := append([]string{a.Verdict, a.Meaning}, strings.Split(a.Reply, "\n\n")...)
	for _, step := range a.Steps {
		all = append(all, step.Text)
	}
	return all
}

func TestAdvise_isComplete(t *testing.T) {
	t.Parallel()
	everyAdvice(t, func(t *testing.T, _ string, a Advice) {
		for _, s := range append(labels(a), sentences(a)...) {
			if strings.TrimSpace(s) == "" || s != strings.TrimSpace(s) {
				t.Errorf("empty or ragged: %q in %+v", s, a)
			}
			if strings.ContainsAny(s, "{}\n\\") || strings.Contains(s, "  ") {
				t.Errorf("%q has a leftover of the file", s)
			}
		}
		if len(a.Steps) < 1 || len(a.Steps) > 4 {
			t.Errorf("%d steps, want 1 to 4", len(a.Steps))
		}
		if paragraphs := strings.Count(a.Reply, "\n\n") + 1; paragraphs != 2 {
			t.Errorf("the reply has %d paragraphs, want 2", paragraphs)
		}
		for _, part := range []string{reference.TaskID, reference.When} {
			if strings.Count(a.Reply, part) != 1 {
				t.Errorf("the reply names %q not exactly once: %s", part, a.Reply)
			}
		}
	})
}

// TestAdvise_saysTheSameInBothLanguages holds that the files have the same tables with the same
// fields, and that each table belongs to a diagnosis.
func TestAdvise_saysTheSameInBothLanguages(t *testing.T) {
	t.Parallel()
	en, zh := phrasebook(english), phrasebook(chinese)
	wanted := map[string]bool{}
	for _, d := range diagnoses() {
		wanted[strings.TrimSuffix(string(d.Category)+"/"+d.variant, "/")] = true
	}
	for key := range wanted {
		if _, ok := en.Advice[key]; !ok {
			t.Errorf("no English table for %s", key)
		}
	}
	for key, inEnglish := range en.Advice {
		inChinese, ok := zh.Advice[key]
		if !ok || !wanted[key] {
			t.Errorf("table %s: in Chinese %v, for a diagnosis %v", key, ok, wanted[key])
		}
		if shape(inEnglish) != shape(inChinese) || len(inEnglish.Steps) != len(inChinese.Steps) {
			t.Errorf("table %s states other fields in Chinese", key)
		}
	}
	if len(zh.Advice) != len(en.Advice) {
		t.Errorf("%d Chinese tables, %d English", len(zh.Advice), len(en.Advice))
	}
}

// shape tells which fields of a text are stated.
func shape(t text) [8]bool {
	return [8]bool{t.Verdict != "", t.Meaning != "", t.Again != "", t.AgainWhy != "",
		t.Charged != "", t.ChargedWhy != "", len(t.Steps) > 0, len(t.Reply) > 0}
}

func TestAdvise_namesTheTask(t *testing.T) {
	t.Parallel()
	d := Diagnosis{Category: task.Maintenance}
	tests := []struct {
		lang string
		ref  Reference
		want string
	}{
		{english, Reference{"t1", "21 Nov 14:39"}, "your video (task t1, 21 Nov 14:39) has"},
		{english, Reference{TaskID: "t1"}, "your video (task t1) has"},
		{english, Reference{When: "21 Nov 14:39"}, "your video (21 Nov 14:39) has"},
		{english, Reference{}, "your video has"},
		{english, Reference{TaskID: "{when}{ref}"}, "your video (task {when}{ref}) has"},
		{chinese, Reference{"t1", "11 月 21 日 14:39"}, "您的视频任务（t1，11 月 21 日 14:39）还"},
		{chinese, Reference{TaskID: "t1"}, "您的视频任务（t1）还"},
		{chinese, Reference{}, "您的视频任务还"},
	}
	for _, test := range tests {
		if got := Advise(test.lang, d, test.ref).Reply; !strings.Contains(got, test.want) {
			t.Errorf("%s, %+v: %q lacks %q", test.lang, test.ref, got, test.want)
		}
	}
}

func TestAdvise_prefersTheFinerReason(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code                     int
		message, verdict, within string
	}{
		{422, "public error prominent people upload", "well-known person", "public figure"},
		{422, "public error minor upload", "child or a teenager", ""},
		{400, "images containing photorealistic people", "look photographed", ""},
		{400, "cannot exceed 2048 characters", "longer than", "1800"},
		{400, "cannot exceed 800 characters", "longer than", "differs between models"},
		{500, "resolution is not within the range of allowed options", "not among", "720P"},
		{500, "This field is required", "usually passes by itself", "minutes later"},
		{422, "This field is required", "required parameter is missing", ""},
		{433, "", "limit set for this API key", ""},
		{505, "", "switched this feature off", ""},
		{422, "nothing known", "not known here", "400 to 499"},
	}
	for _, test := range tests {
		a := Advise(english, Diagnose("veo3.1", test.code, test.message), reference)
		if !strings.Contains(a.Verdict, test.verdict) {
			t.Errorf("%d %q: verdict %q lacks %q", test.code, test.message, a.Verdict, test.verdict)
		}
		whole := strings.Join(append(labels(a), sentences(a)...), " ")
		if !strings.Contains(whole, test.within) {
			t.Errorf("%d %q: %q is not said", test.code, test.message, test.within)
		}
	}
}

func TestAdvise_answersByRetryAndFallback(t *testing.T) {
	t.Parallel()
	trigger := Advise(english, Diagnose("veo3.1", 422, "public error minor upload"), reference)
	if trigger.Again != "Will fail again" || trigger.Fallback != "Could have served it" {
		t.Errorf("trigger: again %q, fallback %q", trigger.Again, trigger.Fallback)
	}
	concurrency := Advise(english, Diagnose("runway", 400, "已达到并发生成限制"), reference)
	if concurrency.Again != "Can succeed later" || concurrency.Fallback != "Would not have helped" {
		t.Errorf("concurrency: again %q, fallback %q", concurrency.Again, concurrency.Fallback)
	}
	failed := Advise(english, Diagnosis{Category: task.GenerationFailed}, reference)
	if failed.Again != "Worth one try" || !strings.Contains(failed.ChargedWhy, "501") {
		t.Errorf("failed: again %q, charged %q", failed.Again, failed.ChargedWhy)
	}
}

func TestAdvise_fallsBackToEnglishAndUnknown(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "fr", "zh-TW", "EN"} {
		got := Advise(lang, Diagnosis{Category: task.NSFW}, reference)
		if want := Advise(english, Diagnosis{Category: task.NSFW}, reference); got.Reply != want.Reply {
			t.Errorf("%q does not get English: %s", lang, got.Reply)
		}
	}
	unknown := Advise(english, Diagnosis{Category: task.UnknownCategory}, reference)
	for _, category := range []task.Category{"", "no_such_category"} {
		if got := Advise(english, Diagnosis{Category: category}, reference); got.Verdict != unknown.Verdict ||
			got.Again != unknown.Again {
			t.Errorf("category %q gets %q, %q", category, got.Verdict, got.Again)
		}
	}
}

func TestAdvise_givesEachCallerItsOwnSteps(t *testing.T) {
	t.Parallel()
	d := Diagnosis{Category: task.Copyright}
	first := Advise(english, d, reference)
	first.Steps[0].Title = "overwritten"
	if again := Advise(english, d, reference); again.Steps[0].Title == "overwritten" {
		t.Error("the steps of two callers share memory")
	}
}
