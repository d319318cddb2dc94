package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// figure returns what the page of losses says under a name in large: of 30 days and in all. What it
// says of today is left out, because a test may run past midnight.
func (p *program) figure(name string) string {
	p.t.Helper()
	_, rest, found := strings.Cut(p.text("/deliveries/loss"), "<dt>"+name+"</dt>")
	if !found {
		p.t.Fatalf("the page of losses has no %s", name)
	}
	rest, _, _ = strings.Cut(rest, "</dd>")
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(rest, " ")
	text = regexp.MustCompile(`Today\s+\S+( ms| s)?`).ReplaceAllString(text, " ")
	return strings.Join(strings.Fields(text), " ")
}

// wantMetrics scrapes the metrics and looks for lines.
func (p *program) wantMetrics(lines ...string) {
	p.t.Helper()
	metrics := p.text("/metrics")
	for _, line := range lines {
		if !strings.Contains(metrics, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, " ")
			var near []string
			for have := range strings.Lines(metrics) {
				if strings.HasPrefix(have, name) {
					near = append(near, have)
				}
			}
			p.t.Errorf("the metrics lack %q, they have %q", line, near)
		}
	}
}

// TestTheNumbersOfLossSurviveARestart sends callbacks of every fate, scrapes, and starts again.
func TestTheNumbersOfLossSurviveARestart(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--auth", "none")
	const failed = `{"code":400,"msg":"no","data":{"taskId":"veo-1"}}`
	for range 3 {
		p.deliver("veo3.1", failed)
	}
	p.deliver("kie", `{"taskId":"odd-1","weather":"fine"}`)
	for address, want := range map[string]int{
		p.sources["veo3.1"] + "x":         http.StatusUnauthorized,
		p.origin + "/callbacks/nobody/at": http.StatusNotFound,
	} {
		if status, answer := p.post(address, failed); status != want {
			t.Fatalf("%s: %d %s", address, status, answer)
		}
	}
	p.wantMetrics(
		`reelback_callbacks_total{outcome="applied"} 1`,
		`reelback_callbacks_total{outcome="repeated"} 2`,
		`reelback_callbacks_total{outcome="conflicting"} 0`,
		`reelback_callbacks_total{outcome="not_understood"} 1`,
		`reelback_callbacks_total{outcome="refused"} 1`,
		`reelback_callbacks_total{outcome="refused_unkept"} 0`,
		`reelback_callbacks_busy_total 0`,
		`reelback_unknown_source_total 1`,
		`reelback_callback_duration_seconds_bucket{le="33.554432"} 4`,
		`reelback_callback_duration_seconds_bucket{le="+Inf"} 4`,
		`reelback_callback_duration_seconds_count 4`,
		`# TYPE reelback_callback_duration_seconds histogram`,
	)
	if strings.Contains(p.text("/metrics"), "reelback_tasks_silent") {
		t.Error("without a key there are numbers of silent tasks")
	}
	want := map[string]string{"Received": "4 In all 4", "Refused": "1 In all 1",
		"Repaired": "0 In all 0"}
	for _, name := range []string{"Half answered within", "99 % answered within", "Slowest answer"} {
		want[name] = p.figure(name)
		if strings.HasPrefix(want[name], "–") {
			t.Errorf("%s: nothing", name)
		}
	}
	for name, before := range want {
		if got := p.figure(name); got != before {
			t.Errorf("%s: %q, want %q", name, got, before)
		}
	}
	if text := p.text("/deliveries/loss"); !strings.Contains(text, "cannot be told") {
		t.Error("without a key the page claims to know what was lost")
	}
	p.stop()

	p = start(t, p.dataDir, "--auth", "none", "--kie-api-key", apiKey,
		"--kie-base-url", "http://127.0.0.1:9")
	for name, before := range want {
		if got := p.figure(name); got != before {
			t.Errorf("%s is %q after a restart, want %q", name, got, before)
		}
	}
	p.wantMetrics(`reelback_callbacks_total{outcome="applied"} 0`, `reelback_tasks_silent 0`,
		`reelback_callbacks_lost_total 0`, `reelback_callbacks_repaired_total 0`)
	p.deliver("veo3.1", failed)
	if got := p.figure("Received"); got != "5 In all 5" {
		t.Errorf("after one more: %q", got)
	}
}

// checkLoss looks at every page that says how many callbacks were repaired.
func (p *program) checkLoss(repaired int) {
	p.t.Helper()
	if got, want := p.figure("Repaired"), fmt.Sprintf("%d In all %d", repaired,
		repaired); got != want {
		p.t.Errorf("the page of losses says %q, want %q", got, want)
	}
	page := p.text("/deliveries/loss")
	sentence := fmt.Sprintf("%d callbacks were lost on their way, and all %d were repaired.",
		repaired, repaired)
	if !strings.Contains(page, sentence) {
		p.t.Errorf("the page of losses lacks %q", sentence)
	}
	if n := strings.Count(page, `data-key="kie/`); n != min(repaired, 50) {
		p.t.Errorf("the page of losses lists %d repaired tasks", n)
	}
	for _, other := range []string{"/deliveries", "/setup"} {
		if want := fmt.Sprintf("%d lost callbacks were repaired", repaired); !strings.Contains(
			p.text(other), want) {
			p.t.Errorf("%s lacks %q", other, want)
		}
	}
	p.wantMetrics(fmt.Sprintf("reelback_callbacks_repaired_total %d", repaired),
		"reelback_callbacks_lost_total 0", "reelback_tasks_silent 0")
}
