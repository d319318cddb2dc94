package views

import (
	"fmt"
	"strings"
)

// Sample is a command that sends what the provider documents.
type Sample struct {
	ID      string // of the element that holds the command
	Title   string // "Veo 3.1, success"
	Command string
}

// newSamples writes a success and a failure for every product. A source for every product adds
// nothing to those, and has its own only where it is alone.
func newSamples(f Frame, in SetupInput) []Sample {
	samples := make([]Sample, 0, 2*len(in.Sources))
	for _, s := range in.Sources {
		if s.URL == "" || s.Product == "" && len(in.Sources) > 1 {
			continue
		}
		for _, outcome := range []string{"success", "failure"} {
			id, body := samplePayload(s.Product, outcome)
			samples = append(samples, Sample{
				ID:      fmt.Sprintf("sample-%d", len(samples)+1),
				Title:   f.T.T("setup.sample."+outcome, "Source", sourceName(f, s)),
				Command: sampleCommand(s.URL, id, body, in.HasHMACKey),
			})
		}
	}
	return samples
}

// samplePayload is the callback that the provider documents for a product, with the task id in
// it. A source for every product gets that of the newest.
func samplePayload(product, outcome string) (id, body string) {
	kind := "veo"
	if strings.HasPrefix(product, "runway") {
		kind = "runway"
	}
	id = kind + "_sample_" + outcome
	switch kind + " " + outcome {
	case "runway success":
		body = `{"code":200,"msg":"All generated successfully.","data":{` +
			`"task_id":"` + id + `","video_id":"485da89c-7fca-4340-8c04-101025b2ae71",` +
			`"video_url":"https://example.com/video.mp4",` +
			`"image_url":"https://example.com/cover.png"}}`
	case "runway failure":
		body = `{"code":400,"msg":"Inappropriate content detected. ` +
			`Please replace the image or video.","data":{"task_id":"` + id + `"}}`
	case "veo success":
		body = `{"code":200,"msg":"Veo3.1 video generated successfully.","data":{` +
			`"taskId":"` + id + `","info":{"resultUrls":["https://example.com/video.mp4"],` +
			`"resolution":"1080p"},"fallbackFlag":false}}`
	default:
		body = `{"code":422,"msg":"Your request was rejected by Flow(public error prominent ` +
			`people upload). You may consider using our other fallback channels, which are ` +
			`likely to succeed. Please refer to the documentation.","data":{"taskId":"` + id +
			`","fallbackFlag":false}}`
	}
	return id, body
}

// sampleCommand posts a payload from a shell. Where signatures are required it signs what the
// provider signs, task id and time, with the key that the shell has in its environment.
func sampleCommand(address, id, body string, signed bool) string {
	lines := []string{"curl -X POST " + shellQuote(address),
		"-H 'Content-Type: application/json'"}
	before := ""
	if signed {
		before = "ts=$(date +%s)\n" + `sig=$(printf '%s' "` + id + `.$ts" | openssl dgst -sha256 ` +
			`-hmac "$REELBACK_KIE_HMAC_KEY" -binary | base64)` + "\n"
		lines = append(lines, `-H "X-Webhook-Timestamp: $ts"`, `-H "X-Webhook-Signature: $sig"`)
	}
	lines = append(lines, "-d "+shellQuote(body))
	return before + strings.Join(lines, " \\\n  ")
}
