package kie

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// mustRead reads a body that must make a report.
func mustRead(t *testing.T, product, body string) task.Report {
	t.Helper()
	r, err := Read(product, []byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return r
}

func TestRead_productsAndNotesBySource(t *testing.T) {
	t.Parallel()
	const (
		runway = `{"code":200,"data":{"task_id":"x","video_url":"https://a.example/v.mp4"}}`
		veo    = `{"code":200,"data":{"taskId":"x","info":{"resultUrls":["https://a.example/v"]}}}`
		market = `{"code":200,"data":{"taskId":"x","state":"success"}}`
		bare   = `{"code":500,"msg":"Internal Error","data":{"taskId":"x"}}`
		nobody = `{"code":200,"data":{"taskId":"x","other":1}}`
	)
	for _, c := range []struct {
		source, body, product string
		noted                 bool
	}{
		{"", runway, Runway, false},
		{Runway, runway, Runway, false},
		{RunwayExtend, runway, RunwayExtend, false},
		{Veo, runway, Runway, true},
		{"", veo, Veo, false},
		{Veo, veo, Veo, false},
		{RunwayExtend, veo, Veo, true},
		{"", market, Market, false},
		{Veo, market, Market, true},
		{Market, market, Market, false},
		{"", bare, Veo, false},
		{Veo, bare, Veo, false},
		{Runway, bare, Veo, true},
		{"", nobody, "", false},
		{RunwayExtend, nobody, RunwayExtend, false},
	} {
		r := mustRead(t, c.source, c.body)
		if r.Product != c.product || (r.Note == task.NoteOtherProduct) != c.noted {
			t.Errorf("%q %s: got %q, note %q", c.source, c.body, r.Product, r.Note)
		}
		if r.Provider != Name || r.Category != "" {
			t.Errorf("provider %q, category %q", r.Provider, r.Category)
		}
	}
}

func TestRead_onlyCode200IsSuccess(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]task.Result{
		"200": task.ResultSucceeded, `"200"`: task.ResultSucceeded, `" 200 "`: task.ResultSucceeded,
		"200.0": task.ResultSucceeded,
		"201":   task.ResultFailed, "204": task.ResultFailed, "-1": task.ResultFailed,
		"400": task.ResultFailed, `"501"`: task.ResultFailed, "2000000000": task.ResultFailed,
		"0": task.ResultUnclear, "null": task.ResultUnclear, "true": task.ResultUnclear,
		`"OK"`: task.ResultUnclear, "200.5": task.ResultUnclear, "{}": task.ResultUnclear,
		"4294967496": task.ResultUnclear, // 200 if it were cut to 32 bits
	} {
		for _, data := range []string{
			`{"task_id":"x","video_url":"https://a.example/v.mp4"}`,
			`{"taskId":"x","info":{"resultUrls":["https://a.example/v.mp4"]}}`,
			`{"taskId":"x","resultUrls":["https://a.example/v.mp4"]}`,
		} {
			r := mustRead(t, "", `{"code":`+code+`,"msg":"m","data":`+data+`}`)
			if r.Result != want || (len(r.Files) > 0) != (want == task.ResultSucceeded) {
				t.Errorf("code %s, %s: got %s with %d files", code, data, r.Result, len(r.Files))
			}
		}
	}
}

func TestRead_taskIDPlaces(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("i", MaxID)
	for body, want := range map[string]string{
		`{"data":{"taskId":"a","task_id":"b"},"taskId":"c","task_id":"d"}`: "a",
		`{"data":{"taskId":"","task_id":"b"},"taskId":"c","task_id":"d"}`:  "b",
		`{"data":{"taskId":{},"task_id":null},"taskId":"c","task_id":"d"}`: "c",
		`{"data":"text","taskId":[],"task_id":"d"}`:                        "d",
		`{"data":{"taskId":9007199254740993}}`:                             "9007199254740993",
		`{"data":{"taskId":1.50e3}}`:                                       "1.50e3",
		`{"task_id":" padded "}`:                                           "padded",
		`{"taskId":"` + longest + `"}`:                                     longest,
		`{"taskId":"` + longest + `i","task_id":"short"}`:                  "short",
		`{"taskId":"a\u0000b","task_id":"d"}`:                              "d",
		`{"promptJson":{"taskId":"\ud800"},"task_id":"d"}`:                 "d",
	} {
		if r := mustRead(t, "", body); r.TaskID != want || r.Result != task.ResultUnclear {
			t.Errorf("%s: got %q, %s", body, r.TaskID, r.Result)
		}
	}
}

