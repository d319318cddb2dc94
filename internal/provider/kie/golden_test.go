package kie

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

var update = flag.Bool("update", false, "write the .want.json files anew")

// minSamples keeps the collection from shrinking by accident.
const minSamples = 120

// want is the content of a .want.json: at which product's source the sample arrives, and what
// comes of it.
type want struct {
	Source string      `json:"source"`
	Error  string      `json:"error,omitempty"`
	Report *wantReport `json:"report,omitempty"`
}

// wantReport is a task.Report without what is empty. It has no category: a dialect sets none.
type wantReport struct {
	Product     string        `json:"product"`
	Note        string        `json:"note,omitempty"`
	TaskID      string        `json:"task_id"`
	Parent      string        `json:"parent_task_id,omitempty"`
	Model       string        `json:"model,omitempty"`
	Result      task.Result   `json:"result"`
	Code        int           `json:"code"`
	Message     string        `json:"message"`
	Fallback    task.Fallback `json:"fallback"`
	Resolution  string        `json:"resolution,omitempty"`
	Prompt      string        `json:"prompt,omitempty"`
	Credits     float64       `json:"credits,omitempty"`
	CreatedAt   time.Time     `json:"created_at,omitzero"`
	CompletedAt time.Time     `json:"completed_at,omitzero"`
	Files       []wantFile    `json:"files,omitempty"`
}

type wantFile struct {
	Role  task.Role `json:"role"`
	Index int       `json:"index"`
	URL   string    `json:"url"`
}

func TestRead_everySampleAsExpected(t *testing.T) {
	t.Parallel()
	samples := sampleFiles(t)
	if len(samples) < minSamples {
		t.Errorf("%d samples, want at least %d", len(samples), minSamples)
	}
	t.Logf("%-8s %-34s %-14s %-14s %-10s %5s  %s", "dialect", "sample", "source", "product",
		"result", "code", "files, or what is wrong")
	for _, file := range samples {
		body, expected := load(t, file)
		got := outcome(expected.Source, body)
		logRow(t, file, got)
		if *update {
			write(t, file, got)
			continue
		}
		if a, b := marshal(t, got), marshal(t, expected); a != b {
			t.Errorf("%s\ngot  %s\nwant %s", file, a, b)
		}
	}
}

// sampleFiles lists testdata/<dialect>/<name>.json.
func sampleFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	isWant := func(f string) bool { return strings.HasSuffix(f, ".want.json") }
	return slices.DeleteFunc(files, isWant)
}

func wantFileOf(file string) string { return strings.TrimSuffix(file, ".json") + ".want.json" }

// load reads a sample and what is expected of it; with -update that may be missing.
func load(t testing.TB, file string) ([]byte, want) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var w want
	text, err := os.ReadFile(wantFileOf(file))
	if errors.Is(err, os.ErrNotExist) && *update {
		return body, w
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &w); err != nil {
		t.Fatalf("%s: %v", wantFileOf(file), err)
	}
	return body, w
}

// outcome reads a body and puts what came of it into the form of a .want.json.
func outcome(source string, body []byte) want {
	r, err := Read(source, body)
	if err != nil {
		return want{Source: source, Error: err.Error()}
	}
	w := wantReportOf(r)
	return want{Source: source, Report: &w}
}

func wantReportOf(r task.Report) wantReport {
	w := wantReport{
		Product: r.Product, Note: r.Note, TaskID: r.TaskID, Parent: r.ParentTaskID, Model: r.Model,
		Result: r.Result, Code: r.Code, Message: r.Message, Fallback: r.Fallback,
		Resolution: r.Resolution, Prompt: r.Prompt, Credits: r.Credits,
		CreatedAt: r.CreatedAt, CompletedAt: r.CompletedAt,
	}
	for _, f := range r.Files {
		w.Files = append(w.Files, wantFile(f))
	}
	return w
}

func marshal(t *testing.T, w want) string {
	t.Helper()
	text, err := json.MarshalIndent(w, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file string, w want) {
	t.Helper()
	if err := os.WriteFile(wantFileOf(file), []byte(marshal(t, w)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// logRow prints a row of the table dialect × sample.
func logRow(t *testing.T, file string, w want) {
	t.Helper()
	folder, name := filepath.Split(strings.TrimSuffix(file, ".json"))
	source := w.Source
	if source == "" {
		source = Name
	}
	if w.Report == nil {
		t.Logf("%-8s %-34s %-14s %-14s %-10s %5s  %s", filepath.Base(folder), name, source,
			"", "error", "", w.Error)
		return
	}
	var files []string
	for _, f := range w.Report.Files {
		files = append(files, string(f.Role)+"["+string(rune('0'+f.Index))+"]")
	}
	t.Logf("%-8s %-34s %-14s %-14s %-10s %5d  %s", filepath.Base(folder), name, source,
		w.Report.Product, w.Report.Result, w.Report.Code, strings.Join(files, " "))
}

func TestDialects_eachReadsItsOwnSamples(t *testing.T) {
	t.Parallel()
	if *update {
		t.Skip("the .want.json files are being written")
	}
	readers := map[string]int{}
	for _, file := range sampleFiles(t) {
		folder := filepath.Base(filepath.Dir(file))
		body, expected := load(t, file)
		doc, err := provider.Parse(body)
		if folder == "broken" || err != nil || expected.Report == nil {
			continue
		}
		own := func(shape string) bool { return family(expected.Source) == shape }
		name := "unknown"
		if d := provider.Pick(Dialects(), doc, own); d != nil {
			name = d.Name()
		}
		readers[name]++
		if name != folder && !strings.HasSuffix(file, "openapi-variant-at-kie.json") {
			t.Errorf("%s is read by %s", file, name)
		}
	}
	for _, d := range Dialects() {
		if readers[d.Name()] == 0 {
			t.Errorf("no sample is read by %s", d.Name())
		}
	}
}
