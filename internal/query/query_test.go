package query_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

func TestParseTasks(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	both := task.Filter{Statuses: []task.Status{task.Failed, task.Saved}}
	tests := map[string]struct {
		query string
		want  task.Filter
	}{
		"nothing":                 {"", task.Filter{}},
		"unknown parameters":      {"page=3&sort=x", task.Filter{}},
		"empty values":            {"status=&category=,&q=%20&from=", task.Filter{}},
		"a list by commas":        {"status=failed,saved", both},
		"a list by repetition":    {"status=failed&status=saved", both},
		"each value once":         {"product=a,b&product=a", task.Filter{Products: []string{"a", "b"}}},
		"words keep their commas": {"q=a,+b", task.Filter{Query: "a, b"}},
		"category and move": {"category=likeness&move=operator",
			task.Filter{Categories: []task.Category{task.Likeness}, Moves: []task.Party{task.Operator}}},
		"fallback and resolution": {"fallback=unknown&resolution=1080p",
			task.Filter{Fallbacks: []task.Fallback{task.FallbackUnknown}, Resolutions: []string{"1080p"}}},
		"days include both ends": {"from=2026-11-21&to=2026-11-21",
			task.Filter{From: day, To: day.AddDate(0, 0, 1)}},
		"instants are moved to UTC": {"from=2026-11-21T08:00:00%2B08:00&to=2026-11-21T00:00:00Z",
			task.Filter{From: day, To: day}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := query.ParseTasks(parse(t, tt.query))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestAValueThatIsOfNoUseNamesItsParameterAndWhatWouldDo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ param, allowed string }{
		"status=done":                   {"status", "partly_saved"},
		"status=saved,done":             {"status", "waiting"},
		"category=likenes":              {"category", "likeness"},
		"fallback=maybe":                {"fallback", "unknown"},
		"move=me":                       {"move", "operator"},
		"asset=gone":                    {"asset", "lost"},
		"from=yesterday":                {"from", "YYYY-MM-DD"},
		"to=2026-13-01":                 {"to", "RFC 3339"},
		"from=2026-11-21T08:00Z":        {"from", "RFC 3339"},
		"from=2026-11-22&to=2026-11-20": {"to", "not before"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := query.ParseTasks(parse(t, text))
			var bad *query.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want a *query.Error", err)
			}
			if bad.Param != want.param || !strings.Contains(err.Error(), want.allowed) {
				t.Errorf("got %v, want %s and %s in it", err, want.param, want.allowed)
			}
		})
	}
}

func TestAnErrorSaysWhatToGive(t *testing.T) {
	t.Parallel()
	for _, want := range query.Wants() {
		e := query.Error{Param: "from", Value: "x", Want: want}
		if text := e.Error(); (want != query.WantNothing) != strings.Contains(text, "; give ") {
			t.Errorf("%s: %q", want, text)
		}
	}
	e := query.Error{Param: "status", Value: "done", Allowed: []string{"saved", "failed"}}
	if got := e.Error(); got != `parameter status: there is no "done"; choose from saved, failed` {
		t.Errorf("got %q", got)
	}
}

func TestTasksReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	full := task.Filter{
		Statuses:    task.Statuses(),
		Categories:  task.Categories(),
		Products:    []string{"runway", "veo3.1"},
		Fallbacks:   task.Fallbacks(),
		Resolutions: []string{"720p"},
		Moves:       query.Moves(),
		Files:       task.Standings(),
		Query:       "灯 & 城市, a=b",
		From:        time.Date(2026, 11, 1, 3, 4, 5, 0, time.UTC),
		To:          time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
	}
	for _, want := range []task.Filter{{}, full} {
		got, err := query.ParseTasks(parse(t, query.Tasks(want).Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if q := query.Tasks(task.Filter{}); len(q) != 0 {
		t.Errorf("an empty filter writes %v", q)
	}
}

func TestDeliveriesReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	want := task.DeliveryFilter{
		Outcomes: task.Outcomes(),
		Sources:  []string{"kie", "veo3.1"},
		TaskID:   "veo_task_91be04c7d3f2",
		ID:       48211,
		From:     time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		To:       time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
	}
	got, err := query.ParseDeliveries(parse(t, query.Deliveries(want).Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestParseDeliveriesRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for text, param := range map[string]string{
		"from=2026-11-22&to=2026-11-20": "to", "outcome=fine": "outcome", "from=x": "from", "to=x": "to", "id=x": "id", "id=0": "id",
	} {
		_, err := query.ParseDeliveries(parse(t, text))
		var bad *query.Error
		if !errors.As(err, &bad) || bad.Param != param {
			t.Errorf("%s: got %v, want an error about %s", text, err, param)
		}
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, key := range []int64{0, 1, 255, 1 << 40, 1<<63 - 1} {
		text := query.Cursor(key)
		if text != url.QueryEscape(text) {
			t.Errorf("cursor %q of %d is not safe in a URL", text, key)
		}
		got, err := query.ParseCursor(text)
		if err != nil || got != key {
			t.Errorf("cursor of %d reads as %d, %v", key, got, err)
		}
	}
	for _, text := range []string{"x", "12", "AAAAAAAAAAA", "_________-8", "AAAAAAAAAAE=", "\u202e"} {
		if _, err := query.ParseCursor(text); err == nil {
			t.Errorf("cursor %q is accepted", text)
		}
	}
}

func parse(t *testing.T, text string) url.Values {
	t.Helper()
	q, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
