package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/sim"
)

// ending is a scenario of tasks that the provider completed so long ago that their links are about
// to die, by the calendar as well as by the provider's own clock.
func ending(tasks int, left time.Duration) sim.Scenario {
	s := sim.Scenario{Name: "ending"}
	completed := time.Now().Add(left - kie.Lifetime(kie.Name, kie.Market)).UnixMilli()
	for i := range tasks {
		id := fmt.Sprintf("end-%d", i)
		s.Callbacks = append(s.Callbacks, sim.Callback{Product: kie.Market, TaskID: id,
			Body: fmt.Sprintf(`{"code":200,"msg":"Playground task completed successfully.",
				"data":{"taskId":%q,"model":"kling/v2","state":"success","completeTime":%d,
				"resultJson":"{\"resultUrls\":[\"{media:reef.mp4}\"]}"}}`, id, completed)})
	}
	return s
}

// TestNothingIsLostWithAKeyAndWhatIsWithoutIsNamed is about links that die within a second. With
// a key the provider's record has fresh ones, and nothing is lost. Without, every file that is lost
// is counted on every page, and explained on one of its own.
func TestNothingIsLostWithAKeyAndWhatIsWithoutIsNamed(t *testing.T) {
	t.Parallel()
	for _, key := range []bool{true, false} {
		t.Run(fmt.Sprintf("key %t", key), func(t *testing.T) {
			t.Parallel()
			provider, origin := startRecords(t, func(o *sim.Options) {
				o.Media.DieAfter, o.Media.Rate = time.Second, 24<<10
			})
			args := []string{"--auth", "none", "--fetch-allow", loopback, "--kie-base-url", origin,
				"--fetch-parallel", "2", "--log-level", "error"}
			if key {
				args = append(args, "--kie-api-key", apiKey)
			}
			p := start(t, t.TempDir(), args...)
			scenario := ending(8, 4*time.Second)
			_, err := provider.Send(t.Context(), sim.Target(p.sources), scenario)
			if err != nil {
				t.Fatal(err)
			}
			kept, lost := 0, 0
			for _, c := range scenario.Callbacks {
				got := p.await(c.TaskID, func(t apiTask) bool {
					return len(t.Assets) == 1 && !slices.Contains([]string{"pending", "saving"},
						t.Assets[0].State)
				})
				if got.Assets[0].State == "saved" {
					kept++
				} else {
					lost++
				}
			}
			t.Logf("with a key %t: %d kept, %d lost", key, kept, lost)
			if key && lost > 0 || !key && lost == 0 {
				t.Errorf("%d files are lost", lost)
			}
			p.checkLost(lost)
		})
	}
}

// checkLost looks for a number of lost files on the pages, in the metrics and in the list.
func (p *program) checkLost(lost int) {
	p.t.Helper()
	metrics := p.text("/metrics")
	if want := fmt.Sprintf("reelback_assets_lost %d\n", lost); !strings.Contains(metrics, want) {
		p.t.Errorf("the metrics lack %q", want)
	}
	words := map[string][]string{"en": {"Nothing is lost."}, "zh-CN": {"没有丢失任何文件。"}}
	if lost > 0 {
		words = map[string][]string{
			"en": {fmt.Sprintf("%d files are lost.", lost), "The server answered 404",
				"There was no key to ask the provider for a fresh link.", "--kie-api-key"},
			"zh-CN": {fmt.Sprintf("丢失了 %d 个文件。", lost), "服务器返回 404",
				"没有密钥，无法向服务商索取新链接。", "--kie-api-key"}}
	}
	for lang, texts := range words {
		html := p.text("/tasks/lost?lang=" + lang)
		for _, text := range texts {
			if !strings.Contains(strings.ToLower(html), strings.ToLower(text)) {
				p.t.Errorf("%s: the page of lost files lacks %q", lang, text)
			}
		}
		alone := strings.Count(html, `<h2 class="cut"><a href="/tasks/kie/`)
		alike := strings.Count(html, `<a class="cut" href="/tasks/kie/`) // in the list of a group
		if alone+alike != lost {
			p.t.Errorf("%s: it names %d and %d tasks, want %d", lang, alone, alike, lost)
		}
	}
	for _, page := range []string{"/", "/tasks", "/deliveries", "/setup", "/settings"} {
		if named := strings.Contains(p.text(page), `href="/tasks/lost"`); named != (lost > 0) {
			p.t.Errorf("%s tells of lost files: %t", page, named)
		}
	}
	var list struct{ Tasks []apiTask }
	p.get("/api/v1/tasks?asset=lost", &list)
	if len(list.Tasks) != lost {
		p.t.Errorf("%d tasks are listed, want %d", len(list.Tasks), lost)
	}
}
