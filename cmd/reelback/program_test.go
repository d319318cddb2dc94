package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test binary behave as the program itself, so that tests start, kill and
// restart what users run, race detector included.
const asProgram = "REELBACK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asYardstick) != "":
		serveYardstick(os.Getenv(asYardstick))
		return
	case os.Getenv(asProgram) != "":
		main()
		return
	}
	os.Exit(m.Run())
}

// programEnv is the environment in which the test binary behaves as the program. Under the race
// detector it would sleep for a second before it exits.
func programEnv() []string {
	return append(os.Environ(), asProgram+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
}

// patience bounds every wait of a test; what is awaited usually comes within a second.
const patience = 60 * time.Second

// program is a running server.
type program struct {
	t       testing.TB
	cmd     *exec.Cmd
	dataDir string
	origin  string            // "http://localhost:41235"
	sources map[string]string // callback address by source
	welcome string            // link by which the first account is created; empty for none
	log     *safeBuffer
	exited  chan struct{}

	greeting *safeBuffer // what it prints
}

// start runs the server on a free port with the data folder and arguments given. Nobody has to
// sign in unless the arguments say otherwise: most tests look at what is behind the door.
func start(t testing.TB, dataDir string, args ...string) *program {
	t.Helper()
	return startUnder(t, nil, dataDir, args...)
}

// startUnder runs the server under another command, such as one that makes the disk slow.
func startUnder(t testing.TB, under []string, dataDir string, args ...string) *program {
	t.Helper()
	if !slices.Contains(args, "--auth") {
		args = append([]string{"--auth", "none"}, args...)
	}
	p := launch(t, slices.Concat(under, []string{os.Args[0], "serve", "--addr", "127.0.0.1:0",
		"--data-dir", dataDir}, args)...)
	p.dataDir = dataDir
	return p
}

// launch runs a command that serves, and waits until it does.
func launch(t testing.TB, command ...string) *program {
	t.Helper()
	p := &program{t: t, sources: make(map[string]string), log: new(safeBuffer),
		exited: make(chan struct{}), greeting: new(safeBuffer)}
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Env = programEnv()
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	greeted := make(chan struct{})
	go func() {
		p.readGreeting(out, greeted)
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("log of the program:\n%s", p.log)
		}
	})
	select {
	case <-greeted:
	case <-p.exited:
		t.Fatalf("the program ended at once:\n%s", p.log)
	case <-time.After(patience):
		t.Fatalf("the program did not greet:\n%s", p.log)
	}
	return p
}

var (
	greeting = regexp.MustCompile(`listening on (http://[^/\s]+)`)
	first    = regexp.MustCompile(`^First start: open (http://\S+/welcome/\S+) to create`)
	address  = regexp.MustCompile(`^  (\S+)\s+(http://\S+/callbacks/\S+)`)
)

// readGreeting notes the addresses the program prints and then follows its output to the end.
func (p *program) readGreeting(out io.Reader, greeted chan struct{}) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		_, _ = io.WriteString(p.greeting, lines.Text()+"\n")
		if m := greeting.FindStringSubmatch(lines.Text()); m != nil {
			p.origin = m[1]
		}
		if m := first.FindStringSubmatch(lines.Text()); m != nil {
			p.welcome = m[1]
		}
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			p.sources[m[1]] = m[2]
			if m[1] == "veo3.1" { // the last one
				close(greeted)
			}
		}
	}
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// stop asks the program to end and waits for it.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("the program did not stop:\n%s", p.log)
	}
}

// post sends a callback and returns the status and the body of the answer.
func (p *program) post(url, body string) (int, string) {
	p.t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// deliver sends a callback to a source and expects it to be taken.
func (p *program) deliver(source, body string) {
	p.t.Helper()
	status, answer := p.post(p.sources[source], body)
	if status != http.StatusOK || answer != `{"code":200,"msg":"success"}` {
		p.t.Fatalf("callback to %s: %d %s", source, status, answer)
	}
}

// get decodes the JSON of a path.
func (p *program) get(path string, into any) {
	p.t.Helper()
	if err := p.tryGet(path, into); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) tryGet(path string, into any) error {
	res, err := http.Get(p.origin + path)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// The parts of the API's answers that tests look at.
type (
	apiTask struct {
		TaskID       string     `json:"task_id"`
		Product      string     `json:"product"`
		Status       string     `json:"status"`
		Code         int        `json:"code"`
		Category     string     `json:"category"`
		Fallback     string     `json:"fallback"`
		Resolution   string     `json:"resolution"`
		CrossChecked string     `json:"cross_checked"`
		Deliveries   int        `json:"deliveries"`
		Assets       []apiAsset `json:"assets"`
	}
	apiAsset struct {
		Role   string `json:"role"`
		Index  int    `json:"index"`
		State  string `json:"state"`
		Bytes  int64  `json:"bytes"`
		SHA256 string `json:"sha256"`
		URL    string `json:"url"`
		Error  string `json:"error"`
	}
)

// task reads a task from the API.
func (p *program) task(id string) apiTask {
	p.t.Helper()
	var t apiTask
	p.get("/api/v1/tasks/kie/"+id, &t)
	return t
}

// await reads a task whenever something changes, until it is as wanted.
func (p *program) await(id string, want func(apiTask) bool) apiTask {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	news := p.watch(ctx)
	var last apiTask
	for {
		last = apiTask{}
		if err := p.tryGet("/api/v1/tasks/kie/"+id, &last); err == nil && want(last) {
			return last
		}
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatalf("task %s did not become what was awaited: %+v", id, last)
		}
	}
}

func saved(t apiTask) bool { return t.Status == "saved" }

// watch returns a channel that gets a value at each event of the live stream.
func (p *program) watch(ctx context.Context) <-chan string {
	p.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.origin+"/live", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	news := make(chan string, 1024)
	go func() {
		defer func() { _ = res.Body.Close() }()
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				select {
				case news <- text:
				default:
				}
			}
		}
	}()
	return news
}

// mediaFile finds a saved file by name below the media folder and reads it.
func (p *program) mediaFile(name string) []byte {
	p.t.Helper()
	found, err := filepath.Glob(filepath.Join(p.dataDir, "media", "*", name))
	if err != nil || len(found) != 1 {
		p.t.Fatalf("file %s: found %v, %v", name, found, err)
	}
	content, err := os.ReadFile(found[0])
	if err != nil {
		p.t.Fatal(err)
	}
	return content
}

// safeBuffer is a buffer that one may write while another reads.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(text)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
