package config

import (
	"strings"
	"testing"
)

// closed is a configuration that asks people to sign in.
func closed(change func(*Config)) error {
	c := valid()
	c.Auth, c.OIDCRoleClaim, c.AuthRole = "password", "reelback_role", "viewer"
	change(&c)
	return c.CheckSignIn()
}

func TestSigningInElsewhereIsChecked(t *testing.T) {
	t.Parallel()
	provider := func(change func(*Config)) func(*Config) {
		return func(c *Config) {
			c.OIDCIssuer, c.OIDCClientID = "https://id.example.com", "reelback"
			c.PublicURL = "https://videos.example.com"
			change(c)
		}
	}
	header := func(change func(*Config)) func(*Config) {
		return func(c *Config) {
			c.AuthHeader, c.TrustProxies = "Remote-User", []string{"127.0.0.1"}
			change(c)
		}
	}
	wide := func(networks ...string) func(*Config) {
		return func(c *Config) { c.TrustProxies = networks }
	}
	for name, test := range map[string]struct {
		change func(*Config)
		want   string // in the error; empty where all is well
	}{
		"a provider":        {provider(func(*Config) {}), ""},
		"on this machine":   {provider(func(c *Config) { c.OIDCIssuer = "http://127.0.0.1:9/x" }), ""},
		"not encrypted":     {provider(func(c *Config) { c.OIDCIssuer = "http://id.lan" }), "not encrypted"},
		"no address":        {provider(func(c *Config) { c.OIDCIssuer = "id.lan" }), "--oidc-issuer"},
		"no client":         {provider(func(c *Config) { c.OIDCClientID = "" }), "--oidc-client-id"},
		"no public address": {provider(func(c *Config) { c.PublicURL = "" }), "--public-url"},
		"no claim":          {provider(func(c *Config) { c.OIDCRoleClaim = "" }), "--oidc-role-claim"},
		"open to all":       {provider(func(c *Config) { c.Auth = "none" }), "--auth none"},
		"scopes":            {provider(func(c *Config) { c.OIDCScopes = []string{"groups", "a:b/c"} }), ""},
		"no scope":          {provider(func(c *Config) { c.OIDCScopes = []string{"a b"} }), "no scope"},
		"an empty scope":    {provider(func(c *Config) { c.OIDCScopes = []string{""} }), "no scope"},
		"only there":        {provider(func(c *Config) { c.OIDCOnly = true }), ""},
		"only nowhere":      {func(c *Config) { c.OIDCOnly = true }, "needs --oidc-issuer"},
		"secret alone":      {func(c *Config) { c.OIDCSecret = "hush" }, "need --oidc-issuer"},
		"a header":          {header(func(*Config) {}), ""},
		"role header":       {header(func(c *Config) { c.AuthRoleFrom = "Remote-Groups" }), ""},
		"no proxies":        {header(func(c *Config) { c.TrustProxies = nil }), "--trusted-proxies"},
		"empty proxies": {header(func(c *Config) { c.TrustProxies = []string{" "} }),
			"--trusted-proxies"},
		"everybody": {header(func(c *Config) { c.TrustProxies = []string{"0.0.0.0/0"} }),
			"everybody"},
		"one half":          {header(wide("0.0.0.0/1")), "0.0.0.0/1"},
		"other half":        {header(wide("127.0.0.1", "128.0.0.0/1")), "128.0.0.0/1"},
		"an eighth":         {header(wide("2000::/3")), "2000::/3"},
		"private":           {header(wide("10.0.0.0/8", "fc00::/7", "fd00::/8", "172.16.0.0/12")), ""},
		"header, open":      {header(func(c *Config) { c.Auth = "none" }), "--auth none"},
		"no header's name":  {header(func(c *Config) { c.AuthHeader = "Remote User" }), "no header"},
		"taken":             {header(func(c *Config) { c.AuthHeader = "x-forwarded-for" }), "something else"},
		"twice the same":    {header(func(c *Config) { c.AuthRoleFrom = "remote-user" }), "the same"},
		"role header alone": {func(c *Config) { c.AuthRoleFrom = "X-Role" }, "needs --auth-header"},
	} {
		err := closed(test.change)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v does not say %q", name, err, test.want)
		case err != nil && strings.Contains(err.Error(), "hush"):
			t.Errorf("%s: the error holds the secret", name)
		}
	}
	c := Config{OIDCIssuer: "https://id.example.com:8443/x"}
	if got := c.OIDCLabel(); got != "id.example.com" {
		t.Errorf("called %q", got)
	}
	if c.OIDCName = "Example"; c.OIDCLabel() != "Example" {
		t.Errorf("called %q", c.OIDCLabel())
	}
}
