package app

import (
	"errors"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

func TestRereaderReadsAsTheInboxDoes(t *testing.T) {
	t.Parallel()
	r := newRereader(append(kie.Sources(), task.Source{Name: "fal", Provider: "fal"}), readers())
	report, err := r.Delivery("veo3.1", []byte(`{"code":400,"msg":"Your prompt was flagged by `+
		`Website as violating content policies.","data":{"taskId":"veo-1"}}`))
	if err != nil || report.Provider != kie.Name || report.TaskID != "veo-1" ||
		report.Category != task.ContentPolicy {
		t.Errorf("%+v, %v", report, err)
	}
	for source, gone := range map[string]bool{"veo3.1": false, "fal": true, "nobody": true} {
		_, err := r.Delivery(source, []byte(`{"data":{}}`))
		if err == nil || errors.Is(err, store.ErrSourceGone) != gone {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestRereaderReadsRecords(t *testing.T) {
	t.Parallel()
	const veo = `{"code":200,"msg":"success","data":{"taskId":"veo-1","successFlag":1,
		"fallbackFlag":false,"createTime":1700000000000,"completeTime":1900000000000,
		"response":{"resultUrls":["https://a/1.mp4"]}}}`
	const job = `{"code":200,"data":{"taskId":"job-1","state":"fail","failCode":"500",
		"failMsg":"it broke","resultJson":""}}`
	at := time.UnixMilli(1800000000000)
	r := newRereader(kie.Sources(), readers())
	for _, tt := range []struct {
		product, id, raw string
		result           task.Result // empty where nothing can be read
	}{
		{kie.Veo, "veo-1", veo, task.ResultSucceeded},
		{"", "veo-1", veo, task.ResultSucceeded},
		{"", "job-1", job, task.ResultFailed},
		{kie.Veo, "veo-2", veo, ""},
		{kie.Veo, "veo-1", `{"code":200}`, ""},
		{kie.Veo, "veo-1", "", ""},
	} {
		got, err := r.Record(task.Task{Provider: kie.Name, Product: tt.product, TaskID: tt.id},
			[]byte(tt.raw), at)
		if got.Report.Result != tt.result || (err == nil) != (tt.result != "") {
			t.Errorf("%s of %q: %+v, %v", tt.id, tt.product, got.Report, err)
		}
		if tt.result == task.ResultFailed && got.Report.Category == "" {
			t.Error("the failure has no category")
		}
		if tt.result == task.ResultSucceeded && (!got.Report.CompletedAt.IsZero() ||
			got.Report.CreatedAt.IsZero() || len(got.Report.Files) != 1) {
			t.Errorf("read %+v", got.Report)
		}
	}
}
