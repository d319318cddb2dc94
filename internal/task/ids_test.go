package task

import (
	"slices"
	"strings"
	"testing"
)

const (
	uuidA = "ee603959-debb-48d1-98c4-a6d1c717eba6"
	uuidB = "3c1f0a52-8a7e-4a53-9b0e-5c1f7d9a2e11"
	veoA  = "veo_task_abcdef123456"
	hexA  = "e989621f54392584b05867f87b160672"
)

func TestFindIDsInWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"one a line":          {uuidA + "\r\n" + veoA + "\n\n" + hexA, []string{uuidA, veoA, hexA}},
		"commas and spaces":   {uuidA + ", " + veoA + "," + hexA + " " + uuidB, []string{uuidA, veoA, hexA, uuidB}},
		"semicolons":          {uuidA + ";" + veoA, []string{uuidA, veoA}},
		"Chinese punctuation": {uuidA + "，" + veoA + "、" + hexA + "。", []string{uuidA, veoA, hexA}},
		"quotes":              {`"` + uuidA + `", '` + veoA + "' `" + hexA + "` “" + uuidB + "”", []string{uuidA, veoA, hexA, uuidB}},
		"twice":               {uuidA + "\n" + uuidA, []string{uuidA}},
		"a list in JSON":      {`["` + uuidA + `","` + veoA + `"]`, []string{uuidA, veoA}},
		"the provider's answer": {`{"code":200,"msg":"success","data":{"taskId":"` + hexA + `"}}`,
			[]string{hexA}},
		"answers, one a line": {`{"data":{"taskId":"` + uuidA + `"}}` + "\n" + `{"data":{"task_id":"` + uuidB + `"}}`,
			[]string{uuidA, uuidB}},
		"an answer in a string": {`"{\"code\":200,\"data\":{\"taskId\":\"` + veoA + `\"}}"`, []string{veoA}},
		"a callback, with other ids and links": {`{"data":{"task_id":"` + uuidA + `","video_id":"` + uuidB +
			`","video_url":"https://f.example.com/k/` + uuidB + `.mp4"}}`, []string{uuidA}},
		"the same, laid out": {"{\n  \"data\": {\n    \"task_id\": \"" + uuidA + "\",\n    \"video_id\": \"" +
			uuidB + "\"\n  }\n}", []string{uuidA}},
		"an extension": {`{"taskId":"` + uuidA + `","parentTaskId":"` + uuidB + `"}`, []string{uuidA}},
		"a named list": {"{\"taskIds\": [\n\"" + uuidA + "\",\n\"order-17\"\n], \"mediaIds\": [\"" + uuidB + "\"]}",
			[]string{uuidA, "order-17"}},
		"a row of our own beside it":  {`{"id":"` + uuidB + `","task_id":"` + uuidA + `"}`, []string{uuidA}},
		"the same, laid out in lines": {"id: " + uuidB + "\ntask_id: " + uuidA, []string{uuidA}},
		"only an id":                  {"ID: " + uuidA, []string{uuidA}},
		"a column with its neighbours": {"task_id\tcustomer\tstatus\n" + uuidA + "\tShop 17\tfailed\n" + veoA + "\tMüller & Co\tok",
			[]string{uuidA, veoA}},
		"a CSV":               {"task_id,created\n\"" + uuidA + "\",2026-11-21 14:41:30\n", []string{uuidA}},
		"a log":               {"2026-11-21T14:41:30.123Z INFO [worker-17f3a2b9c4d5e6f7] submitted taskId=" + veoA + " trace_id=" + hexA, []string{veoA}},
		"a log without =":     {"2026/11/21 14:41:30 main.go:217: submitted " + veoA, []string{veoA}},
		"a log with level":    {"INFO: " + uuidA + ": generating", []string{uuidA}},
		"said in words":       {"The customer says that task " + uuidA + " is missing, and " + veoA + "!", []string{uuidA, veoA}},
		"said in Chinese":     {"客户反馈任务" + uuidA + "没有收到，任务编号：order-9", []string{"order-9"}},
		"Chinese, unnamed":    {"客户反馈" + uuidA + "没有收到", []string{uuidA}},
		"short, but named":    {"task_id: t-17", []string{"t-17"}},
		"a number, named":     {`{"taskId": 1790000000123}`, []string{"1790000000123"}},
		"too long, but named": {"task_id: " + strings.Repeat("a1", 200), []string{strings.Repeat("a1", 200)}},
		"by its own word":     {"task_12345678 task_suno_1765173768496", []string{"task_12345678", "task_suno_1765173768496"}},
		"a sheet's marks":     {"\ufeff" + uuidA + "\u200b\u00a0" + veoA, []string{uuidA, veoA}},
		"a bullet list":       {"- " + uuidA + "\n* " + veoA + "\n1. " + hexA, []string{uuidA, veoA, hexA}},
		"markdown":            {"**" + uuidA + "** | `" + veoA + "` |", []string{uuidA, veoA}},
	} {
		if got, _ := FindIDs(c.text, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngives %q\nwant  %q", name, c.text, got, c.want)
		}
	}
}

func TestFindIDsMakesNoTasksOfWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " \n\t", "Good morning, where are my 3 videos from yesterday?", "我的视频在哪里？一共3个。",
		"runway-extend veo3.1 gpt-4o-mini-2024-07-18 kling-v2-1-master-1080p",
		"2026-11-21 14:41:30 2026-11-21T14:41:30Z 20261121T144130Z 1790000000123 +49 170 1234567",
		"https://f.example.com/k/" + uuidA + ".mp4 /callbacks/veo3.1/" + hexA + " me@example.com",
		uuidA + ".mp4", "order-2026-11-21-000017", "ip-10-0-12-133-eu-west-1", "api-7d9c8b6f5d-x2x9k",
		"Authorization: Bearer " + hexA, "apiKey=" + hexA, `{"token":"` + hexA + `"}`, "x-api-key: " + hexA,
		"request_id=" + uuidA, "traceId: " + uuidA, `"videoId": "` + uuidA + `"`, "sha256: " + hexA + hexA,
		"task_id: null, task_id: none, task id is required, taskId: …, taskId: <your task id>",
		strings.Repeat("a1", 200), "task", "task_id", "multitasking",
		"v=1&sig=" + hexA,
	} {
		if got, _ := FindIDs(text, nil); len(got) > 0 {
			t.Errorf("%.60q makes tasks of %q", text, got)
		}
	}
}

func FuzzFindIDs(f *testing.F) {
	for _, seed := range []string{uuidA + "\n" + veoA, `{"data":{"taskId":"` + hexA + `"}}`,
		"INFO: " + uuidA + ": x=1", "任务：a1b2，“c3”", "task_ids: [a-1, b-2\n] \\\"id\\\" = \xff", "[[{:=:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids, passed := FindIDs(text, nil)
		for _, p := range passed {
			if p.Word == "" || slices.Contains(ids, p.Word) || !strings.Contains(text, p.Word) {
				t.Errorf("%q passes over %q and gives %q", text, p.Word, ids)
			}
		}
		seen := make(map[string]bool)
		for _, id := range ids {
			r := Registration{Provider: "kie", Product: "runway", TaskID: id}
			if err := r.Check(); err != nil && len(id) <= maxName || !strings.Contains(text, id) || seen[id] {
				t.Errorf("%q gives %q: %v, again: %t", text, id, err, seen[id])
			}
			seen[id] = true
			if got, _ := FindIDs("task_id: "+id, nil); !slices.Equal(got, []string{id}) {
				t.Errorf("%q by its name gives %q", id, got)
			}
		}
	})
}
