package app

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/i18n"
)

// Risk is a setting that leaves something open which is rarely meant to be. Its words are in the
// catalogues: risk.KEY.what says what is open, risk.KEY.cure what to do.
type Risk struct {
	Key   string
	Value string // of the setting, where its words show one
}

// The keys of risks.
const (
	RiskPagesOpen         = "pages_open"
	RiskPagesPublic       = "pages_public"
	RiskCallbacksOpen     = "callbacks_open"
	RiskCallbacksUnsigned = "callbacks_unsigned"
	RiskNotEncrypted      = "not_encrypted"
	RiskFetchWide         = "fetch_wide"
	RiskFetchCloud        = "fetch_cloud"
	RiskProxiesWide       = "proxies_wide"
)

// Sentence says in the printer's language what is open and what to do about it.
func (r Risk) Sentence(p *i18n.Printer) string {
	space := " "
	if p.Lang() == i18n.Chinese {
		space = "" // its full stop brings its own
	}
	return p.T("risk."+r.Key+".what", "Value", r.Value) + space +
		p.T("risk."+r.Key+".cure", "Value", r.Value)
}

// Risks lists what the settings leave open, worst first. What is as it comes is no risk, and
// neither is what only this machine can reach.
func Risks(c config.Config) []Risk {
	var risks []Risk
	add := func(found bool, key, value string) {
		if found {
			risks = append(risks, Risk{Key: key, Value: value})
		}
	}
	public := isPublic(c.PublicURL)
	reachable := public || c.PublicAddr != "" || !isLocal(c.Addr)
	signed := len(c.KieHMACKey) > 0
	pagesPublic := public && c.PublicAddr == ""
	add(c.Auth == "none" && pagesPublic, RiskPagesPublic, c.PublicURL)
	add(c.Auth == "none" && !pagesPublic && !isLocal(c.Addr), RiskPagesOpen, c.Addr)
	add(c.CallbackAuth == "open" && !signed && reachable, RiskCallbacksOpen, "")
	add(c.CallbackAuth != "open" && !signed && (public || c.PublicAddr != ""),
		RiskCallbacksUnsigned, "")
	add(public && strings.HasPrefix(strings.ToLower(c.PublicURL), "http:"), RiskNotEncrypted,
		c.PublicURL)
	allowed, _ := c.Allowed() // Validate has looked at both
	for _, n := range allowed {
		add(isWide(n), RiskFetchWide, n.String())
		add(!isWide(n) && n.Contains(cloudAddr()), RiskFetchCloud, n.String())
	}
	proxies, _ := c.Proxies()
	for _, n := range proxies {
		add(isWide(n) && !isPrivate(n), RiskProxiesWide, n.String())
	}
	return risks
}

// cloudAddr is where cloud machines ask for their own passwords.
func cloudAddr() netip.Addr { return netip.AddrFrom4([4]byte{169, 254, 169, 254}) }

// isWide says whether a network has more machines than anybody knows by name.
func isWide(n netip.Prefix) bool {
	if n.Addr().Is4() {
		return n.Bits() < 16
	}
	return n.Bits() < 48
}

// isPrivate says whether a whole network is one's own: no stranger on the internet has an address
// of it.
func isPrivate(n netip.Prefix) bool {
	for _, own := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
		"fc00::/7"} {
		p, err := netip.ParsePrefix(own)
		if err == nil && n.Bits() >= p.Bits() && p.Contains(n.Addr()) {
			return true
		}
	}
	return false
}

// isLocal says whether only this machine reaches an address to listen on.
func isLocal(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && isLocalName(host)
}

func isLocalName(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		err == nil && ip.Unmap().IsLoopback()
}

// isPublic says whether an address leads here from other machines.
func isPublic(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && !isLocalName(strings.ToLower(u.Hostname()))
}
