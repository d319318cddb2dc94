package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRenderPutsLinksAndTheCallbackAddressInPlace(t *testing.T) {
	t.Parallel()
	c := Callback{
		TaskID: "a",
		Body: `{"one":"{media:tea.mp4}","more":"[{media:tea.mp4@2}, {media:room.png}]",` +
			`"deep":"{\"url\":\"{callback}\"}","none":{}}`,
	}
	link := func(ref, taskID string) string { return "<" + taskID + " " + ref + ">" }
	got := c.render("http://r/cb", link)
	want := `{"one":"<a tea.mp4>","more":"[<a tea.mp4@2>, <a room.png>]",` +
		`"deep":"{\"url\":\"http://r/cb\"}","none":{}}`
	if got != want {
		t.Errorf("renders\n%s, want\n%s", got, want)
	}
}

func TestTargetFindsTheAddressOfAProduct(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		target        Target
		want, problem string
	}{
		{"its own", Target{"runway": "http://r/1", "kie": "http://r/2"}, "http://r/1", ""},
		{"the one for all", Target{"kie": "http://r/2"}, "http://r/2", ""},
		{"quotes are escaped", Target{"kie": `http://r/"`}, "http://r/%22", ""},
		{"none", Target{"veo3.1": "http://r/3"}, "", "no callback address for runway"},
		{"a bare host", Target{"runway": "r/secret"}, "", "want http://host/path"},
		{"another scheme", Target{"runway": "ftp://r/secret"}, "", "want http://host/path"},
		{"no URL at all", Target{"runway": "http://r\x7f/secret"}, "", "is no URL"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.target.address("runway")
			if got != tc.want {
				t.Errorf("address is %q, want %q", got, tc.want)
			}
			switch {
			case (err != nil) != (tc.problem != ""):
				t.Errorf("error is %v, want %q", err, tc.problem)
			case err != nil && !strings.Contains(err.Error(), tc.problem):
				t.Errorf("error is %v, want %q", err, tc.problem)
			case err != nil && strings.Contains(err.Error(), "secret"):
				t.Errorf("error %v tells the secret of the address", err)
			}
		})
	}
}

func TestEveryCallbackOfEveryScenarioIsSound(t *testing.T) {
	t.Parallel()
	mark := regexp.MustCompile(`\{media:([a-z0-9.-]+)(@[a-z0-9]+)?\}`)
	for name, s := range Scenarios(7) {
		if s.Name != name || len(s.Callbacks) == 0 {
			t.Errorf("scenario %q is called %q and has %d callbacks", name, s.Name, len(s.Callbacks))
		}
		for _, c := range s.Callbacks {
			if c.Product == "" || c.TaskID == "" || c.Title == "" {
				t.Errorf("%s: callback without product, task id or title: %+v", name, c)
			}
			body := c.render("http://r/cb", func(string, string) string { return "http://m/f" })
			if !json.Valid([]byte(body)) {
				t.Errorf("%s, %s: not JSON: %s", name, c.Title, body)
			}
			if !strings.Contains(body, `"`+c.TaskID+`"`) {
				t.Errorf("%s, %s: the body does not name its task: %s", name, c.Title, body)
			}
			for _, m := range mark.FindAllStringSubmatch(c.Body, -1) {
				if _, err := File(m[1]); err != nil && m[1] != "gone.mp4" {
					t.Errorf("%s, %s: links to %s, which there is not", name, c.Title, m[1])
				}
			}
		}
	}
}

func TestAScenarioIsLimitedToWhatHasAnAddress(t *testing.T) {
	t.Parallel()
	s := Scenario{Name: "s", Callbacks: []Callback{
		{Product: "runway", TaskID: "a"}, {Product: "veo3.1", TaskID: "b"},
	}}
	tests := []struct {
		name   string
		target Target
		want   []string
	}{
		{"one product", Target{"veo3.1": "http://r/"}, []string{"b"}},
		{"the address for all", Target{"kie": "http://r/"}, []string{"a", "b"}},
		{"another product", Target{"runway-extend": "http://r/"}, nil},
	}
	for _, tc := range tests {
		var got []string
		for _, c := range s.limitedTo(tc.target).Callbacks {
			got = append(got, c.TaskID)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: sends %q, want %q", tc.name, got, tc.want)
		}
	}
}
