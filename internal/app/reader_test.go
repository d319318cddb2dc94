package app

import (
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestWhatIsKeptIsReadAgain(t *testing.T) {
	t.Parallel()
	var r keptReader
	report, err := r.ReadDelivery("runway-extend", task.Delivery{Provider: "kie",
		Body: []byte(`{"code":200,"msg":"m","data":{"task_id":"t","video_url":"https://a/1"}}`)})
	if err != nil || report.Product != "runway-extend" || len(report.Files) != 1 {
		t.Errorf("the delivery: %+v, %v", report, err)
	}
	raw := []byte(`{"code":200,"msg":"success","data":{"taskId":"t","state":"success",
		"videoInfo":{"videoUrl":"https://a/1","imageUrl":"https://a/2"}}}`)
	for _, product := range []string{"runway", "runway-extend"} {
		record, err := r.ReadRecord("kie", product, raw)
		if err != nil || record.Report.Result != task.ResultSucceeded ||
			len(record.Report.Files) != 2 || len(record.Raw) == 0 {
			t.Errorf("the record of %s: %+v, %v", product, record, err)
		}
	}
	if record, err := r.ReadRecord("kie", "", raw); err != nil || record.Report.TaskID != "t" {
		t.Errorf("of an unknown product: %+v, %v", record, err)
	}
	for _, bad := range []string{"", "{}", `{"code":404,"msg":"no"}`} {
		if _, err := r.ReadRecord("kie", "runway", []byte(bad)); err == nil {
			t.Errorf("%q is a record", bad)
		}
	}
	if _, err := r.ReadRecord("fal", "runway", raw); err == nil {
		t.Error("another provider's record is read")
	}
	if _, err := r.ReadDelivery("runway", task.Delivery{Provider: "fal", Body: raw}); err == nil {
		t.Error("another provider's delivery is read")
	}
}
