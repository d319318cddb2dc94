package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/i18n"
)

func TestRisks(t *testing.T) {
	t.Parallel()
	const public = "https://v.example.com"
	for name, test := range map[string]struct {
		change func(*config.Config)
		want   []string
	}{
		"as it comes":      {func(*config.Config) {}, nil},
		"pages for all":    {func(c *config.Config) { c.Auth = "none" }, []string{RiskPagesOpen}},
		"pages, here only": {func(c *config.Config) { c.Auth, c.Addr = "none", "127.0.0.1:8080" }, nil},
		"pages, by name": {func(c *config.Config) { c.Auth, c.Addr = "none", "localhost:8080" },
			nil},
		"pages, behind a proxy": {func(c *config.Config) {
			c.Auth, c.Addr, c.PublicURL, c.KieHMACKey = "none", "[::1]:80", public, []string{"k"}
		}, []string{RiskPagesPublic}},
		"pages apart": {func(c *config.Config) {
			c.Auth, c.Addr, c.PublicURL = "none", "127.0.0.1:80", public
			c.PublicAddr, c.KieHMACKey = ":8081", []string{"k"}
		}, nil},
		"callbacks for all": {func(c *config.Config) { c.CallbackAuth = "open" },
			[]string{RiskCallbacksOpen}},
		"callbacks, but signed": {func(c *config.Config) {
			c.CallbackAuth, c.KieHMACKey = "open", []string{"k"}
		}, nil},
		"callbacks, here only": {func(c *config.Config) {
			c.CallbackAuth, c.Addr = "open", "127.0.0.1:8080"
		}, nil},
		"callbacks, a public address": {func(c *config.Config) {
			c.CallbackAuth, c.Addr, c.PublicAddr = "open", "127.0.0.1:8080", ":8081"
		}, []string{RiskCallbacksOpen}},
		"public": {func(c *config.Config) { c.PublicURL = public }, []string{RiskCallbacksUnsigned}},
		"public and signed": {func(c *config.Config) {
			c.PublicURL, c.KieHMACKey = public, []string{"k"}
		}, nil},
		"a public door": {func(c *config.Config) { c.PublicAddr = ":8081" },
			[]string{RiskCallbacksUnsigned}},
		"not encrypted": {func(c *config.Config) {
			c.PublicURL, c.KieHMACKey = "HTTP://v.example.com", []string{"k"}
		}, []string{RiskNotEncrypted}},
		"not encrypted, here": {func(c *config.Config) { c.PublicURL = "http://localhost:80" }, nil},
		"narrow networks": {func(c *config.Config) {
			c.FetchAllow = []string{"127.0.0.1/32", "10.1.0.0/16", "fd00:1:2::/48"}
		}, nil},
		"wide networks": {func(c *config.Config) {
			c.FetchAllow = []string{"10.0.0.0/8", "0.0.0.0/0", "::/0"}
		}, []string{RiskFetchWide, RiskFetchWide, RiskFetchWide}},
		"the cloud's own": {func(c *config.Config) { c.FetchAllow = []string{"169.254.0.0/16"} },
			[]string{RiskFetchCloud}},
		"a proxy": {func(c *config.Config) { c.TrustProxies = []string{"10.0.0.0/8"} }, nil},
		"private proxies": {func(c *config.Config) {
			c.TrustProxies = []string{"172.16.0.0/12", "127.0.0.0/8", "fd00::/8", "fc00::/7", "::1"}
		}, nil},
		"half of all proxies": {func(c *config.Config) {
			c.TrustProxies = []string{"0.0.0.0/1", "128.0.0.0/1", "2000::/3"}
		}, []string{RiskProxiesWide, RiskProxiesWide, RiskProxiesWide}},
		"many strangers": {func(c *config.Config) {
			c.TrustProxies = []string{"203.0.0.0/12", "172.0.0.0/8", "10.0.0.0/7", "2001:db8::/32"}
		}, []string{RiskProxiesWide, RiskProxiesWide, RiskProxiesWide, RiskProxiesWide}},
		"a network of a cloud's": {func(c *config.Config) {
			c.TrustProxies = []string{"203.0.0.0/16", "2001:db8::/48"}
		}, nil},
		"everybody a proxy": {func(c *config.Config) { c.TrustProxies = []string{"0.0.0.0/0"} },
			[]string{RiskProxiesWide}},
	} {
		c := config.Config{Addr: ":8080", Auth: "password", CallbackAuth: "token"}
		test.change(&c)
		var got []string
		for _, r := range Risks(c) {
			got = append(got, r.Key)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestEveryRiskHasWords prints each in both languages, with the option that cures it.
func TestEveryRiskHasWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{RiskPagesOpen, RiskPagesPublic, RiskCallbacksOpen,
		RiskCallbacksUnsigned, RiskNotEncrypted, RiskFetchWide, RiskFetchCloud, RiskProxiesWide} {
		for _, lang := range i18n.Languages() {
			p := catalogue.Printer(lang)
			said := Risk{Key: key, Value: "10.9.8.7"}.Sentence(p)
			if !p.Has("risk."+key+".what") || !p.Has("risk."+key+".cure") ||
				!strings.Contains(said, "--") || strings.Contains(said, "risk.") {
				t.Errorf("%s in %s: %s", key, lang, said)
			}
		}
	}
}
