package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/work"
	"github.com/reelback/reelback/web"
)

// rereader reads what was kept: as the inbox does, or as a newer version that knows the weather.
type rereader struct{ s *site }

func (r rereader) Delivery(source string, body []byte) (task.Report, error) {
	product := map[string]string{"kie": ""}[source]
	if source != "kie" {
		product = source
	}
	if r.s.newer.Load() && bytes.Contains(body, []byte("hail")) {
		panic("what nobody thought of")
	}
	report, err := kie.Read(product, body)
	if err != nil {
		return report, err
	}
	if r.s.newer.Load() && bytes.Contains(body, []byte("weather")) {
		report.Result, report.Code, report.Message = task.ResultSucceeded, 200, "https://h.example/?X-Amz-Signature=s3cr3t"
		report.Files = []task.ReportFile{{Role: task.Video, URL: "https://files.example.com/w"}}
	}
	if report.Result == task.ResultFailed {
		report.Category = diagnosis.Categorise(report.Product, report.Code, report.Message)
	}
	return report, nil
}

func (rereader) Record(task.Task, []byte, time.Time) (task.Record, error) {
	return task.Record{}, errors.New("there is none")
}

func (s *site) newReplayer() *work.Replayer {
	return work.NewReplayer(work.Replayer{Replays: s.store, Reader: rereader{s},
		Log: s.log.Logger(), Told: func(store.Replayed) {
			select {
			case s.ended <- struct{}{}:
			default:
			}
		}})
}

// settle waits until a replay is in a state.
func (s *site) settle(id int64, state store.ReplayState) store.Replay {
	s.t.Helper()
	for {
		r := must(s.store.FindReplay(s.t.Context(), id))
		if r.State == state {
			return r
		}
		select {
		case <-s.ended:
		case <-time.After(20 * time.Second):
			s.t.Fatalf("replay %d is %s, want %s", id, r.State, state)
		}
	}
}

// forms returns where the forms of a page post to.
func forms(t *testing.T, page string) (actions []string) {
	t.Helper()
	for _, n := range elements(parse(t, page), func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "method") == "post"
	}) {
		actions = append(actions, attr(n, "action"))
	}
	return actions
}

// press posts the one form of a page and returns the page it leads to.
func (s *site) press(page string) string {
	s.t.Helper()
	actions := forms(s.t, page)
	if len(actions) != 1 {
		s.t.Fatalf("the page has the forms %q", actions)
	}
	w := s.ask(http.MethodPost, actions[0], "", browser, form)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d %s", actions[0], w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// TestReplayAndUndoByHand goes the way of a person: from the list to the dry run, to the replay,
// and back again.
func TestReplayAndUndoByHand(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New("https://v.example.com/x") })
	s.fill()
	filter := url.Values{"outcome": {"not_understood"}}
	dry := s.options.Links.DeliveriesReplay(filter)
	if list := s.get("/x/deliveries?" + filter.Encode()); !strings.Contains(list, dry) {
		t.Errorf("the list does not lead to %s", dry)
	}
	before := s.get(dry)
	if actions := forms(t, before); len(actions) != 0 ||
		!strings.Contains(before, "Nothing would change") {
		t.Errorf("the same version offers %q", actions)
	}

	s.newer.Store(true)
	page := s.get(dry)
	for _, want := range []string{"odd-1", "Unconfirmed", "Saving", "Not understood", "Applied",
		"1 to be saved", "Replay 1 task"} {
		if !strings.Contains(page, want) {
			t.Errorf("the dry run does not say %q", want)
		}
	}
	if strings.Contains(page, "s3cr3t") {
		t.Error("the dry run tells a secret")
	}
	if got := must(s.store.FindTask(t.Context(), "kie", "odd-1")); got.Status != task.Unconfirmed {
		t.Fatalf("the dry run did it: %s", got.Status)
	}
	here := s.press(page)
	s.settle(1, store.ReplayDone)
	if got := must(s.store.FindTask(t.Context(), "kie", "odd-1")); got.Status != task.Saving {
		t.Errorf("the task is %s", got.Status)
	}
	if timeline := s.get("/x/tasks/kie/odd-1"); !strings.Contains(timeline, "Deliveries replayed") ||
		!strings.Contains(timeline, here) {
		t.Error("the timeline does not tell of the replay")
	}
	if list := s.get("/x/deliveries/replays"); !strings.Contains(list, here) ||
		len(forms(t, list)) != 1 {
		t.Error("the list of replays does not lead there")
	}
	if again := s.press(s.get(here)); again != here {
		t.Errorf("undoing leads to %s", again)
	}
	s.settle(1, store.ReplayUndone)
	done := s.get(here)
	if len(forms(t, done)) != 0 || !strings.Contains(done, "1 task is as it was before.") {
		t.Error("the page does not say that it is undone")
	}
	if got := must(s.store.FindTask(t.Context(), "kie", "odd-1")); got.Status != task.Unconfirmed {
		t.Errorf("the task is %s", got.Status)
	}
	w := s.ask(http.MethodPost, "/x/deliveries/replays/1/undo", "", browser, form)
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != here {
		t.Errorf("undone twice: %d to %q", w.Code, to)
	}
	if r := s.settle(1, store.ReplayUndone); r.Undone != 1 {
		t.Errorf("undone twice: %+v", r)
	}
}

