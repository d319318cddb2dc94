package task

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// believable is how far from now a link's own word of its end may be, either way. Beyond, the
// number is none of seconds, or means something else.
const believable = 365 * 24 * time.Hour

// longestQuery is more than any signed link needs; a longer one is not searched.
const longestQuery = 8 << 10

// expiry is when a link of a task is expected to die: at the end of what the provider keeps for
// the product, or of what the link itself says, whichever is earlier. It is zero where nobody
// knows. Completed is when the file was made, now when its link arrived.
func expiry(t *Task, link string, completed, now time.Time, rules Rules) time.Time {
	end := linkEnd(link, now)
	if rules.Lifetime == nil {
		return end
	}
	life := rules.Lifetime(t.Provider, t.Product)
	if life <= 0 {
		return end
	}
	if kept := completed.Add(life); end.IsZero() || kept.Before(end) {
		return kept
	}
	return end
}

// linkEnd returns when a link says that it dies, the earliest of several times, and zero for one
// that does not say or is not to be believed. What is past already has died now: clocks differ,
// and one attempt is worth its while.
func linkEnd(link string, now time.Time) time.Time {
	_, query, found := strings.Cut(link, "?")
	if !found || len(query) > longestQuery {
		return time.Time{}
	}
	query, _, _ = strings.Cut(query, "#")
	said := linkTimes{now: now}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		said.hear(name, value)
	}
	return said.sum()
}

// linkTimes gathers what a link's parameters say of its end. Some mean that only beside others.
type linkTimes struct {
	now, end time.Time
	signed   time.Time     // when, of a link that says for how long
	signedBy string        // whose parameter that was
	life     time.Duration // from then on; negative when it is no number
	lifeBy   string
	azure    string // se, which is a time beside sig
	hasSig   bool
	qiniu    string // e, which is a time beside token
	hasToken bool
}

// hear takes one parameter. The names are those of S3, Google, Aliyun, Volcengine, Huawei,
// Tencent, Azure, Qiniu and CloudFront, and what smaller networks use.
func (l *linkTimes) hear(name, value string) {
	switch {
	case strings.EqualFold(name, "expires"), strings.EqualFold(name, "x-expires"):
		l.believe(unixSeconds(value))
	case strings.EqualFold(name, "q-sign-time"):
		_, end, _ := strings.Cut(unescaped(value), ";")
		l.believe(unixSeconds(end))
	case name == "se":
		l.azure = value
	case name == "sig":
		l.hasSig = value != ""
	case name == "e":
		l.qiniu = value
	case name == "token":
		l.hasToken = value != ""
	default:
		l.hearSigned(name, value)
	}
}

// hearSigned takes a parameter of a link that says when it was signed and for how long.
func (l *linkTimes) hearSigned(name, value string) {
	for _, by := range [...]string{"x-amz-", "x-goog-", "x-oss-", "x-tos-", "x-obs-"} {
		if len(name) <= len(by) || !strings.EqualFold(name[:len(by)], by) {
			continue
		}
		switch what := name[len(by):]; {
		case strings.EqualFold(what, "date"):
			l.signed, l.signedBy = timeIn(value, "20060102T150405Z"), by
		case strings.EqualFold(what, "expires"):
			l.life, l.lifeBy = -1, by
			if n, err := strconv.ParseUint(value, 10, 31); err == nil {
				l.life = time.Duration(n) * time.Second
			}
		}
		return
	}
}

// sum returns the end once all parameters are heard.
func (l *linkTimes) sum() time.Time {
	if l.signedBy != "" && l.signedBy == l.lifeBy && !l.signed.IsZero() && l.life >= 0 {
		l.believe(l.signed.Add(l.life))
	}
	if l.hasSig && l.azure != "" {
		l.believe(timeIn(unescaped(l.azure), time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly))
	}
	if l.hasToken {
		l.believe(unixSeconds(l.qiniu))
	}
	return l.end
}

// believe takes an end into account, as far as it is plausible.
func (l *linkTimes) believe(end time.Time) {
	if end.IsZero() || end.Sub(l.now).Abs() > believable {
		return
	}
	if end.Before(l.now) {
		end = l.now
	}
	if l.end.IsZero() || end.Before(l.end) {
		l.end = end
	}
}

// unixSeconds reads the seconds since 1970, zero for what are none. With more than ten digits
// they would be in another age.
func unixSeconds(text string) time.Time {
	if len(text) > len("1790000000") {
		return time.Time{}
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// longestTime is more than any written time needs.
const longestTime = 64

// timeIn reads a time in the first of the layouts it has, zero for none.
func timeIn(text string, layouts ...string) time.Time {
	if len(text) > longestTime {
		return time.Time{}
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// unescaped returns a parameter's value as it is meant, empty for one that is no time.
func unescaped(value string) string {
	if len(value) > longestTime {
		return ""
	}
	plain, err := url.QueryUnescape(value)
	if err != nil {
		return ""
	}
	return plain
}
