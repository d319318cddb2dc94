package views

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestTimelineTellsEveryKindOfEvent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		event task.Event
		want  TimelineRow
	}{
		"success": {task.Event{Kind: task.EventDelivery, Detail: "applied", Code: 200, Delivery: 7},
			TimelineRow{Status: "applied", Icon: "deliveries", Title: "Callback: success",
				Text: "Code 200, kept as delivery #7", URL: "/x/deliveries/7"}},
		"failure": {task.Event{Kind: task.EventDelivery, Detail: "applied", Code: 422, Delivery: 7},
			TimelineRow{Status: "failed", Icon: "deliveries", Title: "Callback: failed",
				Text: "Code 422, kept as delivery #7", URL: "/x/deliveries/7"}},
		"repeated": {task.Event{Kind: task.EventDelivery, Detail: "repeated", Delivery: 8},
			TimelineRow{Status: "repeated", Icon: "repeated", Title: "Callback: repeated",
				Text: "Kept as delivery #8", URL: "/x/deliveries/8"}},
		"attempt": {task.Event{Kind: task.EventAttempt, Role: task.Cover, Detail: "403 Forbidden"},
			TimelineRow{Status: "partly_saved", Icon: "retry", Title: "Cover: attempt failed",
				Text: "403 Forbidden"}},
		"saved": {task.Event{Kind: task.EventAssetSaved, Role: task.Video, Detail: "6200000"},
			TimelineRow{Status: "saved", Icon: "saved", Title: "Video saved", Text: "6.2 MB"}},
		"given up": {task.Event{Kind: task.EventAssetFailed, Role: task.Video, Detail: "too large"},
			TimelineRow{Status: "failed", Icon: "failed", Title: "Video given up", Text: "too large"}},
		"expired": {task.Event{Kind: task.EventAssetExpired, Role: task.Video, Detail: "404"},
			TimelineRow{Status: "expired", Icon: "expired", Title: "Video: link died", Text: "404"}},
		"retry of all": {task.Event{Kind: task.EventRetry},
			TimelineRow{Status: "saving", Icon: "retry", Title: "Another attempt asked for"}},
		"retry of one": {task.Event{Kind: task.EventRetry, Role: task.Cover},
			TimelineRow{Status: "saving", Icon: "retry", Title: "Cover: another attempt asked for"}},
		"adopted": {task.Event{Kind: task.EventAdopted, Role: task.Video, Detail: "8"},
			TimelineRow{Status: "saving", Icon: "retry",
				Title: "Video: to be saved from another delivery’s link",
				Text:  "Delivery #8 has other links", URL: "/x/deliveries/8"}},
		"confirmed": {task.Event{Kind: task.EventConfirmed},
			TimelineRow{Status: "saved", Icon: "saved", Title: "Confirmed by the provider’s record"}},
		"other links": {task.Event{Kind: task.EventDisagrees, Detail: task.DiffersLinks},
			TimelineRow{Status: "failed", Icon: "failed", Title: "The provider’s record says otherwise",
				Text: "The callback named other links; the record’s are used."}},
		"repaired": {task.Event{Kind: task.EventRepaired, Detail: "succeeded"},
			TimelineRow{Status: "partly_saved", Icon: "repeated", Title: "Callback lost, repaired",
				Text: "No callback came. The provider’s record has the result."}},
		"record gone": {task.Event{Kind: task.EventRecordGone, Detail: task.GoneNoRecord},
			TimelineRow{Status: "waiting", Icon: "info", Title: "The provider is not asked any more",
				Text: "It knows no task with this id."}},
		"file gone": {task.Event{Kind: task.EventFileGone, Role: task.Video, Detail: task.GoneFetched},
			TimelineRow{Status: "partly_saved", Icon: "warn", Title: "Video is gone from the disk",
				Text: "It was saved, and is fetched again."}},
		"file gone for good": {task.Event{Kind: task.EventFileGone, Role: task.Video,
			Detail: task.GoneLost}, TimelineRow{Status: "partly_saved", Icon: "warn",
			Title: "Video is gone from the disk",
			Text:  "It was saved. Its link is dead, and there is no key to ask for a fresh one."}},
		"file back": {task.Event{Kind: task.EventFileBack, Role: task.Video, Detail: "5"},
			TimelineRow{Status: "saved", Icon: "saved", Title: "Video is on the disk again",
				Text: "5 B"}},
		"a kind to come": {task.Event{Kind: "upgraded", Detail: "x"},
			TimelineRow{Status: "waiting", Icon: "info", Title: "upgraded", Text: "x"}},
	}
	for name, tt := range tests {
		got := eventRow(pageFrame(t, i18n.English), task.Task{}, tt.event, 1)
		if got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, tt.want)
		}
	}
}

func TestWhatIsToldAgainAndAgainIsToldOnce(t *testing.T) {
	t.Parallel()
	repeat := task.Event{Kind: task.EventDelivery, Detail: "repeated", Code: 200}
	events := []task.Event{
		{Kind: task.EventDelivery, Detail: "applied", Code: 200, At: ago(time.Hour)}}
	for i := range 1000 {
		repeat.Delivery, repeat.At = int64(i), ago(time.Hour-time.Duration(i)*time.Second)
		events = append(events, repeat)
	}
	events = append(events, task.Event{Kind: task.EventRetry, At: ago(time.Minute)})
	rows := newTimeline(pageFrame(t, i18n.English), task.Task{}, events)
	if len(rows) != 3 || rows[1].Title != "Callback: repeated × 1000" ||
		!strings.HasSuffix(rows[1].Text, "#999") {
		t.Errorf("%d rows, the second %+v", len(rows), rows[1])
	}
}

func TestTimelineRunsFromSubmissionToTheDeathOfTheLinks(t *testing.T) {
	t.Parallel()
	in := savedTask()
	events := []task.Event{ // not in order
		{Kind: task.EventAssetSaved, Role: task.Video,
			At: ago(11*time.Minute - 3400*time.Millisecond)},
		{Kind: task.EventDelivery, Detail: "applied", Code: 200, At: ago(11 * time.Minute)},
	}
	rows := newTimeline(pageFrame(t, i18n.English), in, events)
	var got []string
	for _, r := range rows {
		got = append(got, strings.TrimSpace(r.Title+" "+r.Took))
	}
	want := []string{"Submitted 2 min", "Callback: success 3.4 s", "Video saved",
		"Provider’s links die"}
	if !slices.Equal(got, want) {
		t.Errorf("timeline is %v", got)
	}
	if last := rows[3]; !last.Future || last.Time.Text != "2026-12-05 14:30:27" ||
		last.Text != "The files here are not affected." {
		t.Errorf("last: %+v", last)
	}
	if events[0].Kind != task.EventAssetSaved {
		t.Error("the events of the caller were put in order")
	}
}

func TestTimesOfTodayAreShort(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	f.Zone = time.FixedZone("east", 10*60*60)
	if got := f.timelineTime(ago(time.Minute)); got.Text != "00:40:27" ||
		got.Title != "2026-11-22 00:40:27" || got.ISO != "2026-11-21T14:40:27Z" {
		t.Errorf("a minute ago: %+v", got)
	}
	if got := f.timelineTime(ago(time.Hour)).Text; got != "2026-11-21 23:41:27" {
		t.Errorf("yesterday in that zone: %s", got)
	}
}
