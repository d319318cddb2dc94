package sim

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

func TestCommandLineIsUnderstood(t *testing.T) {
	t.Parallel()
	c := parse(t)
	if c.To != "http://localhost:8080" || c.Scenario != "day" || !c.KeepServing ||
		!slices.Equal(c.Retry, []time.Duration{2 * time.Second, 5 * time.Second, 15 * time.Second}) {
		t.Errorf("defaults are %+v", c)
	}
	c = parse(t,
		"--tokens=runway=A,veo3.1=B", "--url=kie=http://r/1;a,b", "--url=runway=http://r/2",
		"--scenario=documented", "--duplicates=0.2", "--out-of-order=0.1", "--drop=0.25",
		"--hmac-key=K", "--rate=1s", "--retry=1s,2s", "--media-rate=1000", "--cut-after=500",
		"--die-after=1m", "--seed=9", "--no-keep-serving", "--media-url=http://m")
	if c.Tokens["veo3.1"] != "B" || c.URL["kie"] != "http://r/1;a,b" ||
		c.URL["runway"] != "http://r/2" {
		t.Errorf("tokens are %v, addresses %v", c.Tokens, c.URL)
	}
	opt := c.options("http://default")
	want := Options{
		MediaURL: "http://m", HMACKey: "K", Timeout: 15 * time.Second, Pause: time.Second,
		Concurrency: 4, Faults: Faults{0.2, 0.1, 0.25},
		Media: MediaFaults{1000, 500, time.Minute}, Seed: 9,
	}
	if !slices.Equal(opt.Retries, []time.Duration{time.Second, 2 * time.Second}) {
		t.Errorf("retries are %v", opt.Retries)
	}
	if got := opt; got.MediaURL != want.MediaURL || got.HMACKey != want.HMACKey ||
		got.Timeout != want.Timeout || got.Pause != want.Pause || got.Faults != want.Faults ||
		got.Media != want.Media || got.Seed != want.Seed || got.Concurrency != want.Concurrency {
		t.Errorf("options are %+v, want %+v", got, want)
	}
	if c.KeepServing {
		t.Error("keeps serving although told not to")
	}
}

func TestCommandBuildsTheCallbackAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		want Target
	}{
		{"open sources below a base path", []string{"--to=http://h:1/x/"}, Target{
			"runway-extend": "http://h:1/x/callbacks/runway-extend",
			"runway":        "http://h:1/x/callbacks/runway",
			"veo3.1":        "http://h:1/x/callbacks/veo3.1",
		}},
		{"tokens", []string{"--tokens=runway-extend=A,runway=B,veo3.1=C"}, Target{
			"runway-extend": "http://localhost:8080/callbacks/runway-extend/A",
			"runway":        "http://localhost:8080/callbacks/runway/B",
			"veo3.1":        "http://localhost:8080/callbacks/veo3.1/C",
		}},
		{"one token for all", []string{"--tokens=kie=K"}, Target{
			"kie": "http://localhost:8080/callbacks/kie/K",
		}},
		{"whole addresses only", []string{"--url=veo3.1=http://r/v", "--tokens=runway=B"}, Target{
			"veo3.1": "http://r/v",
		}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := parse(t, tc.args...)
			got, err := c.target()
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tc.want) {
				t.Errorf("addresses are %v, want %v", got, tc.want)
			}
			for source, want := range tc.want {
				if got[source] != want {
					t.Errorf("%s goes to %q, want %q", source, got[source], want)
				}
			}
		})
	}
}

func TestCommandSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		change     func(*Command)
	}{
		{"server", `server address "localhost:8080"`, func(c *Command) { c.To = "localhost:8080" }},
		{"scheme", "want http://host/path", func(c *Command) { c.To = "ftp://h" }},
		{"scenario", `scenario "night": want day or documented`,
			func(c *Command) { c.Scenario = "night" }},
		{"source", `unknown source "veo"`, func(c *Command) { c.Tokens = map[string]string{"veo": "x"} }},
		{"empty token", "--tokens kie=: there is nothing behind the sign",
			func(c *Command) { c.Tokens = map[string]string{"kie": ""} }},
		{"blank token", "--tokens runway=: there is nothing",
			func(c *Command) { c.Tokens = map[string]string{"kie": "K", "runway": " "} }},
		{"empty address", "--url kie=: there is nothing",
			func(c *Command) { c.URL = map[string]string{"kie": ""} }},
		{"address", "want http://host/path",
			func(c *Command) { c.URL = map[string]string{"runway": "r/x"} }},
		{"share", "drop 1.5: want a share", func(c *Command) { c.Drop = 1.5 }},
		{"negative share", "duplicates -1: want a share", func(c *Command) { c.Duplicates = -1 }},
		{"rate", "pause -1s", func(c *Command) { c.Rate = -time.Second }},
		{"retry", "retry -1s", func(c *Command) { c.Retry = []time.Duration{-time.Second} }},
		{"media address", `media address "m"`, func(c *Command) { c.MediaURL = "m" }},
		{"media rate", "media rate -1", func(c *Command) { c.MediaRate = -1 }},
		{"cut", "cut after -1", func(c *Command) { c.CutAfter = -1 }},
		{"life", "die after -1s", func(c *Command) { c.DieAfter = -time.Second }},
		{"concurrency", "concurrency -1", func(c *Command) { c.Concurrency = -1 }},
		{"time-out", "time-out -1s", func(c *Command) { c.Timeout = -time.Second }},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := parse(t)
			tc.change(&c)
			err := c.Run(t.Context(), new(bytes.Buffer))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error is %v, want %q", err, tc.want)
			}
		})
	}
}

func parse(t *testing.T, args ...string) Command {
	t.Helper()
	var c Command
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	return c
}
