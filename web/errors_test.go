package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// errTelling says what no reader may learn.
var errTelling = errors.New("SQL logic error near /srv/reelback/data/reelback.db: password=hunter2")

// brokenStore fails at everything, or panics.
type brokenStore struct {
	panics bool
	web.Accounts
	web.UserSettings
	web.APITokens
}

func (b brokenStore) fail() error {
	if b.panics {
		panic(errTelling)
	}
	return fmt.Errorf("read: %w", errTelling)
}

func (b brokenStore) FindTask(context.Context, string, string) (task.Task, error) {
	return task.Task{}, b.fail()
}

func (b brokenStore) ListTasks(context.Context, task.Filter, task.Page) (
	[]task.Task, int64, error,
) {
	return nil, 0, b.fail()
}

func (b brokenStore) KnownTasks(context.Context, string, []string) (map[string]bool, error) {
	return nil, b.fail()
}

func (b brokenStore) CountTasks(context.Context, task.Filter) (map[task.Status]int, bool, error) {
	return nil, false, b.fail()
}

func (b brokenStore) ListFacets(context.Context) (store.Facets, error) {
	return store.Facets{}, b.fail()
}

func (b brokenStore) ListRunning(context.Context) ([]task.Running, error) {
	return nil, b.fail()
}

func (b brokenStore) TaskEvents(context.Context, int64) ([]task.Event, error) {
	return nil, b.fail()
}

func (b brokenStore) TaskAttempts(context.Context, int64) ([]task.Attempt, error) {
	return nil, b.fail()
}

func (b brokenStore) FindRecord(context.Context, int64) ([]byte, time.Time, error) {
	return nil, time.Time{}, b.fail()
}

func (b brokenStore) AppliedDeliveries(context.Context, int64, int) ([]task.Delivery, error) {
	return nil, b.fail()
}

func (b brokenStore) TaskDeliveries(context.Context, int64, int) ([]task.Delivery, error) {
	return nil, b.fail()
}

func (b brokenStore) ListDeliveries(context.Context, task.DeliveryFilter, task.Page) (
	[]task.Delivery, int64, error,
) {
	return nil, 0, b.fail()
}

func (b brokenStore) FindDelivery(context.Context, int64) (task.Delivery, error) {
	return task.Delivery{}, b.fail()
}

func (b brokenStore) FindMedia(context.Context, string) (task.Asset, error) {
	return task.Asset{}, b.fail()
}

func (b brokenStore) OtherSuccesses(context.Context, int64, int) ([]task.Delivery, error) {
	return nil, b.fail()
}

func (b brokenStore) Adoptable(task.Task, task.Delivery, task.Report) []task.Asset { return nil }

func (b brokenStore) AdoptLinks(context.Context, int64, task.Delivery, task.Report) (int, error) {
	return 0, b.fail()
}

func (b brokenStore) RetryAssets(context.Context, int64, func(task.Asset) bool) (int, error) {
	return 0, b.fail()
}

func (b brokenStore) Register(context.Context, task.Registration) (task.Task, bool, error) {
	return task.Task{}, false, b.fail()
}

func (b brokenStore) RegisterAll(context.Context, []task.Registration) ([]store.Registered, error) {
	return nil, b.fail()
}

func (b brokenStore) FindAPIToken(context.Context, string) (auth.APIToken, bool, error) {
	return auth.APIToken{}, false, b.fail()
}

func (b brokenStore) Counter(context.Context, string) (int64, error) { return 0, b.fail() }

func (b brokenStore) CountSilent(context.Context) (int64, error) { return 0, b.fail() }

func (b brokenStore) ListRepairs(context.Context, time.Time, time.Time, int) (
	[]task.Repair, error,
) {
	return nil, b.fail()
}

func (b brokenStore) LostFiles(context.Context, []task.Task) ([][]task.Lost, error) {
	return nil, b.fail()
}

func (b brokenStore) RetryLost(context.Context, string) (int, error) { return 0, b.fail() }

func (b brokenStore) CountLost(context.Context) ([]store.LossCount, error) {
	return nil, b.fail()
}

