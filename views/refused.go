package views

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// refusedText says which address of a file was refused and which option lets it through. Refused is
// what the last attempt met, if any was made. It is empty where no address was refused.
func refusedText(f Frame, a task.Asset, refused string) string {
	if a.State != task.FailedAsset || !slices.Contains(task.RefusedReasons(), a.Error) {
		return ""
	}
	host, named := hostOf(a.SourceURL), addressOf(a.SourceURL)
	met := cmp.Or(refused, named)
	if addr, err := netip.ParseAddr(met); err == nil && addr.IsLinkLocalUnicast() {
		// Where clouds tell their machines' secrets: nothing there is a video.
		return f.T.T("refused.never", "Host", host, "Address", met)
	}
	switch {
	case refused == "" && named == "":
		return f.T.T("refused.host", "Host", host)
	case refused == "" || refused == named:
		return f.T.T("refused.address", "Host", host, "Address", named)
	default:
		return f.T.T("refused.leads", "Host", host, "Address", refused)
	}
}

// addressOf is the address that a link names without being looked up, empty for none.
func addressOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone("").String()
	}
	return ""
}
