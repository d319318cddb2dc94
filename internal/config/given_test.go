package config

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// given parses as the command line does and lists what was given.
func given(t *testing.T, args ...string) map[string]Option {
	t.Helper()
	resolver, err := NewResolver(args, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Config string
		Serve  struct {
			Config `embed:""`
		} `cmd:"" default:"withargs"`
	}
	parser, err := kong.New(&c, kong.Resolvers(resolver), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	all, err := Options(c.Serve.Config, resolver)
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]Option)
	for _, o := range all {
		byName[o.Name] = value(o)
	}
	return byName
}

// value is what tells an option's value and where it comes from.
func value(o Option) Option {
	o.Group, o.Variable = "", ""
	return o
}

func TestWhereOptionsComeFrom(t *testing.T) {
	file := write(t, "addr: :4\nlog_level: debug\nkie-api-key: s3cret\nask-after: 90m\n")
	secret := write(t, "s3cret-1\ns3cret-2\n")
	t.Setenv("REELBACK_LOG_LEVEL", "warn")
	t.Setenv("REELBACK_PUBLIC_URL", "https://v.example.com")
	t.Setenv("REELBACK_MEDIA", "")
	t.Setenv("REELBACK_KIE_HMAC_KEY_FILE", secret)
	t.Setenv("REELBACK_ADMIN_PASSWORD", "s3cret")
	got := given(t, "--config", file, "--addr", ":1", "--fetch-allow=10.1.0.0/16,::1",
		"--kie-hmac-window", "1h")
	for _, want := range []Option{
		{Name: "addr", Value: ":1", Source: FromFlag},
		{Name: "fetch-allow", Value: "10.1.0.0/16, ::1", Source: FromFlag},
		{Name: "kie-hmac-window", Value: "1h", Source: FromFlag},
		{Name: "log-level", Value: "warn", Source: FromEnvironment, Where: "REELBACK_LOG_LEVEL"},
		{Name: "public-url", Value: "https://v.example.com", Source: FromEnvironment,
			Where: "REELBACK_PUBLIC_URL"},
		{Name: "kie-hmac-key", Value: "set", Source: FromEnvironment, Secret: true,
			Where: "REELBACK_KIE_HMAC_KEY_FILE"},
		{Name: "admin-password", Value: "set", Source: FromEnvironment, Secret: true,
			Where: "REELBACK_ADMIN_PASSWORD"},
		{Name: "kie-api-key", Value: "set", Source: FromFile, Where: file, Secret: true},
		{Name: "ask-after", Value: "1h30m", Source: FromFile, Where: file},
		{Name: "auth", Value: "password", Source: FromDefault},
		{Name: "fetch-max-size", Value: "16GiB", Source: FromDefault},
		{Name: "disk-reserve", Source: FromDefault},
		{Name: "media", Source: FromDefault},
		{Name: "database", Source: FromDefault, Secret: true},
	} {
		if got[want.Name] != want {
			t.Errorf("got %+v, want %+v", got[want.Name], want)
		}
	}
	for _, o := range got {
		if strings.Contains(o.Value, "s3cret") {
			t.Errorf("%s tells its secret", o.Name)
		}
	}
}

func TestEveryOptionIsListed(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, o := range options(t) {
		want = append(want, o.flag)
	}
	all, err := Options(Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		got = append(got, o.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed are %q, there are %q", got, want)
	}
}

func TestOptionsOfACommand(t *testing.T) {
	t.Parallel()
	all, err := Options(Config{Addr: ":8080", KieAPIKey: "s3cret", LogLevel: "warn"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Option{
		"addr":        {Name: "addr", Value: ":8080", Source: FromDefault},
		"kie-api-key": {Name: "kie-api-key", Value: "set", Source: FromCommand, Secret: true},
		"log-level":   {Name: "log-level", Value: "warn", Source: FromCommand},
	}
	for _, o := range all {
		if w, known := want[o.Name]; known && value(o) != w {
			t.Errorf("got %+v, want %+v", o, w)
		}
	}
}
