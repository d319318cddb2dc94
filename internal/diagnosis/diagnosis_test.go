package diagnosis

import (
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestDiagnose_fallsBackToTheCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code  int
		want  task.Category
		retry Retry
	}{
		{400, task.UnknownCategory, RetryNo},
		{401, task.Unauthorized, RetryNo},
		{402, task.InsufficientCredits, RetryLater},
		{403, task.UnknownCategory, RetryNo},
		{404, task.NotFound, RetryNo},
		{408, task.Timeout, RetryYes},
		{422, task.UnknownCategory, RetryNo},
		{429, task.RateLimited, RetryLater},
		{430, task.RateLimited, RetryLater},
		{433, task.RateLimited, RetryLater},
		{451, task.InputUnreachable, RetryNo},
		{455, task.Maintenance, RetryLater},
		{500, task.ProviderError, RetryYes},
		{501, task.GenerationFailed, RetryOnce},
		{503, task.UnknownCategory, RetryYes},
		{505, task.ProviderError, RetryNo},
		{550, task.UnknownCategory, RetryYes},
		{0, task.UnknownCategory, RetryUnknown},
		{-1, task.UnknownCategory, RetryUnknown},
		{200, task.UnknownCategory, RetryUnknown},
		{999, task.UnknownCategory, RetryUnknown},
	}
	words := []string{"", "something nobody has seen", "没有人见过的说法", "\xff\xfe", "()"}
	for _, test := range tests {
		for _, message := range words {
			got := Diagnose("veo3.1", test.code, message)
			if got.Category != test.want || got.Retry != test.retry || got.KnownMessage {
				t.Errorf("code %d, %q: got %s, retry %s, known %v; want %s, retry %s, unknown words",
					test.code, message, got.Category, got.Retry, got.KnownMessage,
					test.want, test.retry)
			}
		}
	}
}

func TestDiagnose_givesTheCategorysOwnMove(t *testing.T) {
	t.Parallel()
	for _, category := range task.Categories() {
		if retry := usualRetry(category); retry == "" {
			t.Errorf("%s has no usual answer to a retry", category)
		}
		if category.Move() == task.Creator && usualRetry(category) != RetryNo {
			t.Errorf("%s: what the creator must change cannot pass unchanged", category)
		}
	}
}

func TestDiagnose_isQuietAboutSuccess(t *testing.T) {
	t.Parallel()
	for _, message := range []string{"All generated successfully.", "Veo3.1 视频生成成功。", "success"} {
		got := Diagnose("runway", 200, message)
		if got.Category != task.UnknownCategory || got.FallbackServes || got.Bracketed != "" {
			t.Errorf("%q: got %+v", message, got)
		}
	}
}

func TestDiagnose_readsOnlyTheBeginningOfAFlood(t *testing.T) {
	t.Parallel()
	flood := "Timeout " + strings.Repeat("视", longest)
	if got := Categorise("", 500, flood); got != task.Timeout {
		t.Errorf("got %s, want the category of the beginning", got)
	}
	if cut := clip(flood); len(cut) > longest || !strings.HasSuffix(cut, "视") {
		t.Errorf("cut at %d bytes, not between two characters", len(cut))
	}
}

// FuzzCategorise holds that no message breaks the reading, that there is always a category of
// the list, and that the marked text stands in the message.
func FuzzCategorise(f *testing.F) {
	for _, k := range allMessages() {
		f.Add("veo3.1", k.code, k.message)
		f.Add("runway", 422, "Your request was rejected by Flow("+k.message+").")
	}
	f.Add("", 422, "Flow((((((")
	f.Add("", 422, "Flow（Flow(Flow（)）x")
	f.Add("", -1<<62, "\xff\x00\xe4")
	categories := task.Categories()
	f.Fuzz(func(t *testing.T, product string, code int, message string) {
		got := Diagnose(product, code, message)
		if !slices.Contains(categories, got.Category) {
			t.Errorf("category %q is not in the list", got.Category)
		}
		if got.Category != Categorise(product, code, message) {
			t.Error("Categorise and Diagnose differ")
		}
		if !strings.Contains(message, got.Bracketed) {
			t.Errorf("%q does not stand in %q", got.Bracketed, message)
		}
		if once := fold(message); fold(once) != once {
			t.Errorf("folding %q twice gives something else", message)
		}
		if advice := Advise(chinese, got, Reference{TaskID: message}); advice.Verdict == "" {
			t.Errorf("no verdict for %+v", got)
		}
	})
}