func TestReplayOfOneDelivery(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	var refused, odd int64
	for _, d := range must2(s.store.ListDeliveries(t.Context(), task.DeliveryFilter{}, task.Page{})) {
		switch {
		case d.Reason == task.ReasonTokenWrong:
			refused = d.ID
		case d.TaskID == "odd-1":
			odd = d.ID
		}
	}
	s.newer.Store(true)
	for id, want := range map[int64]string{refused: "nobody can vouch for it later",
		odd: "Replay 1 task"} {
		link := s.options.Links.DeliveriesReplay(url.Values{"id": {fmt.Sprint(id)}})
		if page := s.get(s.options.Links.Delivery(id)); !strings.Contains(page, link) {
			t.Errorf("the page of delivery %d does not lead to its replay", id)
		}
		page := s.get(link)
		if !strings.Contains(page, want) || strings.Contains(page, "method=\"post\"") != (id == odd) {
			t.Errorf("the dry run of %d does not say %q", id, want)
		}
	}
}

// TestAReplayNamesWhatItCouldNotReplay has newer code fail over one delivery of several.
func TestAReplayNamesWhatItCouldNotReplay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("kie", `{"taskId":"bad-1","weather":"hail"}`)
	s.fill()
	bad := must2(s.store.ListDeliveries(t.Context(), task.DeliveryFilter{TaskID: "bad-1"},
		task.Page{}))[0].ID
	s.newer.Store(true)
	here := s.press(s.get(s.options.Links.DeliveriesReplay(url.Values{"source": {"kie"}})))
	s.settle(1, store.ReplayDone)
	page := s.get(here)
	for _, want := range []string{"1 task could not be replayed", "Undo for 1 task",
		fmt.Sprintf(`href="%s"`, s.options.Links.Delivery(bad))} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "nobody thought") || !strings.Contains(s.log.String(),
		"nobody thought") {
		t.Error("the inside belongs to the log, and there alone")
	}
	if got := must(s.store.FindTask(t.Context(), "kie", "odd-1")); got.Status != task.Saving {
		t.Errorf("the one behind it is %s", got.Status)
	}
}

