package fetch

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/media"
)

// verdict is what an answer means for the part.
type verdict int

const (
	refused  verdict = iota // not the file
	fresh                   // the file from its first byte
	resumed                 // the rest of the file
	complete                // the part is the whole file
	useless                 // no use for this part; to be asked again from zero
)

// offset returns where an attempt may go on in the part, 0 for the beginning. A link that
// differs from the part's by its query alone is usually the same file signed anew; that takes a
// strong ETag to prove.
func offset(part *media.Part, link string) int64 {
	v, size := part.Validator(), part.Size()
	if size < media.SniffLen || (v.Total > 0 && size > v.Total) {
		return 0
	}
	switch {
	case v.ETag == "" && v.LastModified == "":
		return 0
	case v.URL == link:
		return size
	case v.ETag != "" && withoutQuery(v.URL) == withoutQuery(link):
		return size
	}
	return 0
}

func withoutQuery(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	u.RawQuery, u.Fragment, u.RawFragment = "", "", ""
	return u.String()
}

// judge reads an answer to a request for the bytes from offset on.
func judge(resp *http.Response, offset int64, v media.Validator) verdict {
	switch {
	case resp.StatusCode == http.StatusOK:
		return fresh
	case offset == 0:
		return refused
	case resp.StatusCode == http.StatusPartialContent:
		got, ok := parseRange(resp.Header.Get("Content-Range"))
		if ok && continues(got, offset, v) && sameTag(resp, v) && lengthFits(resp, got) {
			return resumed
		}
		return useless
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		got, ok := parseRange(resp.Header.Get("Content-Range"))
		if ok && got.first < 0 && got.total == offset && sameTag(resp, v) {
			return complete
		}
		return useless
	}
	return refused
}

func continues(got byteRange, offset int64, v media.Validator) bool {
	known := got.total > 0 && v.Total > 0
	return got.first == offset && (!known || got.total == v.Total)
}

// sameTag says whether an answer's ETag, where it has one, is the part's.
func sameTag(resp *http.Response, v media.Validator) bool {
	tag := resp.Header.Get("ETag")
	return tag == "" || v.ETag == "" || tag == v.ETag
}

func lengthFits(resp *http.Response, got byteRange) bool {
	return resp.ContentLength < 0 || resp.ContentLength == got.last-got.first+1
}

// byteRange is a Content-Range (RFC 9110, section 14.4).
type byteRange struct {
	first, last int64 // both -1 for "*"
	total       int64 // 0 for "*"
}

func parseRange(header string) (byteRange, bool) {
	unit, rest, _ := strings.Cut(header, " ")
	span, whole, ok := strings.Cut(rest, "/")
	if !ok || !strings.EqualFold(unit, "bytes") {
		return byteRange{}, false
	}
	r := byteRange{first: -1, last: -1}
	if whole != "*" {
		if r.total, ok = parseLength(whole); !ok {
			return byteRange{}, false
		}
	}
	if span == "*" {
		return r, true
	}
	first, last, _ := strings.Cut(span, "-")
	var okFirst, okLast bool
	r.first, okFirst = parseLength(first)
	r.last, okLast = parseLength(last)
	return r, okFirst && okLast && r.first <= r.last && (r.total == 0 || r.last < r.total)
}

func parseLength(digits string) (int64, bool) {
	n, err := strconv.ParseUint(digits, 10, 63)
	return int64(n), err == nil
}

// validator returns what an answer with the whole file says about it.
func validator(resp *http.Response, link string) media.Validator {
	v := media.Validator{
		URL:         link,
		ContentType: resp.Header.Get("Content-Type"),
		Total:       max(resp.ContentLength, 0),
	}
	if tag := resp.Header.Get("ETag"); len(tag) > 2 && tag[0] == '"' { // "W/" begins a weak one
		v.ETag = tag
	}
	// A date proves nothing of a file that changed in the very second of the answer (RFC 9110,
	// section 8.8.2.2).
	modified, err := http.ParseTime(resp.Header.Get("Last-Modified"))
	if err != nil {
		return v
	}
	if now, err := http.ParseTime(resp.Header.Get("Date")); err == nil && modified.Before(now) {
		v.LastModified = resp.Header.Get("Last-Modified")
	}
	return v
}
