package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/sim"
)

const loopback = "127.0.0.1/32"

// The callbacks as the providers' documents print them; %s is where their links lead.
const (
	runwayDocument = `{
  "code": 200,
  "msg": "All generated successfully.",
  "data": {
    "image_url": "%[1]s/m/xxxxxxxx.png",
    "task_id": "ee603959-debb-48d1-98c4-a6d1c717eba6",
    "video_id": "485da89c-7fca-4340-8c04-101025b2ae71",
    "video_url": "%[1]s/k/xxxxxxx.mp4"
  }
}`
	veoDocument = `{
  "code": 200,
  "msg": "Veo3.1 视频生成成功。",
  "data": {
    "taskId": "veo_task_abcdef123456",
    "info": {
      "resultUrls": ["%[1]s/video1.mp4"],
      "originUrls": ["%[1]s/original_video1.mp4"],
      "resolution": "1080p"
    },
    "fallbackFlag": false
  }
}`
	runwayID = "ee603959-debb-48d1-98c4-a6d1c717eba6"
	veoID    = "veo_task_abcdef123456"
)

// serveFiles serves one clip and one cover under whatever name is asked for.
func serveFiles(t *testing.T) (origin string, clip, cover []byte) {
	t.Helper()
	clip, cover = sampleFiles(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content := clip
		if strings.HasSuffix(r.URL.Path, ".png") {
			content = cover
		}
		http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(server.Close)
	return server.URL, clip, cover
}

// sampleFiles returns a clip and a cover of the fake provider.
func sampleFiles(t *testing.T) (clip, cover []byte) {
	t.Helper()
	clip, err := sim.File("boat.mp4")
	if err != nil {
		t.Fatal(err)
	}
	if cover, err = sim.File("boat.png"); err != nil {
		t.Fatal(err)
	}
	return clip, cover
}

// TestTheDocumentsCallbacksBecomeFiles sends both documents' payloads and finds every file on
// disk, under its documented name and byte for byte.
func TestTheDocumentsCallbacksBecomeFiles(t *testing.T) {
	t.Parallel()
	origin, clip, cover := serveFiles(t)
	p := start(t, t.TempDir(), "--fetch-allow", loopback)
	p.deliver("runway-extend", fmt.Sprintf(runwayDocument, origin))
	p.deliver("veo3.1", fmt.Sprintf(veoDocument, origin))
	runway, veo := p.await(runwayID, saved), p.await(veoID, saved)

	if runway.Product != "runway-extend" || runway.Fallback != "unknown" || runway.Code != 200 {
		t.Errorf("Runway task: %+v", runway)
	}
	if veo.Product != "veo3.1" || veo.Fallback != "no" || veo.Resolution != "1080p" {
		t.Errorf("Veo task: %+v", veo)
	}
	for name, want := range map[string][]byte{
		"runway_extend_" + runwayID + ".mp4":       clip,
		"runway_extend_cover_" + runwayID + ".png": cover,
		"veo3.1_generated_" + veoID + "_0.mp4":     clip,
		"veo3.1_original_" + veoID + "_0.mp4":      clip,
	} {
		if !bytes.Equal(p.mediaFile(name), want) {
			t.Errorf("%s is not what was served", name)
		}
	}
	var list struct {
		Tasks []apiTask `json:"tasks"`
	}
	p.get("/api/v1/tasks", &list)
	if len(list.Tasks) != 2 || list.Tasks[0].TaskID != veoID || list.Tasks[1].TaskID != runwayID {
		t.Errorf("the list is not the two tasks, newest first: %+v", list.Tasks)
	}
	for _, a := range append(runway.Assets, veo.Assets...) {
		checkServed(t, p, a)
	}
}

// checkServed fetches a saved asset by the address the API gives, whole and in part.
func checkServed(t *testing.T, p *program, a apiAsset) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.origin+a.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	n, err := bufferFrom(res).WriteTo(hash)
	if err != nil || n != a.Bytes || hex.EncodeToString(hash.Sum(nil)) != a.SHA256 {
		t.Errorf("%s: %d bytes, %v; the API says %d and another hash", a.URL, n, err, a.Bytes)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("ETag") == "" {
		t.Errorf("%s: headers %v", a.URL, res.Header)
	}
	req.Header.Set("Range", "bytes=-10")
	res, err = http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if n := bufferFrom(res).Len(); res.StatusCode != http.StatusPartialContent || n != 10 {
		t.Errorf("%s: the last ten bytes came as %d with %d bytes", a.URL, res.StatusCode, n)
	}
}

func bufferFrom(res *http.Response) *bytes.Buffer {
	defer func() { _ = res.Body.Close() }()
	buf := new(bytes.Buffer)
	_, _ = buf.ReadFrom(res.Body)
	return buf
}

// TestTwentyCopiesAtOnce sends one callback twenty times at the same moment.
func TestTwentyCopiesAtOnce(t *testing.T) {
	t.Parallel()
	origin, _, _ := serveFiles(t)
	p := start(t, t.TempDir(), "--fetch-allow", loopback)
	body := fmt.Sprintf(veoDocument, origin)
	var copies sync.WaitGroup
	begin := make(chan struct{})
	for range 20 {
		copies.Go(func() {
			<-begin
			res, err := http.Post(p.sources["veo3.1"], "application/json", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != http.StatusOK {
				t.Errorf("a copy was answered %s", res.Status)
			}
		})
	}
	close(begin)
	copies.Wait()
	got := p.await(veoID, saved)
	if got.Deliveries != 20 || len(got.Assets) != 2 {
		t.Errorf("%d deliveries and %d assets, want 20 and 2", got.Deliveries, len(got.Assets))
	}
	outcomes := make(map[string]int)
	var list struct {
		Deliveries []struct {
			Outcome string `json:"outcome"`
		} `json:"deliveries"`
	}
	p.get("/api/v1/deliveries?limit=100", &list)
	for _, d := range list.Deliveries {
		outcomes[d.Outcome]++
	}
	if outcomes["applied"] != 1 || outcomes["repeated"] != 19 {
		t.Errorf("outcomes %v, want 1 applied and 19 repeated", outcomes)
	}
	var tasks struct {
		Tasks []apiTask `json:"tasks"`
	}
	p.get("/api/v1/tasks", &tasks)
	if len(tasks.Tasks) != 1 {
		t.Errorf("%d tasks, want 1", len(tasks.Tasks))
	}
}

// TestKilledWhileSaving kills the program in the middle of a file and starts it again.
func TestKilledWhileSaving(t *testing.T) {
	t.Parallel()
	clip, _ := sampleFiles(t)
	large := append(bytes.Clone(clip), make([]byte, 4<<20)...)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(large[len(clip):])

	halfway, goOn := make(chan struct{}), make(chan struct{})
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"large"`)
		if requests.Add(1) > 1 {
			http.ServeContent(w, r, "large.mp4", time.Time{}, bytes.NewReader(large))
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(large)))
		_, _ = w.Write(large[:len(large)/2])
		_ = http.NewResponseController(w).Flush()
		close(halfway)
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(goOn)

	dir := t.TempDir()
	p := start(t, dir, "--fetch-allow", loopback)
	p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":"cut-1",
		"info":{"resultUrls":["%s/large.mp4"]}}}`, server.URL))
	<-halfway
	p.kill()

	p = start(t, dir, "--fetch-allow", loopback)
	got := p.await("cut-1", saved)
	want := sha256.Sum256(large)
	if got.Assets[0].SHA256 != hex.EncodeToString(want[:]) {
		t.Errorf("the hash is %s, want %x", got.Assets[0].SHA256, want)
	}
	if !bytes.Equal(p.mediaFile("veo3.1_generated_cut-1_0.mp4"), large) {
		t.Error("the file is not what was served")
	}
}

