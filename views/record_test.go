package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// storyRecord is a record that contradicts nearly everything.
func storyRecord(f Frame) *RecordInput {
	return &RecordInput{AskedAt: f.Now.Add(-9 * time.Minute), Result: task.ResultSucceeded, Credits: 60.5,
		Delivery: 48210,
		Body: []byte(`{"code":200,"msg":"success","data":{"taskId":"veo_task_7f3c91d2a84e","paramJson":` +
			`"{\"callBackUrl\":\"https://shop.example.com/[masked]\",\"prompt\":\"First light\"}",` +
			`"successFlag":1,"response":{"resultUrls":["https://tempfile.example/9e25.mp4?[masked]"]},` +
			`"creditsConsumed":60.50}}`),
		Differences: []task.Difference{
			{Field: task.FieldResult, Callback: "failed", Record: "succeeded", Won: task.RecordSide},
			{Field: task.FieldMessage, Callback: "Your request was rejected by Flow(public error " +
				"prominent people upload).", Record: "<b>done</b>", Won: task.RecordSide},
			{Field: string(task.Video), Callback: "https://evil.example/a-very-long-name-of-a-file-0123456789.mp4?[masked]",
				Record: "https://tempfile.example/9e25.mp4?[masked]", Won: task.RecordSide},
			{Field: string(task.Original), Index: 1, Record: "https://tempfile.example/0.mp4",
				Won: task.RecordSide},
			{Field: task.FieldFallback, Callback: "no", Record: "yes", Won: task.CallbackSide},
			{Field: task.FieldPrompt, Callback: "A boat", Record: "A ship"},
			{Field: task.FieldCompletedAt, Callback: "2026-11-21T14:30:00Z",
				Record: "2026-11-21T14:30:27Z", Won: task.RecordSide},
		}}
}

func TestRecordAgainstCallback(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	f.Zone = time.FixedZone("CET", 3600)
	p := newRecord(f, storyRecord(f))
	for i, want := range []string{
		"Result|Failed|Succeeded*", "Message|Your request was|<b>done</b>*",
		"Video, link|https://evil|https://tempfile*", "Original 2, link||https://tempfile*",
		"Fallback|No*|Yes", "Prompt|A boat|A ship",
		"Completed|2026-11-21 15:30:00|2026-11-21 15:30:27*",
	} {
		parts := strings.Split(want, "|")
		row := p.Rows[i]
		for j, cell := range []DifferenceCell{row.Callback, row.Record} {
			text := cell.Text
			if cell.Time != nil {
				text = cell.Time.Text
			}
			begin, won := strings.CutSuffix(parts[j+1], "*")
			if !strings.HasPrefix(text, begin) || cell.Won != won || (text == "") != (begin == "") {
				t.Errorf("%s: %+v, want %q", row.Name, cell, parts[j+1])
			}
		}
		if row.Name != parts[0] {
			t.Errorf("row %d is %q, want %q", i, row.Name, parts[0])
		}
	}
	if p.Delivery != "#48210" && !strings.Contains(p.Delivery, "48210") || p.DeliveryURL != "/x/deliveries/48210" {
		t.Errorf("compared with %s at %s", p.Delivery, p.DeliveryURL)
	}
}

func TestRecordIsShownAsItCame(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.Chinese)
	in := storySaved(f)
	in.Record = storyRecord(f)
	html := page(t, TaskPage(f, NewTask(f, in)))
	wantAll(t, html, `id="json-record"`, `id="raw-record"`, `<span class="n">60.50</span>`,
		`<span class="m">[masked]</span>`, "60.5 积分", "&lt;b&gt;done&lt;/b&gt;", "没有提到")
	wantNone(t, html, `id="headers-record"`, `id="curl-record"`, "<b>done")
	bare := newRecord(f, &RecordInput{AskedAt: f.Now, Body: []byte("no JSON")})
	if len(bare.Facts) != 1 || len(bare.Raw.Tabs) != 1 || bare.Rows != nil {
		t.Errorf("one that is not understood: %+v", bare)
	}
	if newRecord(f, nil) != nil {
		t.Error("there is a panel without a record")
	}
}

func TestEveryDifferenceHasAName(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, field := range []string{task.FieldResult, task.FieldCode, task.FieldMessage,
			task.FieldFallback, task.FieldResolution, task.FieldPrompt, task.FieldCreatedAt,
			task.FieldCompletedAt} {
			if !f.T.Has("record.field." + field) {
				t.Errorf("%s: %s has no name", lang, field)
			}
		}
		for _, r := range []task.Result{task.ResultRunning, task.ResultSucceeded, task.ResultFailed,
			task.ResultUnclear} {
			if !f.T.Has("record.result." + string(r)) {
				t.Errorf("%s: %s has no word", lang, r)
			}
		}
	}
}