func (b brokenStore) Overview(context.Context, time.Time) (task.Overview, error) {
	return task.Overview{}, b.fail()
}

func (b brokenStore) ListReplays(context.Context) ([]store.Replay, error) { return nil, b.fail() }

func (b brokenStore) FindReplay(context.Context, int64) (store.Replay, error) {
	return store.Replay{}, b.fail()
}

func (b brokenStore) Preview(context.Context, task.DeliveryFilter) (store.Preview, error) {
	return store.Preview{}, b.fail()
}

func (b brokenStore) Begin(context.Context, task.DeliveryFilter, string) (int64, error) {
	return 0, b.fail()
}

func (b brokenStore) Undo(context.Context, int64) error { return b.fail() }

func (b brokenStore) Ping(context.Context) error { return b.fail() }

// brokenBooks count and cannot be read.
type brokenBooks struct{ web.Books }

func (brokenBooks) Read(context.Context, int) (task.Loss, error) { return task.Loss{}, errTelling }

// brokenInbox takes nothing in.
type brokenInbox struct{ err error }

func (b brokenInbox) Receive(context.Context, inbox.Request) (store.Committed, error) {
	return store.Committed{}, b.err
}

// TestNothingOfTheInsideIsTold asks for everything while the database fails, and while a bug
// makes it panic.
func TestNothingOfTheInsideIsTold(t *testing.T) {
	t.Parallel()
	for _, panics := range []bool{false, true} {
		s := newSite(t, func(o *web.Options) {
			o.Store, o.Inbox = brokenStore{panics: panics}, brokenInbox{errTelling}
			o.Books = brokenBooks{o.Books}
			o.Replays = brokenStore{panics: panics}
		})
		for _, target := range []string{"/", "/tasks", "/tasks/kie/a", "/deliveries",
			"/deliveries/1", "/deliveries/loss", "/setup", "/media/a.mp4", "/api/v1/tasks", "/api/v1/tasks/kie/a",
			"/api/v1/tasks/kie/a/events", "/api/v1/deliveries", "/api/v1/deliveries/1", "/readyz",
			"/deliveries/replay", "/deliveries/replays", "/deliveries/replays/1",
			"POST /deliveries/replay", "POST /deliveries/replays/1/undo",
			"POST /tasks/kie/a/retry", "POST /callbacks/veo3.1/x", "POST /api/v1/tasks"} {
			method, path, posted := strings.Cut(target, " ")
			if !posted {
				method, path = http.MethodGet, target
			}
			want := http.StatusInternalServerError
			if path == "/readyz" && !panics {
				want = http.StatusServiceUnavailable
			}
			w := s.ask(method, path, "", browser, "Authorization: Bearer x")
			if w.Code != want {
				t.Errorf("%s: %d, want %d", target, w.Code, want)
			}
			checkDiscreet(t, s, target, w)
		}
	}
}

// checkDiscreet looks at what an answer about a failure says: nothing but a number, under which
// the log has all of it.
func checkDiscreet(t *testing.T, s *site, target string, w *httptest.ResponseRecorder) {
	t.Helper()
	id := w.Header().Get("X-Request-Id")
	text := strings.ReplaceAll(w.Body.String(), id, "") // its letters may spell anything
	for _, secret := range []string{"SQL", "hunter2", "/srv/", "goroutine", ".go:", "panic"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the answer says %q", target, secret)
		}
	}
	if id == "" || !strings.Contains(w.Body.String(), id) {
		t.Errorf("%s: the answer does not quote its number: %.200s", target, w.Body)
	}
	found := false
	for line := range strings.Lines(s.log.String()) {
		found = found || strings.Contains(line, "level=ERROR") && strings.Contains(line, id) &&
			strings.Contains(line, "hunter2")
	}
	if !found {
		t.Errorf("%s: the log has nothing of %s", target, id)
	}
}

