package config

import (
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func public(link string) func(*Config) { return func(c *Config) { c.PublicURL = link } }

func allow(networks ...string) func(*Config) {
	return func(c *Config) { c.FetchAllow = networks }
}

func valid() Config {
	return Config{Addr: ":8080", DataDir: "/data", KieBaseURL: "https://api.kie.ai",
		FetchParallel: 8, FetchPerHost: 4, FetchMaxSize: 16 << 30}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Config)
		want   []string // each part of it must be in the error; none means valid
	}{
		"as it comes":     {func(*Config) {}, nil},
		"public address":  {public("https://videos.example.com/reel"), nil},
		"port and slash":  {public("http://localhost:8080/"), nil},
		"two keys":        {func(c *Config) { c.KieHMACKey = []string{"a", "b"} }, nil},
		"networks":        {allow("127.0.0.1/32", " ::1 ", ""), nil},
		"no address":      {func(c *Config) { c.Addr = "" }, []string{"--addr", ":8080"}},
		"no folder":       {func(c *Config) { c.DataDir = "" }, []string{"--data-dir", "./data"}},
		"no scheme":       {public("videos.example.com"), []string{"--public-url", "https://"}},
		"another scheme":  {public("ftp://a"), []string{"--public-url"}},
		"no host":         {public("https:///a"), []string{"--public-url"}},
		"with a query":    {public("https://a/?b=c"), []string{"--public-url"}},
		"with a fragment": {public("https://a/#b"), []string{"--public-url"}},
		"nonsense":        {public("http://["), []string{"--public-url"}},
		"base address":    {func(c *Config) { c.KieBaseURL = "" }, []string{"--kie-base-url"}},
		"no network":      {allow("::1", "home"), []string{"--fetch-allow", `"home"`, "127.0.0.1/32"}},
		"two addresses":   {func(c *Config) { c.PublicAddr = ":8081" }, nil},
		"two free ports": {func(c *Config) { c.Addr, c.PublicAddr = "127.0.0.1:0", "127.0.0.1:0" },
			nil},
		"twice the same": {func(c *Config) { c.PublicAddr = c.Addr },
			[]string{"--public-addr", ":8081"}},
		"proxies": {func(c *Config) { c.TrustProxies = []string{"10.0.0.0/8", "::1"} }, nil},
		"no proxies": {func(c *Config) { c.TrustProxies = []string{"nginx"} },
			[]string{"--trusted-proxies", `"nginx"`, "127.0.0.1/32"}},
		"other database": {func(c *Config) { c.Database = "postgres://a" }, []string{"--database"}},
		"other media":    {func(c *Config) { c.Media = "s3://a" }, []string{"--media"}},
		"empty key": {func(c *Config) { c.KieHMACKey = []string{"a", " "} },
			[]string{"--kie-hmac-key"}},
		"several at once": {func(c *Config) { c.Addr, c.Media, c.PublicURL = "", "s3://a", "a" },
			[]string{"--addr", "--media", "--public-url"}},
		"user in a secret": {public("https://me:s3cret@a/"), []string{"--public-url"}},
	}
	for name, test := range tests {
		c := valid()
		test.change(&c)
		err := c.Validate()
		if (err == nil) != (len(test.want) == 0) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: no %q in: %v", name, part, err)
			}
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the password is in: %v", name, err)
		}
	}
}

func TestValidateTellsNoSecrets(t *testing.T) {
	t.Parallel()
	c := valid()
	c.Database, c.KieHMACKey = "postgres://me:s3cret@a/b", []string{"s3cret", ""}
	c.KieBaseURL = "https://me:s3cret@api.kie.ai"
	if err := c.Validate(); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	c := Config{FetchAllow: []string{"10.1.2.3/8", "127.0.0.1", "::1", "", " fd00::/8 ",
		"::ffff:192.0.2.1"}}
	got, err := c.Allowed()
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32"),
		netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fd00::/8"),
		netip.MustParsePrefix("192.0.2.1/32")}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := (&Config{}).Allowed(); len(got) != 0 || err != nil {
		t.Errorf("of none: %v, %v", got, err)
	}
}

func TestEverythingIsBelowTheDataFolder(t *testing.T) {
	t.Parallel()
	c := Config{DataDir: filepath.FromSlash("/srv/reelback")}
	for _, path := range []string{c.DatabasePath(), c.MediaDir(), c.LockPath()} {
		if filepath.Dir(path) != c.DataDir {
			t.Errorf("%s", path)
		}
	}
}
