package store

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// refuse keeps a refused delivery that names a task.
func (b *bundle) refuse(reason, taskID string) task.Delivery {
	b.t.Helper()
	all := []task.Delivery{{Source: "runway", Reason: reason, TaskID: taskID,
		ReceivedAt: b.clock.Now(), RemoteAddr: "192.0.2.9", Bytes: 3, Body: []byte("abc")}}
	if err := b.KeepRefused(b.ctx, all); err != nil {
		b.t.Fatal(err)
	}
	return all[0]
}

func numbers(deliveries []task.Delivery) string {
	all := make([]string, len(deliveries))
	for i := range deliveries {
		all[i] = fmt.Sprint(deliveries[i].ID)
	}
	return strings.Join(all, " ")
}

func TestDeliveryFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hour := func(n int) time.Time { return start().Add(time.Duration(n) * time.Hour) }
	next := func() { b.clock.add(time.Hour) }
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1")) // 1, at 0 h
	next()
	b.refuse(task.ReasonTokenWrong, "t-1") // 2
	next()
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1")) // 3
	next()
	b.commit(b.incoming("t-2", task.ResultUnclear)) // 4
	next()
	b.commit(b.incoming("t-1", task.ResultFailed)) // 5
	next()
	b.refuse(task.ReasonNotJSON+": at 1", "") // 6
	other := b.incoming("t-1", task.ResultFailed)
	other.Report.Provider, other.Delivery.Source = "fal", "fal"
	b.commit(other) // 7
	tests := map[string]struct {
		filter task.DeliveryFilter
		want   string
	}{
		"none":    {task.DeliveryFilter{}, "7 6 5 4 3 2 1"},
		"outcome": {task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}}, "6 2"},
		"applied": {task.DeliveryFilter{Outcomes: []task.Outcome{task.Applied}}, "7 1"},
		"outcomes": {task.DeliveryFilter{Outcomes: []task.Outcome{task.Repeated,
			task.Conflicting, task.NotUnderstood}}, "5 4 3"},
		"source":  {task.DeliveryFilter{Sources: []string{"runway"}}, "6 2"},
		"sources": {task.DeliveryFilter{Sources: []string{"veo3.1", "fal"}}, "7 5 4 3 1"},
		"task":    {task.DeliveryFilter{TaskID: "t-1"}, "7 5 3 2 1"},
		"task and outcome": {task.DeliveryFilter{TaskID: "t-1",
			Outcomes: []task.Outcome{task.Refused}}, "2"},
		"unknown task": {task.DeliveryFilter{TaskID: "t-9"}, ""},
		"from":         {task.DeliveryFilter{From: hour(4)}, "7 6 5"},
		"to":           {task.DeliveryFilter{To: hour(2)}, "2 1"},
		"from and to": {task.DeliveryFilter{From: hour(1), To: hour(5),
			Sources: []string{"veo3.1"}}, "5 4 3"},
	}
	for name, test := range tests {
		got, next, err := b.ListDeliveries(b.ctx, test.filter, task.Page{})
		if err != nil || numbers(got) != test.want || next != 0 {
			t.Errorf("%s: got %q, want %q (next %d, %v)", name, numbers(got), test.want, next, err)
		}
	}
}