// TestAProblemPageThatFailsIsStillAnAnswer has the page of an error fail over the error's cause.
func TestAProblemPageThatFailsIsStillAnAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Store = brokenStore{panics: true} })
	w := s.ask(http.MethodGet, "/nothing", "", browser)
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != problemType {
		t.Errorf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
}

// TestThePageComesWithoutItsFoot lets only the overview fail.
func TestThePageComesWithoutItsFoot(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) {
		o.Store = withoutOverview{o.Store}
	})
	if page := s.get("/"); !strings.Contains(page, "</html>") {
		t.Error("the page is not whole")
	}
}

type withoutOverview struct{ web.Store }

func (withoutOverview) Overview(context.Context, time.Time) (task.Overview, error) {
	return task.Overview{}, errTelling
}

func TestProblems(t *testing.T) {
	t.Parallel()
	refusal := func(reason string) error {
		return fmt.Errorf("receive: %w", &inbox.Refusal{Reason: reason})
	}
	for name, tt := range map[string]struct {
		err    error
		status int
		detail string // a part of it
		header string // "Name: value"
	}{
		"busy": {inbox.ErrBusy, 503, "Send it again", "Retry-After: 10"},
		"wrapped busy": {fmt.Errorf("%w: %w", inbox.ErrBusy, errTelling), 503, "Send it again",
			"Retry-After: 10"},
		"no such source": {inbox.ErrUnknownSource, 404, "setup page", ""},
		"not found":      {fmt.Errorf("x: %w", store.ErrNotFound), 404, "nothing here", ""},
		"given up":       {context.Canceled, 499, "given up", ""},
		"token": {refusal(task.ReasonTokenWrong), 401, "not valid",
			`WWW-Authenticate: Bearer realm="reelback"`},
		"no token":        {refusal(task.ReasonTokenMissing), 401, "lacks", ""},
		"no signature":    {refusal(task.ReasonSignatureMissing), 401, "not signed", ""},
		"stale signature": {refusal(task.ReasonSignatureStale), 401, "clocks", ""},
		"bad signature":   {refusal(task.ReasonSignatureWrong), 401, "does not fit", ""},
		"too large":       {refusal(task.ReasonTooLarge), 413, "1 MiB", ""},
		"broken JSON": {refusal(task.ReasonNotJSON + ": unexpected end at byte 7"), 400,
			"The body is not valid JSON: unexpected end at byte 7.", ""},
		"no task":         {refusal(task.ReasonNoTaskID), 400, "names no task", ""},
		"another reason":  {refusal("it_rains"), 400, "could not be read", ""},
		"our own mistake": {errTelling, 500, "on this side", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, func(o *web.Options) { o.Inbox = brokenInbox{tt.err} })
			w := s.ask(http.MethodPost, "/callbacks/veo3.1/x", "{}", browser)
			problem := decode(t, w)
			detail, _ := problem["detail"].(string)
			if w.Code != tt.status || problem["status"] != float64(tt.status) ||
				problem["title"] == "" || problem["type"] != "about:blank" ||
				!strings.Contains(detail, tt.detail) || !strings.HasSuffix(detail, ".") ||
				strings.HasSuffix(detail, "..") || w.Header().Get("Content-Type") != problemType {
				t.Errorf("%d %v, want %d %q", w.Code, problem, tt.status, tt.detail)
			}
			name, value, _ := strings.Cut(tt.header, ": ")
			if got := w.Header().Get(name); tt.header != "" && got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
			if bytes.Contains(w.Body.Bytes(), []byte("hunter2")) {
				t.Errorf("the answer says too much: %s", w.Body)
			}
		})
	}
}

// brokenFiles fails at everything.
type brokenFiles struct{ err error }

func (b brokenFiles) Open(string) (*os.File, os.FileInfo, error) { return nil, nil, b.err }
func (b brokenFiles) FreeBytes() (int64, error)                  { return 0, b.err }

func TestReadinessNeedsTheMediaFolder(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Files = brokenFiles{fs.ErrNotExist} })
	if w := s.ask(http.MethodGet, "/readyz", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.ask(http.MethodGet, "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.get("/setup") // which shows the free space where it is known
}
