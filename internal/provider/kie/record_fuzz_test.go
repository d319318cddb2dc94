package kie

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// FuzzRecord holds what is true of every answer: a record names a task, its report is as sound as
// a callback's, its parameters are an object without callback addresses, and an error is an
// *APIError with nothing beside it.
func FuzzRecord(f *testing.F) {
	for _, file := range recordFiles(f) {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(productOf(file), body)
	}
	f.Fuzz(func(t *testing.T, product string, body []byte) {
		r, err := ReadRecord(product, body)
		again, err2 := ReadRecord(product, body)
		if !reflect.DeepEqual(r, again) || (err == nil) != (err2 == nil) {
			t.Fatal("reading twice gives two records")
		}
		if err != nil {
			var e *APIError
			if !errors.As(err, &e) || e.Kind == nil || !reflect.DeepEqual(r, Record{}) {
				t.Fatalf("%T %v with %+v", err, err, r)
			}
			return
		}
		checkReport(t, r.Report)
		if r.Report.Note != "" || string(r.Raw) != string(body) {
			t.Fatalf("%+v", r)
		}
		ended := r.Report.Result == task.ResultSucceeded || r.Report.Result == task.ResultFailed
		if (r.Report.Code != 0) != ended || r.Report.Message != "" &&
			r.Report.Result != task.ResultFailed {
			t.Fatalf("%s with code %d, %q", r.Report.Result, r.Report.Code, r.Report.Message)
		}
		checkParams(t, r.Params)
	})
}

func checkParams(t *testing.T, params json.RawMessage) {
	t.Helper()
	if params == nil {
		return
	}
	var request map[string]any
	if err := json.Unmarshal(params, &request); err != nil || len(params) > maxParams {
		t.Fatalf("%d bytes, %v: %s", len(params), err, params)
	}
	if strings.Contains(string(params), `\u0000`) {
		t.Fatalf("NUL in %s", params)
	}
	for name := range request {
		if strings.Contains(strings.ToLower(name), "callback") {
			t.Fatalf("%s in %s", name, params)
		}
	}
}
