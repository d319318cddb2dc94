package kie

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// FuzzRead holds what is true of every body: a report names a task, its values are among the known
// ones, its texts are bounded and storable, and reading twice gives the same.
func FuzzRead(f *testing.F) {
	for _, file := range sampleFiles(f) {
		body, expected := load(f, file)
		f.Add(expected.Source, body)
	}
	f.Fuzz(func(t *testing.T, product string, body []byte) {
		r, err := Read(product, body)
		again, err2 := Read(product, body)
		if !reflect.DeepEqual(r, again) || (err == nil) != (err2 == nil) {
			t.Fatal("reading twice gives two reports")
		}
		if err != nil {
			var shape *provider.ShapeError
			if !errors.As(err, &shape) || !reflect.DeepEqual(r, task.Report{}) {
				t.Fatalf("%T %v with %+v", err, err, r)
			}
			return
		}
		checkReport(t, r)
		doc, err := provider.Parse(body)
		if err != nil || !slices.Contains(TaskIDs(doc), r.TaskID) {
			t.Fatalf("%q could not have been signed: %v", r.TaskID, err)
		}
	})
}

func checkReport(t *testing.T, r task.Report) {
	t.Helper()
	results := []task.Result{task.ResultRunning, task.ResultSucceeded, task.ResultFailed,
		task.ResultUnclear}
	switch {
	case r.Provider != Name, r.TaskID == "", r.TaskID == r.ParentTaskID, r.Category != "":
		t.Fatalf("%+v", r)
	case !slices.Contains(results, r.Result), !slices.Contains(task.Fallbacks(), r.Fallback):
		t.Fatalf("result %q, fallback %q", r.Result, r.Fallback)
	case r.Note != "" && r.Note != task.NoteOtherProduct:
		t.Fatalf("note %q", r.Note)
	case !(r.Credits >= 0 && r.Credits <= maxCredits):
		t.Fatalf("%v credits", r.Credits)
	case len(r.Files) > 0 && r.Result != task.ResultSucceeded:
		t.Fatalf("%s with files", r.Result)
	}
	checkText(t, r.TaskID, MaxID)
	checkText(t, r.ParentTaskID, MaxID)
	checkText(t, r.Model, maxWord)
	checkText(t, r.Resolution, maxWord)
	checkText(t, r.Message, maxMessage)
	checkText(t, r.Prompt, maxPrompt)
	seen := map[task.ReportFile]bool{}
	for _, file := range r.Files {
		identity := task.ReportFile{Role: file.Role, Index: file.Index}
		if seen[identity] || file.Index < 0 || file.URL == "" ||
			!slices.Contains(task.Roles(), file.Role) {
			t.Fatalf("file %+v", file)
		}
		seen[identity] = true
	}
	if len(r.Files) > maxFiles {
		t.Fatalf("%d files", len(r.Files))
	}
}

func checkText(t *testing.T, text string, limit int) {
	t.Helper()
	if len(text) > limit || !utf8.ValidString(text) || slices.Contains([]byte(text), 0) {
		t.Fatalf("%d bytes, limit %d: %q", len(text), limit, provider.Clip(text, 100))
	}
}

// BenchmarkRead reads the callbacks that come most often.
func BenchmarkRead(b *testing.B) {
	for _, name := range []string{
		"runway/extend-success", "veo/success-prompt-string", "veo/failure-422-documented",
		"market/success",
	} {
		body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read("", body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
