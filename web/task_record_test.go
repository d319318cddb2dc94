package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/task"
)

// kept reads what is kept as the program does.
type kept struct{}

func (kept) ReadDelivery(product string, d task.Delivery) (task.Report, error) {
	return kie.Read(product, d.Body)
}

func (kept) ReadRecord(_, product string, raw []byte) (task.Record, error) {
	r, err := kie.ReadRecord(product, raw)
	return task.Record{Report: r.Report, Raw: r.Raw}, err
}

// answer lets the provider answer with a record of a task.
func (s *site) answer(taskID, raw string) {
	s.t.Helper()
	t := must(s.store.FindTask(s.t.Context(), "kie", taskID))
	record := must(kept{}.ReadRecord("kie", t.Product, []byte(raw)))
	if _, err := s.store.ApplyRecord(s.t.Context(), t.Key, record, 0); err != nil {
		s.t.Fatal(err)
	}
}

// The record of a task whose callback was forged, with every kind of secret.
const trueRecord = `{"code":200,"msg":"success","data":{"taskId":"run-9","parentTaskId":"",
	"generateParam":{"prompt":"a boat","callBackUrl":"https://shop.example.com/hook/s3cret-path?token=s3cret-token"},
	"state":"success","generateTime":"2026-11-21 11:59:00","bigNumber":12345678901234567890.10,
	"videoInfo":{"videoId":"v","videoUrl":"https://files.example.com/true.mp4?X-Amz-Signature=s3cret-link",
	"imageUrl":"https://files.example.com/true.png"},"apiKey":"s3cret-key"},"z":1,"a":2}`

func (s *site) forged() {
	s.t.Helper()
	s.deliver("runway", `{"code":200,"msg":"All generated successfully.","data":{"task_id":"run-9",
		"video_id":"x","video_url":"https://evil.example.com/a.mp4?sig=s3cret-evil","image_url":""}}`)
	s.answer("run-9", trueRecord)
}

func TestTheRecordStandsBesideTheCallback(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.forged()
	for lang, texts := range map[string][]string{
		"en":    {"Provider’s record", "Callback said", "Record says", "Video, link", "counts", "Succeeded"},
		"zh-CN": {"服务商记录", "回调所说", "记录所说", "视频链接", "采用", "成功"},
	} {
		page := s.get("/tasks/kie/run-9", "Accept-Language: "+lang)
		for _, text := range append(texts, "https://evil.example.com/a.mp4?[masked]",
			"https://files.example.com/true.mp4?[masked]", "12345678901234567890.10") {
			if !strings.Contains(page, text) {
				t.Errorf("%s: the page lacks %q", lang, text)
			}
		}
		if strings.Contains(page, "s3cret") {
			at := strings.Index(page, "s3cret")
			t.Errorf("%s: the page tells a secret: %s", lang, page[max(0, at-200):at+40])
		}
	}
	doc := parse(t, s.get("/tasks/kie/run-9"))
	won := elements(doc, func(n *html.Node) bool { return n.Data == "td" && attr(n, "class") == "won" })
	if len(won) != 1 {
		t.Errorf("%d sides count, want that of the one link", len(won))
	}
	raw := elements(doc, func(n *html.Node) bool { return attr(n, "id") == "raw-record" })
	if len(raw) != 1 {
		t.Fatal("the record is not shown as it came")
	}
}

func TestTheAPITellsLabelsAndCosts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.paste(url.Values{"ids": {"task_id: run-9"}, "product": {"runway"}, "labels": {"b, a"}})
	s.answer("run-9", strings.Replace(trueRecord, `"state"`, `"creditsConsumed":12.5,"state"`, 1))
	got := s.getJSON("/api/v1/tasks/kie/run-9")
	if fmt.Sprint(got["labels"]) != "[a b]" || got["credits"] != 12.5 {
		t.Errorf("labels %v, credits %v", got["labels"], got["credits"])
	}
}

func TestARecordThatAgreesIsOnlyShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("runway", `{"code":200,"msg":"ok","data":{"task_id":"run-9",
		"video_url":"https://files.example.com/true.mp4","image_url":""}}`)
	if page := s.get("/tasks/kie/run-9"); strings.Contains(page, "record-head") {
		t.Error("there is a record before anybody asked")
	}
	s.answer("run-9", trueRecord)
	page := s.get("/tasks/kie/run-9", "Reelback-Fragment: task-record")
	if !strings.Contains(page, "record-head") || strings.Contains(page, "Callback said") {
		t.Errorf("the record: %s", page)
	}
}

func TestTheCallbackThatTheRecordContradictsIsCompared(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("runway", `{"code":500,"msg":"Timeout","data":{"task_id":"run-9"}}`)
	s.deliver("runway", `{"code":200,"msg":"ok","data":{"task_id":"run-9",
		"video_url":"https://evil.example.com/a.mp4"}}`) // which the failure gives way to
	s.answer("run-9", `{"code":200,"msg":"success","data":{"taskId":"run-9","state":"fail",
		"failCode":500,"failMsg":"Timeout"}}`)
	page := s.get("/tasks/kie/run-9", "Reelback-Fragment: task-record")
	if !strings.Contains(page, `href="/deliveries/2"`) || !strings.Contains(page, "evil.example.com") {
		t.Errorf("compared is not the second callback:\n%s", page)
	}
}

func TestAHostileRecordStaysText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("runway", `{"code":200,"msg":"ok","data":{"task_id":"run-9","video_url":"https://a/1"}}`)
	task := must(s.store.FindTask(t.Context(), "kie", "run-9"))
	for _, raw := range []string{hostile, `{"a":` + `"<script>alert(1)</script>"}`, "\x00\xff", ""} {
		record := must(kept{}.ReadRecord("kie", "runway", []byte(trueRecord)))
		record.Raw = []byte(raw)
		if _, err := s.store.ApplyRecord(t.Context(), task.Key, record, 0); err != nil {
			t.Fatal(err)
		}
		w := s.ask(http.MethodGet, "/tasks/kie/run-9", "", browser)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "record-head") {
			t.Errorf("%.30q: %d", raw, w.Code)
		}
		checkHarmless(t, raw, w.Body.String())
	}
}
