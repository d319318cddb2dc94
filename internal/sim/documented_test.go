package sim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/task"
)

// The program's own reading of every documented callback: what is sent here must be understood
// there, and as what it is.
func TestEveryDocumentedCallbackIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range Documented().Callbacks {
		t.Run(c.Product+"/"+c.Title, func(t *testing.T) {
			t.Parallel()
			body := c.render("http://r/cb", newLinker(Options{MediaURL: "http://m"}).link)
			report, err := kie.Read(c.Product, []byte(body))
			if err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			want := task.ResultFailed
			if strings.HasPrefix(c.Title, "success") {
				want = task.ResultSucceeded
			}
			if report.Result != want || report.TaskID != c.TaskID {
				t.Errorf("read as %s of %q, want %s of %q: %s",
					report.Result, report.TaskID, want, c.TaskID, body)
			}
			if (want == task.ResultSucceeded) != (len(report.Files) > 0) {
				t.Errorf("read with %d files: %s", len(report.Files), body)
			}
			for _, f := range report.Files {
				if u, err := url.Parse(f.URL); err != nil || u.Host != "m" {
					t.Errorf("link %q is read from %s", f.URL, body)
				}
			}
		})
	}
}

func TestDocumentedHasATaskForEveryCallback(t *testing.T) {
	t.Parallel()
	ids, titles := make(map[string]bool), make(map[string]bool)
	for _, c := range Documented().Callbacks {
		title := c.Product + " " + c.Title
		if ids[c.TaskID] || titles[title] {
			t.Errorf("%s (%s) is there twice", title, c.TaskID)
		}
		ids[c.TaskID], titles[title] = true, true
	}
}

func TestDocumentedHasEveryRefusalInBothLanguages(t *testing.T) {
	t.Parallel()
	sent := messages(t)
	want := map[string][]wording{
		kie.RunwayExtend: runwayRefusals(), kie.Runway: runwayRefusals(), kie.Veo: veoRefusals(),
	}
	for product, refusals := range want {
		for _, words := range refusals {
			for _, msg := range []string{words.en, words.zh} {
				if !sent[fmt.Sprint(product, " 400 ", msg)] {
					t.Errorf("%s does not refuse with %q", product, msg)
				}
			}
		}
	}
}

func TestDocumentedHasEveryCode(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		kie.RunwayExtend: {"200", "400", "500"},
		kie.Runway:       {"200", "400", "500"},
		kie.Veo:          {"200", "400", "422", "500", "501"},
	}
	sent := messages(t)
	for product, codes := range want {
		for _, code := range codes {
			found := false
			for key := range sent {
				found = found || strings.HasPrefix(key, product+" "+code+" ")
			}
			if !found {
				t.Errorf("%s never sends code %s", product, code)
			}
		}
	}
}

func TestDocumentedHasEveryFormOfAMember(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, product, title string
		want                 string // in the body as it is sent
		absent               string // from it
	}{
		{"a failed extension has the id alone", kie.RunwayExtend, "refusal 3",
			`"data":{"task_id":"doc_extend_008"}`, "video_url"},
		{"a failed generation has empty strings", kie.Runway, "refusal 3",
			`"image_url":"","task_id":"doc_runway_008","video_id":"","video_url":""`, ""},
		{"code as a string", kie.Runway, "success, code as a string", `"code":"200"`, ""},
		{"data null", kie.Runway, "server error, data null", `"data":null`, "task_id"},
		{"resultUrls as a list", kie.Veo, "success, one video", `"resultUrls":["http`, "originUrls"},
		{"originals", kie.Veo, "success, one 9:16 video with its original", `"originUrls":["http`, ""},
		{"resultUrls as JSON text", kie.Veo, "success, resultUrls as a JSON string",
			`"resultUrls":"[\"http`, ""},
		{"resultUrls in brackets", kie.Veo, "success, resultUrls as a bracketed string",
			`"resultUrls":"[http`, ""},
		{"fallback true", kie.Veo, "success, fallbackFlag true", `"fallbackFlag":true`, ""},
		{"fallback false", kie.Veo, "success, one video", `"fallbackFlag":false`, ""},
		{"fallback null", kie.Veo, "success, fallbackFlag null", `"fallbackFlag":null`, ""},
		{"fallback missing", kie.Veo, "success, fallbackFlag missing", `"taskId"`, "fallbackFlag"},
		{"promptJson as text", kie.Veo, "success, one video",
			`"promptJson":"{\"aspect_ratio\"`, ""},
		{"promptJson as an object", kie.Veo, "success, promptJson as an object",
			`"promptJson":{"aspect_ratio"`, ""},
		{"promptJson missing", kie.Veo, "success, promptJson missing", `"taskId"`, "promptJson"},
		{"promptJson repeats the callback address", kie.Veo, "success, one video",
			`\"callBackUrl\":\"http://r/cb\"`, ""},
	}
	for _, tc := range tests {
		body := documentedBody(t, tc.product, tc.title)
		if !strings.Contains(body, tc.want) {
			t.Errorf("%s: no %s in %s", tc.name, tc.want, body)
		}
		if tc.absent != "" && strings.Contains(body, tc.absent) {
			t.Errorf("%s: %s in %s", tc.name, tc.absent, body)
		}
	}
}

func documentedBody(t *testing.T, product, title string) string {
	t.Helper()
	for _, c := range Documented().Callbacks {
		if c.Product == product && c.Title == title {
			return c.render("http://r/cb", newLinker(Options{MediaURL: "http://m"}).link)
		}
	}
	t.Fatalf("no callback %q of %s", title, product)
	return ""
}

// messages returns "product code message" of every documented callback.
func messages(t *testing.T) map[string]bool {
	t.Helper()
	sent := make(map[string]bool)
	for _, c := range Documented().Callbacks {
		var e struct {
			Code any    `json:"code"`
			Msg  string `json:"msg"`
		}
		if err := json.Unmarshal([]byte(c.Body), &e); err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		sent[fmt.Sprint(c.Product, " ", e.Code, " ", e.Msg)] = true
	}
	return sent
}
