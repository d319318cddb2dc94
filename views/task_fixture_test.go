package views

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// pageNow is the clock of the tests of pages.
func pageNow() time.Time { return time.Date(2026, 11, 21, 14, 41, 27, 0, time.UTC) }

// ago is a moment before the clock of the tests.
func ago(d time.Duration) time.Time { return pageNow().Add(-d) }

// pageFrame is a frame in one of the languages, below a base path, so that a link which forgets
// it is found.
func pageFrame(t *testing.T, lang string) Frame {
	t.Helper()
	texts, files := shared(t)
	return Frame{
		T:     texts.Printer(lang),
		Link:  route.New("https://videos.example.com/x"),
		Files: files,
		Now:   pageNow(),
		Query: url.Values{},
	}
}

// page renders a component to text.
func page(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// wantAll fails for every text that is not there.
func wantAll(t *testing.T, html string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(html, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
}

// wantNone fails for every text that is there.
func wantNone(t *testing.T, html string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(html, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

// savedTask is a finished Veo task with a video, an original and a cover.
func savedTask() task.Task {
	id := "veo_task_7f3c91d2a84e"
	expires := ago(11*time.Minute).AddDate(0, 0, 14)
	asset := func(role task.Role, name, kind string, bytes int64) task.Asset {
		return task.Asset{Role: role, State: task.SavedAsset, Path: "2026-11/" + name, Bytes: bytes,
			SHA256: strings.Repeat("4b1f09c2", 8), ContentType: kind, Width: 1920, Height: 1080,
			SourceURL: "https://tempfile.example/" + name + "?sig=secret", ExpiresAt: expires}
	}
	t := task.Task{
		Provider: "kie", Product: "veo3.1", Model: "veo3_fast", TaskID: id, Status: task.Saved,
		Code: 200, Message: "Veo3.1 video generated successfully.", Fallback: task.FallbackNo,
		Resolution: "1080p", CrossChecked: task.CheckNo, Deliveries: 1,
		Prompt:      "First light over a calm bay, slow dolly to the right, film grain",
		FirstSeenAt: ago(11 * time.Minute), CreatedAt: ago(13 * time.Minute),
		CompletedAt: ago(11 * time.Minute), FirstDeliveryAt: ago(11 * time.Minute),
		Assets: []task.Asset{
			asset(task.Video, "veo3.1_generated_"+id+"_0.mp4", "video/mp4", 6_200_000),
			asset(task.Original, "veo3.1_original_"+id+"_0.mp4", "video/mp4", 6_000_000),
			asset(task.Cover, "veo3.1_cover_"+id+"_0.png", "image/png", 212_000),
		},
	}
	t.Assets[0].Duration, t.Assets[1].Duration = 8*time.Second, 8*time.Second
	return t
}

// failedTask is a Veo task that the provider refused.
func failedTask() task.Task {
	return task.Task{
		Provider: "kie", Product: "veo3.1", Model: "veo3_fast", TaskID: "veo_task_91be04c7d3f2",
		Status: task.Failed, Code: 422, Category: task.Likeness, Fallback: task.FallbackNo,
		Message: "Your request was rejected by Flow(public error prominent people upload). " +
			"You may consider using our other fallback channels, which are likely to succeed. " +
			"Please refer to the documentation.",
		Prompt:       "A well-known actor walks through a rainy street, hand-held",
		CrossChecked: task.CheckNo, Deliveries: 1,
		FirstSeenAt: ago(2 * time.Minute), CreatedAt: ago(2*time.Minute + 25*time.Second),
		CompletedAt: ago(2 * time.Minute), FirstDeliveryAt: ago(2 * time.Minute),
	}
}

// partlySavedTask is a Runway task whose cover could not be had.
func partlySavedTask() task.Task {
	t := savedTask()
	t.Product, t.Status = "runway", task.PartlySaved
	t.TaskID = "ee9c2f41-7d0b-4c1e-9a53-61f0b7c8d215"
	t.Resolution, t.Fallback, t.Deliveries = "720p", task.FallbackUnknown, 2
	t.Prompt = "A rainy harbour city at night, neon on wet asphalt"
	t.Assets = []task.Asset{t.Assets[0], t.Assets[2]}
	t.Assets[1].State, t.Assets[1].Path, t.Assets[1].Bytes = task.FailedAsset, "", 0
	t.Assets[1].Error, t.Assets[1].Failures = "tempfile.example answered 403 Forbidden", 5
	return t
}

// savingTask is a task of which one file of three is here.
func savingTask() task.Task {
	t := savedTask()
	t.TaskID, t.Status = "veo_task_5a70d1be9c44", task.Saving
	t.Prompt = "Layers of alpine fog, drone rising through the first cloud"
	t.Assets[0].State, t.Assets[0].Path, t.Assets[0].Bytes = task.SavingAsset, "", 0
	t.Assets[1].State, t.Assets[1].Path, t.Assets[1].Bytes = task.Pending, "", 0
	t.Assets[1].Failures, t.Assets[1].NextTryAt = 2, pageNow().Add(30*time.Second)
	t.Assets[1].Error = "the connection broke after 1.2 MB"
	return t
}

// emptyTask is a task without files in the given status.
func emptyTask(status task.Status, id string) task.Task {
	return task.Task{Provider: "kie", Product: "runway-extend", TaskID: id, Status: status,
		Fallback: task.FallbackUnknown, FirstSeenAt: ago(58 * time.Minute),
		ParentTaskID: "9e25b7d0-cc14-4a7f-8b3e-f61a20d94e83"}
}

// failureDelivery is the callback of failedTask.
func failureDelivery() task.Delivery {
	body := `{"code":422,"msg":"Your request was rejected by Flow(public error prominent people ` +
		`upload).","data":{"taskId":"veo_task_91be04c7d3f2","promptJson":"{\"callBackUrl\":` +
		`\"[masked]\"}","fallbackFlag":false}}`
	return task.Delivery{
		ID: 48211, Source: "veo3.1", Outcome: task.Applied, Code: 422, Provider: "kie",
		TaskID: "veo_task_91be04c7d3f2", ReceivedAt: ago(2 * time.Minute),
		RemoteAddr: "203.0.113.24", Bytes: int64(len(body)), Body: []byte(body),
		Headers: []task.Header{
			{Name: "Content-Type", Value: "application/json"},
			{Name: "User-Agent", Value: "okhttp/4.12.0"},
			{Name: "X-Webhook-Signature", Value: Masked},
			{Name: "X-Webhook-Timestamp", Value: "1795271167"},
		},
	}
}

// likenessDiagnosis is what the diagnosis of failedTask says, in one of the languages.
func likenessDiagnosis(lang string) *Diagnosis {
	d := &Diagnosis{Words: failedTask().Message, Bracketed: "public error prominent people upload",
		Move: task.Creator, Reply: map[string]string{
			i18n.English: "Hello, your video (task veo_task_91be04c7d3f2) was refused by the " +
				"provider’s content check: the uploaded image seems to show a well-known person.\n\n" +
				"Please use a picture without a recognisable public figure and submit again. " +
				"Sending the same request again will not help.",
			i18n.Chinese: "您好，您的视频任务（veo_task_91be04c7d3f2）未通过服务商的内容审核：" +
				"上传的图片疑似包含知名人物。\n\n" +
				"请换用不含可辨认公众人物的图片，然后重新提交。原样重试不会成功。",
		}}
	if lang == i18n.Chinese {
		d.Verdict = "服务商拒绝了这张图片：画面疑似包含知名人物。"
		d.Again = Answer{"仍会失败", "审核针对图片内容，与运气无关"}
		d.Charged = Answer{"通常不扣", "回调中没有积分信息"}
		d.Fallback = Answer{"本可生成", "16:9，且属于三种触发信息之一"}
		d.Steps = []Step{{"更换图片", "换用不含可辨认公众人物的图片；绘画或虚构面孔比照片更容易通过。"},
			{"去掉提示词中的人名", "例如把“知名演员”改为“四十多岁、穿灰色大衣的男子”。"},
			{"或改为纯文本生成", "不上传图片时不会触发这项检查。"}}
		return d
	}
	d.Verdict = "The provider refused the picture: it seems to show a well-known person."
	d.Again = Answer{"Will fail again", "The check looks at the picture, not at chance"}
	d.Charged = Answer{"Usually not", "The callback names no credits"}
	d.Fallback = Answer{"Could have served it", "16:9 and one of the three messages"}
	d.Steps = []Step{
		{"Change the picture", "Use one without a recognisable public figure. A painted or " +
			"invented face passes more often than a photograph."},
		{"Take the name out of the prompt",
			"“A well-known actor” becomes “a man in his forties in a grey coat”."},
		{"Or submit as text only", "Without an image this check does not run."}}
	return d
}
