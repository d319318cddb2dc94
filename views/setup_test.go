package views

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

const setupSecret = "k7QmZ4s2vR8pLd1n9xT2"

func setupInput() SetupInput {
	address := "https://videos.example.com/x/callbacks/"
	return SetupInput{
		Sources: []SetupSource{
			{Name: "veo3.1", Product: "veo3.1", URL: address + "veo3.1/" + setupSecret},
			{Name: "runway", Product: "runway", URL: address + "runway", Open: true},
			{Name: "kie", URL: address + "kie/" + setupSecret},
		},
		DiskFree: 412e9, Since: pageNow(),
	}
}

func TestAddressesHideTheMiddleOfTheirSecret(t *testing.T) {
	t.Parallel()
	p := NewSetup(pageFrame(t, i18n.English), setupInput())
	veo, open, any := p.Sources[0], p.Sources[1], p.Sources[2]
	if veo.Name != "Veo 3.1" || veo.Secret != "k7Qm…9xT2" ||
		veo.Before != "https://videos.example.com/x/callbacks/veo3.1/" ||
		veo.URL != veo.Before+setupSecret {
		t.Errorf("source: %+v", veo)
	}
	if open.Secret != "" || open.Before != open.URL {
		t.Errorf("open source: %+v", open)
	}
	if any.Name != "Any kie product" {
		t.Errorf("source for all: %+v", any)
	}
}

func TestSamplesAreCallbacksOfTheProvider(t *testing.T) {
	t.Parallel()
	p := NewSetup(pageFrame(t, i18n.English), setupInput())
	if len(p.Samples) != 4 {
		t.Fatalf("%d samples, want a success and a failure for each of two products", len(p.Samples))
	}
	for i, want := range []struct{ title, id string }{
		{"Veo 3.1: success", "veo_sample_success"}, {"Veo 3.1: failure", "veo_sample_failure"},
		{"Runway: success", "runway_sample_success"}, {"Runway: failure", "runway_sample_failure"},
	} {
		s := p.Samples[i]
		_, body, _ := strings.Cut(s.Command, "-d '")
		var callback struct {
			Code int
			Data struct {
				TaskID      string `json:"taskId"`
				SnakeTaskID string `json:"task_id"`
			}
		}
		if err := json.Unmarshal([]byte(strings.TrimSuffix(body, "'")), &callback); err != nil {
			t.Fatalf("%s: %v", s.Title, err)
		}
		id := callback.Data.TaskID + callback.Data.SnakeTaskID
		success := strings.HasSuffix(want.title, "success")
		if s.Title != want.title || id != want.id || (callback.Code == 200) != success {
			t.Errorf("sample %d: %s, %+v", i, s.Title, callback)
		}
	}
	if !strings.HasPrefix(p.Samples[0].Command,
		"curl -X POST 'https://videos.example.com/x/callbacks/veo3.1/"+setupSecret+"'") {
		t.Errorf("command: %s", p.Samples[0].Command)
	}
}

func TestASourceForAllProductsHasSamplesWhereItIsAlone(t *testing.T) {
	t.Parallel()
	in := setupInput()
	in.Sources = in.Sources[2:]
	if n := len(NewSetup(pageFrame(t, i18n.English), in).Samples); n != 2 {
		t.Errorf("%d samples", n)
	}
}

func TestSamplesSignThemselvesWhereSignaturesAreRequired(t *testing.T) {
	t.Parallel()
	in := setupInput()
	in.HasHMACKey = true
	p := NewSetup(pageFrame(t, i18n.English), in)
	wantAll(t, p.Samples[0].Command, `ts=$(date +%s)`, `"veo_sample_success.$ts"`,
		`-hmac "$REELBACK_KIE_HMAC_KEY"`, `-H "X-Webhook-Signature: $sig"`)
	if !p.Signed {
		t.Error("the page does not explain the key")
	}
}

func TestChecksNameTheOptionThatCures(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := setupInput()
	in.DiskFree = 1e9
	var cures []string
	for _, c := range NewSetup(f, in).Checks {
		if c.Status != "warn" {
			t.Errorf("check %+v", c)
		}
		cures = append(cures, c.Option)
	}
	want := "--public-url --kie-hmac-key --kie-api-key --data-dir"
	if got := strings.Join(cures, " "); got != want {
		t.Errorf("cures are %s", got)
	}
	in.DiskFree, in.PublicURLSet, in.HasHMACKey, in.HasAPIKey = 0, true, true, true
	p := NewSetup(f, in)
	if p.Score != "3 of 3 in order" || p.Checks[0].Option != "" {
		t.Errorf("score %q, checks %+v", p.Score, p.Checks)
	}
}

func TestArrival(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := setupInput()
	if a := NewSetup(f, in).Arrival; a.Came || a.URL != "" ||
		a.Text != "Listening since 14:41:27. Nothing has arrived yet." {
		t.Errorf("before: %+v", a)
	}
	d := failureDelivery()
	in.FirstDelivery = &d
	if a := NewSetup(f, in).Arrival; !a.Came || a.URL != "/x/tasks/kie/veo_task_91be04c7d3f2" ||
		a.Text != "Code 422, failure recorded, 2 min ago." {
		t.Errorf("after: %+v", a)
	}
	in.FirstDelivery = &task.Delivery{ID: 5, Outcome: task.Refused, Reason: task.ReasonTokenWrong}
	if a := NewSetup(f, in).Arrival; a.URL != "/x/deliveries/5" || a.Action != "Open delivery" {
		t.Errorf("refused: %+v", a)
	}
}

func TestSetupPageInBothLanguages(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		i18n.English: "Connect the provider", i18n.Chinese: "接入服务商",
	} {
		f := pageFrame(t, lang)
		in := setupInput()
		in.HasHMACKey = true
		html := page(t, SetupPage(f, NewSetup(f, in)))
		wantAll(t, html, want, `id="first-delivery"`,
			`data-live="deliveries"`,
			`data-full="https://videos.example.com/x/callbacks/veo3.1/`+setupSecret)
		wantNone(t, html, "<no value>", ">setup.", `href=""`)
	}
}