// TestRead_idsThatAreNotWholeAreRefused keeps two ids that differ in what was lost from being one.
func TestRead_idsThatAreNotWholeAreRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a\xffb", "a\xfeb", `a\u0000b`, `a\ud800b`, `a\udfffb`, "a\uFFFDb"} {
		for _, product := range []string{"", Veo, Runway} {
			r, err := Read(product, []byte(`{"code":200,"data":{"taskId":"`+id+`"}}`))
			var shape *provider.ShapeError
			if !errors.As(err, &shape) || shape.Path != "data.taskId" ||
				shape.Reason != task.ReasonWrongType {
				t.Errorf("%q, %s: %q, %v", id, product, r.TaskID, err)
			}
		}
	}
	r := mustRead(t, Veo, `{"code":200,"data":{"taskId":"d","promptJson":{"taskId":"p\u0000"}}}`)
	if r.ParentTaskID != "" {
		t.Errorf("the parent is %q", r.ParentTaskID)
	}
}

func TestRead_errorsAreShapeErrors(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]provider.ShapeError{
		`{}`:                              {Reason: task.ReasonNoTaskID},
		`{"data":{"taskId":false}}`:       {Reason: task.ReasonWrongType, Path: "data.taskId"},
		`{"data":{"task_id":[1]}}`:        {Reason: task.ReasonWrongType, Path: "data.task_id"},
		`{"taskId":{}}`:                   {Reason: task.ReasonWrongType, Path: "taskId"},
		`{"data":[],"code":{}}`:           {Reason: task.ReasonWrongType, Path: "data"},
		`{"data":null,"code":[]}`:         {Reason: task.ReasonWrongType, Path: "code"},
		`{"code":"x","data":{"state":1}}`: {Reason: task.ReasonNoTaskID},
		`[]`:                              {Reason: task.ReasonNotObject},
		`{"a"}`:                           {Reason: task.ReasonNotJSON},
	} {
		_, err := Read(RunwayExtend, []byte(body))
		var got *provider.ShapeError
		if !errors.As(err, &got) || got.Reason != want.Reason || got.Path != want.Path {
			t.Errorf("%s: got %v", body, err)
		}
		if errors.Is(err, provider.ErrNoTaskID) != (want.Reason == task.ReasonNoTaskID) {
			t.Errorf("%s: %v is or is not ErrNoTaskID", body, err)
		}
	}
}

func TestRead_textsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("影", 40_000)
	links := strings.Repeat(`"https://a.example/v.mp4",`, 500)
	r := mustRead(t, Veo, `{"code":200,"msg":"`+long+`","data":{"taskId":"x",
		"promptJson":{"prompt":"`+long+`","model":"`+long+`","taskId":"`+long+`"},
		"info":{"resolution":"`+long+`","resultUrls":[`+links+`"https://a.example/z.mp4"]}}}`)
	for name, c := range map[string]struct {
		text  string
		limit int
	}{
		"message": {r.Message, maxMessage}, "prompt": {r.Prompt, maxPrompt},
		"model": {r.Model, maxWord}, "resolution": {r.Resolution, maxWord},
	} {
		if n := len(c.text); n > c.limit || n < c.limit-2 || !utf8.ValidString(c.text) {
			t.Errorf("%s has %d bytes, limit %d", name, n, c.limit)
		}
	}
	if r.ParentTaskID != "" {
		t.Error("an id too long was taken for the parent's")
	}
	if len(r.Files) != maxFiles {
		t.Errorf("%d files, want %d", len(r.Files), maxFiles)
	}
}

func TestRead_linkLists(t *testing.T) {
	t.Parallel()
	const a, b = "https://a.example/1.mp4", "HTTP://a.example/2.mp4?x=1,2"
	for list, want := range map[string]string{
		`["` + a + `","` + b + `"]`:                "0 " + a + " 1 " + b,
		`"[\"` + a + `\",\"` + b + `\"]"`:          "0 " + a + " 1 " + b,
		`"[` + a + `,` + b + `]"`:                  "0 " + a + " 1 " + b,
		`"['` + a + `' , '` + b + `']"`:            "0 " + a + " 1 " + b,
		`" ` + a + `, ` + b + ` "`:                 "0 " + a + " 1 " + b,
		`"` + b + `"`:                              "0 " + b,
		`"` + a + `,"`:                             "0 " + a + ",",
		`["","` + a + `",null,5,{},["` + b + `"]]`: "1 " + a,
		`"[]"`: "", `"[ ]"`: "", `""`: "", `" , "`: "0 ,",
		`{}`: "", `7`: "", `true`: "", `null`: "",
		`"ftp://a.example/x,y"`: "0 ftp://a.example/x,y",
	} {
		r := mustRead(t, Veo, `{"code":200,"data":{"taskId":"x","info":{"resultUrls":`+list+`}}}`)
		var got []string
		for _, f := range r.Files {
			got = append(got, strconv.Itoa(f.Index), f.URL)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: got %q, want %q", list, s, want)
		}
	}
}