func TestOnlyOneReplayRuns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	id := must(s.store.BeginReplay(t.Context(), task.DeliveryFilter{}, "outcome=refused&id=x"))
	w := s.ask(http.MethodPost, "/deliveries/replay", "", browser, form)
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.Contains(s.get(to), "yours was not begun") ||
		strings.Contains(s.get(s.options.Links.Replays()), "yours was not begun") {
		t.Errorf("a second one: %d to %q", w.Code, to)
	}
	for _, path := range []string{"/deliveries/replay", s.options.Links.ReplayUndo(id)} {
		if w := s.ask(http.MethodPost, path, "", form); w.Code != http.StatusConflict ||
			!strings.Contains(w.Body.String(), "Another replay is under way") {
			t.Errorf("%s without a page: %d %s", path, w.Code, w.Body)
		}
	}
	if all := must(s.store.ListReplays(t.Context())); len(all) != 1 {
		t.Errorf("%d began", len(all))
	}
	page := s.get(s.options.Links.Replay(id))
	if !strings.Contains(page, "<progress") || !strings.Contains(page, "Look again") ||
		!strings.Contains(page, "Running") {
		t.Error("the page does not show how far it is")
	}
	if err := s.store.InterruptReplays(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page := s.get(s.options.Links.Replay(id), "Accept-Language: zh-CN"); strings.Contains(page,
		"<progress") || !strings.Contains(page, "已中断") {
		t.Error("the page does not say that it was interrupted")
	}
}

// must2 is must for a page of a listing.
func must2[V any](v V, _ int64, err error) V { return must(v, err) }

func TestADeliveryFilterOfTheAPIKnowsTimes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.clock.Add(time.Hour)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "late-1"))
	for params, want := range map[string]int{"from=2026-11-21T12:30:00Z": 1,
		"to=2026-11-21T12:30:00Z": 6, "from=2026-11-21": 7, "from=2026-11-22": 0,
		"to=2026-11-20": 0} {
		if got := s.getJSON("/api/v1/deliveries?" + params)["deliveries"].([]any); len(got) != want {
			t.Errorf("%s: %d deliveries, want %d", params, len(got), want)
		}
	}
}

// TestAFilterInABodyIsRefused posts the filter where nobody reads it: all would be replayed.
func TestAFilterInABodyIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for body, kind := range map[string]string{"outcome=not_understood": form,
		`{"outcome":"not_understood"}`: "Content-Type: application/json"} {
		w := s.ask(http.MethodPost, "/deliveries/replay", body, kind)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "in the address") {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if all := must(s.store.ListReplays(t.Context())); len(all) != 0 {
		t.Errorf("replays: %+v", all)
	}
}

// TestAFilterOfWhatIsNotThereIsRefused tells a mistake from a source that has been sent nothing.
func TestAFilterOfWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for params, want := range map[string]struct {
		status int
		detail string
	}{
		"id=9999":            {http.StatusNotFound, "There is no delivery 9999."},
		"source=typo":        {http.StatusBadRequest, `source: there is no \"typo\"; choose from kie, `},
		"source=kie,typo":    {http.StatusBadRequest, "typo"},
		"id=9999&source=kie": {http.StatusNotFound, "9999"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			w := s.ask(method, "/deliveries/replay?"+params, "")
			if w.Code != want.status || !strings.Contains(w.Body.String(), want.detail) {
				t.Errorf("%s %s: %d %s", method, params, w.Code, w.Body)
			}
		}
		w := s.ask(http.MethodGet, "/deliveries/replay?"+params, "", browser)
		if w.Code != want.status {
			t.Errorf("the page for %s: %d", params, w.Code)
		}
	}
	if all := must(s.store.ListReplays(t.Context())); len(all) != 0 {
		t.Errorf("replays: %+v", all)
	}
	if err := s.store.KeepRefused(t.Context(), []task.Delivery{{Source: "gone",
		Reason: task.ReasonTokenWrong, ReceivedAt: s.clock.Now()}}); err != nil {
		t.Fatal(err)
	}
	page := s.get("/deliveries/replay?source=gone")
	if !strings.Contains(page, "nobody can vouch") {
		t.Error("a source that is not there any more, but whose deliveries are, is refused")
	}
	empty := newSite(t)
	if page := empty.get("/deliveries/replay?source=veo3.1"); !strings.Contains(page,
		"Nothing would change") {
		t.Error("a source that has been sent nothing is refused")
	}
}
