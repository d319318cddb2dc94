package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// OIDCLabel is what the page for signing in calls the provider.
func (c *Config) OIDCLabel() string {
	if c.OIDCName != "" {
		return c.OIDCName
	}
	return c.OIDCHost()
}

// OIDCHost is the host of the provider's address.
func (c *Config) OIDCHost() string {
	u, err := url.Parse(c.OIDCIssuer)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// CheckSignIn reports what is wrong with the options about signing in elsewhere, which need each
// other.
func (c *Config) CheckSignIn() error { return errors.Join(c.checkOIDC(), c.checkAuthHeader()) }

func (c *Config) checkOIDC() error {
	if c.OIDCIssuer == "" {
		if c.OIDCClientID != "" || c.OIDCSecret != "" {
			return errors.New("--oidc-client-id and --oidc-client-secret need --oidc-issuer: " +
				"give the provider's address or leave them out")
		}
		if c.OIDCOnly {
			return errors.New("--oidc-only needs --oidc-issuer: nobody could sign in otherwise")
		}
		return nil
	}
	errs := []error{checkWeb("--oidc-issuer", c.OIDCIssuer)}
	u, err := url.Parse(c.OIDCIssuer)
	if err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		errs = append(errs, errors.New("--oidc-issuer is not encrypted, so that anybody on the way "+
			"could sign in as anybody: give its https address"))
	}
	if c.OIDCClientID == "" {
		errs = append(errs, errors.New("--oidc-issuer needs --oidc-client-id: register this server at "+
			"the provider, which gives it one"))
	}
	if c.PublicURL == "" {
		errs = append(errs, errors.New("--oidc-issuer needs --public-url: the provider sends people "+
			"back to an address below it"))
	}
	if c.OIDCRoleClaim == "" {
		errs = append(errs, errors.New("--oidc-role-claim is empty: name a claim such as reelback_role"))
	}
	for _, scope := range c.OIDCScopes {
		if scope == "" || strings.ContainsFunc(scope, func(r rune) bool {
			return r <= ' ' || r > '~' || r == '"' || r == '\\'
		}) {
			errs = append(errs, fmt.Errorf("--oidc-scopes %q is no scope: give a word such as groups", scope))
		}
	}
	return errors.Join(append(errs, c.needsSignIn("--oidc-issuer"))...)
}

func (c *Config) checkAuthHeader() error {
	if c.AuthHeader == "" {
		if c.AuthRoleFrom != "" {
			return errors.New("--auth-header-role-header needs --auth-header: give both or neither")
		}
		return nil
	}
	errs := []error{checkHeader("--auth-header", c.AuthHeader), c.needsSignIn("--auth-header")}
	if c.AuthRoleFrom != "" {
		errs = append(errs, checkHeader("--auth-header-role-header", c.AuthRoleFrom))
	}
	if strings.EqualFold(c.AuthHeader, c.AuthRoleFrom) {
		errs = append(errs, errors.New("--auth-header and --auth-header-role-header are the same: "+
			"give two headers"))
	}
	proxies, err := c.Proxies()
	if err == nil && len(proxies) == 0 {
		errs = append(errs, errors.New("--auth-header needs --trusted-proxies: "+
			"anybody could write that header otherwise"))
	}
	for _, n := range proxies {
		if n.Bits() < narrowest(n) {
			errs = append(errs, fmt.Errorf("--auth-header cannot go with --trusted-proxies %s, which is "+
				"everybody or nearly so: give the address of the proxy", n))
		}
	}
	return errors.Join(errs...)
}

// narrowest is the shortest prefix that a header is believed from: half of all addresses, given
// twice, are as bad as all. The private networks are not shorter, but for fc00::/7.
func narrowest(n netip.Prefix) int {
	switch {
	case n.Addr().Is4():
		return 8
	case n.Addr().IsPrivate():
		return 7
	default:
		return 16
	}
}

func (c *Config) needsSignIn(flag string) error {
	if c.Auth == "none" {
		return fmt.Errorf("%s is of no use with --auth none: leave one of them out", flag)
	}
	return nil
}

// checkHeader refuses what is no header's name, and those that say something else already.
func checkHeader(flag, name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	if strings.Trim(name, letters) != "" {
		return fmt.Errorf("%s %q is no header: give a name such as Remote-User", flag, name)
	}
	for _, taken := range []string{"Accept", "Authorization", "Cookie", "Host", "Origin", "Forwarded",
		"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "User-Agent", "Content-Type"} {
		if strings.EqualFold(name, taken) {
			return fmt.Errorf("%s %s says something else: give a name such as Remote-User", flag, name)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
