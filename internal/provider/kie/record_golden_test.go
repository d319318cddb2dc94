package kie

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// minRecords keeps the collection from shrinking by accident.
const minRecords = 90

// wantRecord is the content of a records/<product>/<name>.want.json.
type wantRecord struct {
	Error   string          `json:"error,omitempty"`
	Report  *wantReport     `json:"report,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Expired bool            `json:"expired,omitempty"`
}

func TestReadRecord_everySampleAsExpected(t *testing.T) {
	t.Parallel()
	samples := recordFiles(t)
	if len(samples) < minRecords {
		t.Errorf("%d samples, want at least %d", len(samples), minRecords)
	}
	for _, file := range samples {
		got := encode(t, recordOutcome(t, file))
		if *update {
			if err := os.WriteFile(wantFileOf(file), got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		expected, err := os.ReadFile(wantFileOf(file))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(expected) {
			t.Errorf("%s\ngot  %s\nwant %s", file, got, expected)
		}
	}
}

// recordFiles lists testdata/records/<product>/<name>.json.
func recordFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "records", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	isWant := func(f string) bool { return strings.HasSuffix(f, ".want.json") }
	return slices.DeleteFunc(files, isWant)
}

func productOf(file string) string { return filepath.Base(filepath.Dir(file)) }

// recordOutcome reads a sample and puts what came of it into the form of a .want.json.
func recordOutcome(t *testing.T, file string) wantRecord {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	record, err := ReadRecord(productOf(file), body)
	if err != nil {
		var e *APIError
		if !errors.As(err, &e) || record.Raw != nil {
			t.Errorf("%s: %T with %+v", file, err, record)
		}
		return wantRecord{Error: err.Error()}
	}
	if string(record.Raw) != string(body) {
		t.Errorf("%s: the answer is not kept as it came", file)
	}
	if secret := "SECRET"; strings.Contains(string(record.Params), secret) {
		t.Errorf("%s: the parameters hold a callback address: %s", file, record.Params)
	}
	report := wantReportOf(record.Report)
	return wantRecord{
		Report: &report, Params: record.Params, Expired: record.Expired,
	}
}

func encode(t *testing.T, w wantRecord) []byte {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(w); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}
