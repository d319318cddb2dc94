package views

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

// reasons lists every reason the domain knows.
func reasons() []string {
	return []string{
		task.ReasonTokenMissing, task.ReasonTokenWrong, task.ReasonSignatureMissing,
		task.ReasonSignatureWrong, task.ReasonSignatureStale, task.ReasonSignatureReused,
		task.ReasonTooLarge,
		task.ReasonEncoding, task.ReasonNotJSON, task.ReasonNotObject, task.ReasonWrongType,
		task.ReasonNoTaskID,
		task.ReasonUnknownShape, task.ReasonSameResult, task.ReasonLateFailure,
		task.ReasonOtherURLs, task.ReasonOtherFailure, task.ReasonStillRunning,
		task.ReasonAgainstRecord,
	}
}

func TestEveryReasonIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, reason := range reasons() {
			if got := reasonText(f, reason); got == reason || strings.Contains(got, "_") {
				t.Errorf("%s: reason %s reads %q", lang, reason, got)
			}
		}
		for _, o := range task.Outcomes() {
			if !f.T.Has("delivery.meaning." + string(o)) {
				t.Errorf("%s: outcome %s has no meaning", lang, o)
			}
		}
	}
}

func TestReasonText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ lang, reason, want string }{
		{i18n.English, "not_json: invalid character 'x' at byte 3",
			"The body is not valid JSON: invalid character 'x' at byte 3"},
		{i18n.Chinese, "wrong_type: data.info.resultUrls", "有字段类型不对：data.info.resultUrls"},
		{i18n.Chinese, "Something else: happened", "Something else: happened"},
		{i18n.English, "title: of another message", "title: of another message"},
	} {
		if got := reasonText(pageFrame(t, tt.lang), tt.reason); got != tt.want {
			t.Errorf("%s reads %q, want %q", tt.reason, got, tt.want)
		}
	}
}

func TestWhatHappened(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for want, d := range map[string]task.Delivery{
		"Code 200, result applied":   {Outcome: task.Applied, Code: 200},
		"Code 422, failure recorded": {Outcome: task.Applied, Code: 422},
		"Applied to the task":        {Outcome: task.Applied},
		"Repeated":                   {Outcome: task.Repeated, Code: 200},
		"Wrong token in the address": {Outcome: task.Refused, Reason: task.ReasonTokenWrong},
	} {
		if got := whatHappened(f, d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDeliveryRowLeadsToATaskThatExists(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	d := failureDelivery()
	row := newDeliveryRow(f, d)
	if row.TaskURL != "/x/tasks/kie/veo_task_91be04c7d3f2" || row.URL != "/x/deliveries/48211" ||
		row.Number != "#48211" || row.Received.Text != "2 min ago" {
		t.Errorf("row: %+v", row)
	}
	d.Outcome = task.Refused
	if row := newDeliveryRow(f, d); row.TaskURL != "" || row.TaskID.Full == "" {
		t.Errorf("a refused delivery links to %q", row.TaskURL)
	}
}

func TestDeliveriesAreNarrowedByOutcomeSourceAndTask(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	filter := task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}, Sources: []string{"kie"},
		TaskID: "9e25b7d0-cc14-4a7f-8b3e-f61a20d94e83"}
	p := NewDeliveries(f, DeliveriesInput{Filter: filter, Sources: []string{"kie", "runway"},
		Older: query.Cursor(9)})
	if refused := tabOf(t, p.Tabs, "refused"); !refused.Current ||
		tabOf(t, p.Tabs, "applied").Current || p.Tabs[0].Current {
		t.Errorf("tabs: %+v", p.Tabs)
	}
	if got := p.Tabs[0].URL; got != "/x/deliveries?source=kie&task_id="+filter.TaskID {
		t.Errorf("all outcomes are at %s", got)
	}
	source, of := p.Facets[0], p.Facets[2]
	if source.Value != "kie" ||
		source.ClearURL != "/x/deliveries?outcome=refused&task_id="+filter.TaskID {
		t.Errorf("source: %+v", source)
	}
	if of.Value != "9e25b7d0…d94e83" || of.ClearURL != "/x/deliveries?outcome=refused&source=kie" {
		t.Errorf("task: %+v", of)
	}
	if p.Pager.OlderURL == "" || p.Pager.NewerURL == "" || p.ClearURL != "/x/deliveries" {
		t.Errorf("pager: %+v, clear: %q", p.Pager, p.ClearURL)
	}
	if p.Empty.ActionURL != "/x/deliveries" {
		t.Errorf("nothing found: %+v", p.Empty)
	}
}

func TestDeliveriesPageInBothLanguages(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		i18n.English: {"Every request that reached", "Code 422, failure recorded", "no task"},
		i18n.Chinese: {"原样保留", "代码 422，已记录失败", "无任务"},
	} {
		f := pageFrame(t, lang)
		list := []task.Delivery{failureDelivery(), {ID: 1, Outcome: task.Refused, Source: "kie"}}
		html := page(t, DeliveriesPage(f, NewDeliveries(f,
			DeliveriesInput{Deliveries: list, Newest: true})))
		wantAll(t, html, want...)
		wantAll(t, html, `id="delivery-list" data-live="deliveries"`, `href="/x/deliveries/48211"`)
		html = page(t, DeliveriesPage(f, NewDeliveries(f, DeliveriesInput{Newest: true})))
		wantAll(t, html, f.T.T("deliveries.none_yet"), `href="/x/setup"`)
	}
}

func TestDeliveryPage(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewDelivery(f, failureDelivery())
	if p.OtherURL != "/x/deliveries?task_id=veo_task_91be04c7d3f2" {
		t.Errorf("the others are at %s", p.OtherURL)
	}
	html := page(t, DeliveryPage(f, p))
	wantAll(t, html, "Delivery #48211", "Code 422, failure recorded", "The task was updated",
		"203.0.113.24", `href="/x/tasks/kie/veo_task_91be04c7d3f2"`, "okhttp/4.12.0", "YOUR_TOKEN")
	bare := NewDelivery(f, task.Delivery{ID: 3, Outcome: task.Refused, Truncated: true, Bytes: 9,
		Reason: task.ReasonTokenWrong, ReceivedAt: pageNow()})
	html = page(t, DeliveryPage(f, bare))
	wantAll(t, html, "Wrong token in the address", "longer than what is kept",
		"No headers were kept")
	wantNone(t, html, "Open task", "All of this task", "<no value>")
}

// TestABodyLongerThanWhatIsTakenSaysSo has the bound beside one of just that length.
func TestABodyLongerThanWhatIsTakenSaysSo(t *testing.T) {
	t.Parallel()
	cut := task.Delivery{ID: 3, Outcome: task.Refused, Truncated: true, Bytes: 1 << 20,
		Body: []byte("{")}
	whole := cut
	whole.Truncated = false
	for lang, want := range map[string]string{i18n.English: "more than 1 MiB",
		i18n.Chinese: "超过 1 MiB"} {
		f := pageFrame(t, lang)
		page := NewDelivery(f, cut)
		if page.Facts[3].Text != want || newDeliveryRow(f, cut).Bytes != want ||
			!strings.Contains(page.Raw.Cut, want) {
			t.Errorf("%s: %q, %q", lang, page.Facts[3].Text, page.Raw.Cut)
		}
		if got := NewDelivery(f, whole).Facts[3].Text; got != f.T.Bytes(1<<20) {
			t.Errorf("%s: one of that length says %q", lang, got)
		}
	}
}