// TestNoWayToAForbiddenAddress sends links that lead to an address which is not allowed: at
// once, and by a redirect. A listener there must hear nothing.
func TestNoWayToAForbiddenAddress(t *testing.T) {
	t.Parallel()
	forbidden, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	var heard atomic.Int32
	go func() {
		for {
			conn, err := forbidden.Accept()
			if err != nil {
				return
			}
			heard.Add(1)
			_ = conn.Close()
		}
	}()
	defer func() { _ = forbidden.Close() }()
	secret := "http://" + forbidden.Addr().String() + "/secret.mp4"
	redirect := httptest.NewServer(http.RedirectHandler(secret, http.StatusFound))
	defer redirect.Close()

	p := start(t, t.TempDir(), "--fetch-allow", loopback)
	p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":"forbidden-1",
		"info":{"resultUrls":["%s/a.mp4", "%s"]}}}`, redirect.URL, secret))
	got := p.await("forbidden-1", func(t apiTask) bool { return t.Status == "not_saved" })
	for _, a := range got.Assets {
		if a.State != "failed" || a.Error == "" {
			t.Errorf("asset %d is %s with the error %q", a.Index, a.State, a.Error)
		}
	}
	if n := heard.Load(); n != 0 {
		t.Errorf("%d connections were made to the forbidden address", n)
	}
}

// TestNothingIsSilentlyGone sends what cannot be taken and finds it in the deliveries.
func TestNothingIsSilentlyGone(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	good := p.sources["veo3.1"]
	cases := []struct {
		name, url, body string
		status          int
		kept            bool
		reason          string
	}{
		{"broken JSON", good, `{"code":200,`, 400, true, "not_json"},
		{"another kind of JSON", good, `[1,2]`, 400, true, "not_an_object"},
		{"no task id", good, `{"code":200,"msg":"ok","data":{}}`, 400, true, "no_task_id"},
		{"data null", good, `{"code":400,"msg":"no","data":null}`, 400, true, "no_task_id"},
		{"wrong token", good + "x", `{}`, 401, true, "token_wrong"},
		{"no token", good[:strings.LastIndex(good, "/")], `{}`, 401, true, "token_missing"},
		{"no token on a sample path", p.origin + "/veo3-1-callback", `{}`, 401, true, "token_missing"},
		{"too large", good, `{"x":"` + strings.Repeat("a", 1<<20) + `"}`, 413, true, "too_large"},
		{"unknown source", p.origin + "/callbacks/nobody/x", `{}`, 404, false, ""},
		{"unknown shape", good, `{"taskId":"odd-1","weather":"fine"}`, 200, true, "unknown_shape"},
	}
	for _, c := range cases {
		status, answer := p.post(c.url, c.body)
		if status != c.status {
			t.Errorf("%s: answered %d %s, want %d", c.name, status, answer, c.status)
		}
		if status >= 400 && !strings.Contains(answer, `"detail"`) {
			t.Errorf("%s: the answer does not say what is wrong: %s", c.name, answer)
		}
		var list struct {
			Deliveries []struct {
				ID     int64  `json:"id"`
				Reason string `json:"reason"`
				Bytes  int64  `json:"bytes"`
			} `json:"deliveries"`
		}
		p.get("/api/v1/deliveries?limit=1", &list)
		kept := len(list.Deliveries) == 1 && strings.HasPrefix(list.Deliveries[0].Reason, c.reason)
		if c.kept && !kept {
			t.Errorf("%s: not kept with the reason %s: %+v", c.name, c.reason, list.Deliveries)
			continue
		}
		if !c.kept {
			continue
		}
		var whole struct {
			Body string `json:"body"`
		}
		p.get(fmt.Sprintf("/api/v1/deliveries/%d", list.Deliveries[0].ID), &whole)
		want := c.body
		if status == http.StatusRequestEntityTooLarge {
			want = want[:4<<10]
		}
		if whole.Body != want {
			t.Errorf("%s: kept %d bytes that are not what arrived", c.name, len(whole.Body))
		}
	}
	if got := p.task("odd-1"); got.Status != "unconfirmed" {
		t.Errorf("the task of an unknown shape is %s", got.Status)
	}
	res, err := http.Get(good)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") == "" {
		t.Errorf("GET was answered %s, Allow %q", res.Status, res.Header.Get("Allow"))
	}
}

// TestRetryingAFileThatFailed lets a file fail for good and then asks for it again.
func TestRetryingAFileThatFailed(t *testing.T) {
	t.Parallel()
	clip, _ := sampleFiles(t)
	var works atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !works.Load() {
			http.Redirect(w, r, "http://127.0.0.2:1/", http.StatusFound)
			return
		}
		_, _ = w.Write(clip)
	}))
	defer server.Close()
	p := start(t, t.TempDir(), "--fetch-allow", loopback)
	p.deliver("runway", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"task_id":"again-1",
		"video_id":"v","video_url":"%s/a.mp4","image_url":""}}`, server.URL))
	p.await("again-1", func(t apiTask) bool { return t.Status == "not_saved" })
	works.Store(true)
	status, body := p.post(p.origin+"/tasks/kie/again-1/assets/video/0/retry", "")
	if status != http.StatusOK { // the page that the answer leads to
		t.Fatalf("retry was answered %d %s", status, body)
	}
	p.await("again-1", saved)
	var events struct {
		Events []map[string]any `json:"events"`
	}
	p.get("/api/v1/tasks/kie/again-1/events", &events)
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"delivery", "asset_failed", "retry", "asset_saved"} {
		if !bytes.Contains(text, []byte(`"kind":"`+kind+`"`)) {
			t.Errorf("the timeline lacks %s: %s", kind, text)
		}
	}
}

// TestStoppingIsOrderly stops the program with a signal and finds nothing wrong in its log.
func TestStoppingIsOrderly(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	_ = p.watch(t.Context()) // an event stream must not hold it up
	begun := time.Now()
	p.stop()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if !p.cmd.ProcessState.Success() || strings.Contains(p.log.String(), "ERROR") {
		t.Errorf("%v\n%s", p.cmd.ProcessState, p.log)
	}
}