func TestListedDelivery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.incoming("t-1", task.ResultFailed))
	b.commit(b.incoming("t-1", task.ResultFailed))
	b.refuse(task.ReasonTokenWrong, "t-1")
	got, _, err := b.ListDeliveries(b.ctx, task.DeliveryFilter{}, task.Page{})
	if err != nil {
		t.Fatal(err)
	}
	at := start().UTC().Truncate(time.Microsecond)
	want := []task.Delivery{
		{ID: 3, Source: "runway", Outcome: task.Refused, Reason: task.ReasonTokenWrong,
			TaskID: "t-1", ReceivedAt: at, RemoteAddr: "192.0.2.9", Bytes: 3},
		{ID: 2, Source: "veo3.1", Outcome: task.Repeated, Reason: task.ReasonSameResult, Code: 501,
			Provider: "kie", TaskID: "t-1", ReceivedAt: at, RemoteAddr: "192.0.2.1", Bytes: 2},
		{ID: 1, Source: "veo3.1", Outcome: task.Applied, Code: 501,
			Provider: "kie", TaskID: "t-1", ReceivedAt: at, RemoteAddr: "192.0.2.1", Bytes: 2},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDeliveryIsKeptByteForByte(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var every []byte
	for i := range 256 {
		every = append(every, byte(i))
	}
	for name, body := range map[string][]byte{
		"every byte": every, "none": nil, "empty": {}, "long": bytes.Repeat(every, 4096),
	} {
		in := b.incoming("t-1", task.ResultUnclear)
		in.Delivery.Body, in.Delivery.Truncated = body, true
		in.Delivery.Headers = []task.Header{{Name: "X", Value: "1"}, {Name: "X", Value: "é\"\\<"}}
		id := b.commit(in)[0].ID
		got, err := b.FindDelivery(b.ctx, id)
		if err != nil || !bytes.Equal(got.Body, body) || !got.Truncated ||
			!reflect.DeepEqual(got.Headers, in.Delivery.Headers) {
			t.Errorf("%s: it came back otherwise: %v", name, err)
		}
	}
	if _, err := b.FindDelivery(b.ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestTaskDeliveriesAreItsNewest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 4 {
		b.commit(b.incoming("t-1", task.ResultFailed), b.incoming("t-2", task.ResultFailed))
	}
	got, err := b.TaskDeliveries(b.ctx, b.find("t-1").Key, 3)
	if err != nil || numbers(got) != "7 5 3" || string(got[2].Body) != "{}" ||
		len(got[0].Headers) != 1 || got[0].TaskID != "t-1" {
		t.Errorf("%s, %v", numbers(got), err)
	}
	if got, err := b.TaskDeliveries(b.ctx, 99, 3); err != nil || len(got) != 0 {
		t.Errorf("of no task: %+v, %v", got, err)
	}
}

func TestDeliveryPaging(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 7 {
		b.refuse("r", fmt.Sprint(i))
	}
	var got []string
	filter := task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}}
	for before := int64(0); ; {
		page, next, err := b.ListDeliveries(b.ctx, filter, task.Page{Before: before, Limit: 3})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, numbers(page))
		b.refuse("new", "")
		if before = next; next == 0 {
			break
		}
	}
	if strings.Join(got, "|") != "7 6 5|4 3 2|1" {
		t.Errorf("got %q", got)
	}
}

func TestLastPageOfDeliveriesThatIsJustFullHasNoNext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 3 {
		b.refuse("r", "")
	}
	page, next, err := b.ListDeliveries(b.ctx, task.DeliveryFilter{}, task.Page{Limit: 3})
	if len(page) != 3 || next != 0 || err != nil {
		t.Errorf("%d deliveries, next %d, %v", len(page), next, err)
	}
}

func TestTimelineIsInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.incoming("t-1", task.ResultRunning), // at the same moment as the next two
		b.incoming("t-1", task.ResultSucceeded, "https://a/1"),
		b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
	b.clock.add(time.Second)
	c := b.claim()
	c.Asset.State, c.Asset.Error = task.Pending, "cut"
	e := task.Event{At: b.clock.Now(), Kind: task.EventAttempt, Detail: "cut", Role: task.Video}
	if err := b.FinishAsset(b.ctx, c.Asset, e, c.Attempt); err != nil {
		t.Fatal(err)
	}
	b.commit(b.incoming("t-1", task.ResultFailed)) // at the same moment as the attempt
	if err := b.finish(b.claim(), task.SavedAsset); err != nil {
		t.Fatal(err)
	}
	b.clock.add(time.Second)
	b.commit(b.incoming("t-1", task.ResultFailed), b.incoming("t-2", task.ResultFailed))
	events, err := b.TaskEvents(b.ctx, c.Task.Key)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("%s %s %d", e.Kind, e.Detail, e.Delivery))
	}
	want := "delivery applied 1|delivery applied 2|delivery repeated 3|delivery conflicting 4|" +
		"attempt cut 0|asset_saved 9 0|delivery conflicting 5"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if events[4].Role != task.Video || events[3].Code != 501 || !events[0].At.Before(events[3].At) {
		t.Errorf("events %+v", events)
	}
}
