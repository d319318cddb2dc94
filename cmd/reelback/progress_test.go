package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/sim"
)

// trafficNews is what the event stream tells of files on their way.
type trafficNews struct {
	Files []struct {
		TaskID      string `json:"task_id"`
		Bytes       int64
		Total       int64
		Speed, Left float64
	}
	Speed, Left float64
}

// watchTraffic reads the event stream until the traffic ends, and returns what it told.
func (p *program) watchTraffic(ctx context.Context) (news []trafficNews) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.origin+"/live", nil)
	if err != nil {
		p.t.Error(err)
		return nil
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Error(err)
		return nil
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for name := ""; lines.Scan(); {
		if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = event
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || name != "progress" {
			continue
		}
		var n trafficNews
		if err := json.Unmarshal([]byte(data), &n); err != nil {
			p.t.Error(err)
		}
		if news = append(news, n); len(n.Files) == 0 {
			return news
		}
	}
	return news
}

// TestFilesOnTheirWayAreToldOfWithSpeedAndTimeLeft fetches two files slowly: the stream tells of
// both twice a second, a page without script says how it was then, and a live page moves.
func TestFilesOnTheirWayAreToldOfWithSpeedAndTimeLeft(t *testing.T) {
	eachMount(t, tellsOfTraffic)
}

func tellsOfTraffic(t *testing.T, m mount) {
	provider, _ := startRecords(t, func(o *sim.Options) { o.Media.Rate = 4 << 10 })
	p := startAt(t, m, "--fetch-allow", loopback, "--log-level", "error")
	b := openBrowser(t, m)
	b.open(p.origin + "/settings") // so that the browser runs when the files come
	told := make(chan []trafficNews, 1)
	go func() { told <- p.watchTraffic(t.Context()) }()
	begun := time.Now()
	if _, err := provider.Send(t.Context(), sim.Target(p.sources), shortLived(1)); err != nil {
		t.Fatal(err)
	}
	b.open(p.origin + "/tasks/kie/rw-0?lang=en")
	b.wait("a bar moves", `/ of .*, .*B\/s, .* left/.test(
		document.querySelector('#task-files .pace:not([hidden])')?.textContent)`)
	first := eval[float64](b, `document.querySelector('.pace:not([hidden]) progress').value`)
	said := regexp.MustCompile(`data-traffic>\d files? under way, [^<]*B/s`)
	if html := p.text("/settings?lang=en"); !said.MatchString(html) {
		t.Error("a page without script does not tell of the traffic")
	}
	b.wait("it moves on", `(document.querySelector('.pace:not([hidden]) progress')?.value ?? 101) > `+
		jsNumber(first))
	p.await("rw-0", saved)
	news := <-told
	b.wait("nothing moves any more", `!document.querySelector('.pace:not([hidden])') &&
		!document.querySelector('.traffic:not([hidden])')`)
	if most := int(time.Since(begun)/(500*time.Millisecond)) + 2; len(news) < 3 || len(news) > most {
		t.Errorf("told %d times, want at most %d", len(news), most)
	}
	for _, n := range news[:len(news)-1] {
		for _, f := range n.Files {
			if f.TaskID != "rw-0" || f.Total <= 0 || f.Bytes > f.Total {
				t.Errorf("told of %+v", f)
			}
		}
	}
	t.Logf("told %d times of %+v and the like", len(news), news[len(news)/2])
}

func jsNumber(n float64) string {
	text, err := json.Marshal(n)
	if err != nil {
		return "NaN"
	}
	return string(text)
}
