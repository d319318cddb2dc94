package main

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/sim"
)

// TestADisagreementIsShown forges a callback and finds on the task's page what it said beside what
// the provider's record says, and none of the secrets of either.
func TestADisagreementIsShown(t *testing.T) {
	t.Parallel()
	provider, origin := startRecords(t, func(*sim.Options) {})
	evil, _, _ := serveFiles(t)
	p := start(t, t.TempDir(), "--auth", "none", "--fetch-allow", loopback, "--kie-base-url", origin,
		"--kie-api-key", apiKey)
	provider.End(sim.Scenario{Name: "rw-3", Callbacks: []sim.Callback{{Product: kie.Runway,
		TaskID: "rw-3", Body: `{"code":200,"msg":"All generated successfully.","data":{"task_id":` +
			`"rw-3","video_id":"v","video_url":"{media:reef.mp4}","image_url":"{media:reef.png}"}}`}}})
	p.deliver("runway", `{"code":200,"msg":"All generated successfully.","data":{"task_id":"rw-3",
		"video_id":"x","video_url":"`+evil+`/evil.mp4?X-Amz-Signature=s3cret","image_url":""}}`)
	p.await("rw-3", func(t apiTask) bool { return t.CrossChecked == "disagrees" })
	for lang, words := range map[string][]string{
		"en": {"Provider’s record", "Callback said", "Record says", "Video, link"},
		"zh": {"服务商记录", "回调所说", "记录所说", "视频链接"},
	} {
		page := p.text("/tasks/kie/rw-3?lang=" + lang)
		for _, text := range append(words, evil+"/evil.mp4?[masked]", `<td class="won">`, "reef.mp4") {
			if !strings.Contains(page, text) {
				t.Errorf("%s: the page lacks %q", lang, text)
			}
		}
		if strings.Contains(page, "s3cret") {
			t.Errorf("%s: the page tells a secret", lang)
		}
	}
}
