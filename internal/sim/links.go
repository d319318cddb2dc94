package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const mediaPath = "/media/"

// The members of a link's query.
const (
	queryTask    = "task"
	queryVariant = "v" // tells two links of one task to one file apart
	queryExpires = "expires"
	querySig     = "sig"
)

// linker makes the signed links of a provider's storage and judges them when they come back. The
// key follows from the seed: a second run with the same seed sends the same links, so that the
// receiver sees repeated deliveries and not conflicting ones. A life makes every link new.
type linker struct {
	base string
	key  []byte
	life time.Duration
	now  func() time.Time
}

func newLinker(opt Options) linker {
	return linker{
		base: opt.MediaURL,
		key:  []byte("sim-links-" + strconv.FormatUint(opt.Seed, 10)),
		life: opt.Media.DieAfter,
		now:  opt.Now,
	}
}

// link returns the address of a file for a task; ref is "tea.mp4" or "tea.mp4@variant".
func (l linker) link(ref, taskID string) string {
	name, variant, _ := strings.Cut(ref, "@")
	q := url.Values{queryTask: {taskID}}
	if variant != "" {
		q.Set(queryVariant, variant)
	}
	if l.life > 0 {
		q.Set(queryExpires, strconv.FormatInt(l.now().Add(l.life).UnixMilli(), 10))
	}
	q.Set(querySig, l.sign(name, q))
	return l.base + mediaPath + url.PathEscape(name) + "?" + q.Encode()
}

// status judges a link: 200, 403 for one that was changed, 404 for a dead one. Without a
// signature a file is there for everyone, which is handy in a browser.
func (l linker) status(name string, q url.Values) int {
	if !q.Has(querySig) {
		return http.StatusOK
	}
	if !hmac.Equal([]byte(q.Get(querySig)), []byte(l.sign(name, q))) {
		return http.StatusForbidden
	}
	if !q.Has(queryExpires) {
		return http.StatusOK
	}
	end, err := strconv.ParseInt(q.Get(queryExpires), 10, 64)
	if err != nil || l.now().UnixMilli() >= end {
		return http.StatusNotFound
	}
	return http.StatusOK
}

func (l linker) sign(name string, q url.Values) string {
	mac := hmac.New(sha256.New, l.key)
	for _, part := range []string{
		name, q.Get(queryTask), q.Get(queryVariant), q.Get(queryExpires),
	} {
		mac.Write([]byte(part + "\n"))
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
