package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/task"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestAPackedCallbackIsReadAndShown sends one with gzip: it acts as any other, is kept as it came,
// and is shown unpacked with its secrets masked.
func TestAPackedCallbackIsReadAndShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := strings.Replace(fmt.Sprintf(veoDone, "packed-1"), `{`,
		`{"callBackUrl":"https://a.example.com/s3cret",`, 1)
	raw := gzipped(t, body)
	s.deliver("veo3.1", raw, "Content-Encoding: gzip")
	if got := must(s.store.FindTask(t.Context(), "kie", "packed-1")); got.Status != task.Saving {
		t.Errorf("the task is %s", got.Status)
	}
	if kept := must(s.store.FindDelivery(t.Context(), 1)); string(kept.Body) != raw {
		t.Error("it is not kept as it came")
	}
	page := s.get("/deliveries/1?lang=en")
	for _, want := range []string{"packed with gzip", "packed-1", "[masked]"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	answer := s.getJSON("/api/v1/deliveries/1")
	text, _ := answer["body"].(string)
	if answer["unpacked"] != true || !strings.Contains(text, "packed-1") ||
		strings.Contains(page+text, "s3cret") || answer["bytes"] != float64(len(raw)) {
		t.Errorf("the API answers %v", answer)
	}
}

// TestWhatCannotBeUnpackedIsKeptAndRefused says to the sender what to do instead.
func TestWhatCannotBeUnpackedIsKeptAndRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	whole := gzipped(t, fmt.Sprintf(veoDone, "packed-2"))
	n := 0
	for name, c := range map[string]struct{ body, coding, want string }{
		"a bomb":        {gzipped(t, strings.Repeat(" ", 50<<20)), "gzip", "longer than 1 MiB"},
		"broken":        {whole[:len(whole)/2], "gzip", "broken"},
		"another way":   {"\x0b\x02\x80{}\x03", "br", "is not unpacked here"},
		"packed unsaid": {whole[:20], "identity", "broken"},
	} {
		w := s.ask(http.MethodPost, s.callback("veo3.1"), c.body, "Content-Encoding: "+c.coding)
		if answer := w.Body.String(); w.Code != http.StatusUnsupportedMediaType ||
			!strings.Contains(answer, c.want) || !strings.Contains(answer, "without Content-Encoding") {
			t.Errorf("%s: %d %s", name, w.Code, answer)
		}
		n++
		kept := must(s.store.FindDelivery(t.Context(), int64(n)))
		if kept.Outcome != task.Refused || task.ReasonKey(kept.Reason) != task.ReasonEncoding ||
			string(kept.Body) != c.body {
			t.Errorf("%s: kept is %s, %s, %d bytes", name, kept.Outcome, kept.Reason, len(kept.Body))
		}
		if page := s.get(fmt.Sprintf("/deliveries/%d?lang=en", n)); !strings.Contains(page,
			"cannot be unpacked") {
			t.Errorf("%s: the page does not say so", name)
		}
	}
	if task.MaxContent != inbox.MaxBody {
		t.Error("what is packed may be longer than what is not")
	}
}