func TestRead_aSingleLinkIsNeverCut(t *testing.T) {
	t.Parallel()
	const link = "https://a.example/v.mp4?then=1,https://b.example/w.mp4"
	r := mustRead(t, Runway, `{"code":200,"data":{"task_id":"x","video_url":"`+link+`"}}`)
	if len(r.Files) != 1 || r.Files[0].URL != link {
		t.Errorf("got %v", r.Files)
	}
}

func TestRead_marketStateAndCode(t *testing.T) {
	t.Parallel()
	const ok, failed, unclear = task.ResultSucceeded, task.ResultFailed, task.ResultUnclear
	const running = task.ResultRunning
	codes := []string{`"code":200,`, `"code":0,`, "", `"code":501,`, `"code":"OK",`}
	for state, want := range map[string][]task.Result{
		`"success"`:    {ok, ok, ok, unclear, unclear},
		`" Success "`:  {ok, ok, ok, unclear, unclear},
		`"fail"`:       {failed, failed, failed, failed, failed},
		`"waiting"`:    {running, running, running, unclear, unclear},
		`"queuing"`:    {running, running, running, unclear, unclear},
		`"generating"`: {running, running, running, unclear, unclear},
		`"paused"`:     {unclear, unclear, unclear, unclear, unclear},
		`null`:         {ok, unclear, unclear, failed, unclear},
	} {
		for i, code := range codes {
			r := mustRead(t, "", "{"+code+`"data":{"taskId":"x","state":`+state+`}}`)
			if r.Result != want[i] || r.Product != Market {
				t.Errorf("%s state %s: got %s of %s", code, state, r.Result, r.Product)
			}
		}
	}
}

func TestRead_422OfAnUpgradeMeansThreeThings(t *testing.T) {
	t.Parallel()
	const ready = "The video has been generated successfully"
	const link = `"resultUrls":["https://a.example/4k.mp4"]`
	for _, c := range []struct {
		msg, data string
		want      task.Result
	}{
		{"4k is processing. It should be ready in 5-10 minutes.", "", task.ResultRunning},
		{"4K is processing.", `,"fallbackFlag":false`, task.ResultRunning},
		{"1080P is processing. It should be ready in 1-2 minutes.", "", task.ResultRunning},
		{ready, `,` + link, task.ResultSucceeded},
		{ready, `,"info":{` + link + `}`, task.ResultSucceeded},
		{ready, `,"info":{"resultUrls":[""]}`, task.ResultFailed},
		{ready, "", task.ResultFailed},
		{"Your request was rejected by Flow(minor upload).", "", task.ResultFailed},
	} {
		r := mustRead(t, "", `{"code":422,"msg":"`+c.msg+`","data":{"taskId":"x"`+c.data+`}}`)
		if r.Result != c.want || r.Product != Veo || r.Code != 422 {
			t.Errorf("%s %s: got %s, %s, %d", c.msg, c.data, r.Result, r.Product, r.Code)
		}
		if r.Result == task.ResultSucceeded && r.Files[0].Role != task.Upscale {
			t.Errorf("%s %s: got %v", c.msg, c.data, r.Files)
		}
	}
}

func TestRead_messageByWhateverNameItHas(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"msg":"a","message":"b","errorMessage":"c","data":{"taskId":"x"}`: "a",
		`"msg":" ","message":"b","errorMessage":"c","data":{"taskId":"x"}`: "b",
		`"msg":{},"errorMessage":"c","data":{"taskId":"x"}`:                "c",
		`"data":{"taskId":"x","errorMessage":"d"}`:                         "d",
		`"msg":"a","data":{"taskId":"x","failMsg":"e"}`:                    "e",
		`"msg":"a","data":{"taskId":"x","failMsg":null}`:                   "a",
		`"msg":"  as it is  ","data":{"taskId":"x"}`:                       "  as it is  ",
		`"data":{"taskId":"x"}`:                                            "",
	} {
		if r := mustRead(t, "", `{"code":500,`+body+`}`); r.Message != want {
			t.Errorf("%s: got %q, want %q", body, r.Message, want)
		}
	}
}
