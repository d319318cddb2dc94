package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/sim"
)

// shortLived is a scenario of tasks with a video and a cover each.
func shortLived(tasks int) sim.Scenario {
	s := sim.Scenario{Name: "short-lived"}
	for i := range tasks {
		id := fmt.Sprintf("rw-%d", i)
		s.Callbacks = append(s.Callbacks, sim.Callback{Product: kie.Runway, TaskID: id,
			Body: `{"code":200,"msg":"All generated successfully.","data":{"task_id":"` + id +
				`","video_id":"v","video_url":"{media:reef.mp4}","image_url":"{media:reef.png}"}}`})
	}
	return s
}

// TestLinksThatDieBeforeTheirTurn sends more files than can be fetched before their links die. The
// provider's record has fresh ones, which die as fast: nothing is lost.
func TestLinksThatDieBeforeTheirTurn(t *testing.T) {
	t.Parallel()
	provider, origin := startRecords(t, func(o *sim.Options) {
		o.Media.DieAfter, o.Media.Rate = time.Second, 24<<10
	})
	p := start(t, t.TempDir(), "--auth", "none", "--fetch-allow", loopback, "--kie-base-url", origin,
		"--kie-api-key", apiKey, "--fetch-parallel", "2", "--log-level", "error")
	scenario := shortLived(10)
	if _, err := provider.Send(t.Context(), sim.Target(p.sources), scenario); err != nil {
		t.Fatal(err)
	}
	dead := 0
	for _, c := range scenario.Callbacks {
		got := p.await(c.TaskID, saved)
		if len(got.Assets) != 2 {
			t.Errorf("%s has the files %+v", c.TaskID, got.Assets)
		}
		dead += p.attempts(c.TaskID, "failed")
	}
	if dead == 0 {
		t.Error("no link was dead before its turn")
	}
	t.Logf("%d attempts met a dead link, all %d files are saved", dead, 2*len(scenario.Callbacks))
}

// TestADeadLinkIsNamedWhereNobodyCanBeAsked has no key: the page names the file, the reason and
// what comes next, in both languages.
func TestADeadLinkIsNamedWhereNobodyCanBeAsked(t *testing.T) {
	t.Parallel()
	provider, _ := startRecords(t, func(o *sim.Options) { o.Media.DieAfter = time.Nanosecond })
	p := start(t, t.TempDir(), "--auth", "none", "--fetch-allow", loopback, "--log-level", "error")
	if _, err := provider.Send(t.Context(), sim.Target(p.sources), shortLived(1)); err != nil {
		t.Fatal(err)
	}
	p.await("rw-0", func(t apiTask) bool {
		return len(t.Assets) == 2 && t.Assets[0].Error != "" && t.Assets[1].Error != ""
	})
	for lang, words := range map[string][]string{"en": {"The server answered 404", "attempt"},
		"zh-CN": {"服务器返回 404", "次尝试"}} {
		p.awaitPage("/tasks/lost?lang="+lang, func(lost string) bool {
			return strings.Count(lost, "--kie-api-key") == 2 && strings.Contains(lost, `data-level="2h"`)
		})
		html := strings.ToLower(p.text("/tasks/kie/rw-0?lang=" + lang))
		for _, text := range words {
			if !strings.Contains(html, strings.ToLower(text)) {
				t.Errorf("%s: the page lacks %q", lang, text)
			}
		}
	}
}
