package media

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/reelback/reelback/internal/task"
)

// SniffLen is how many bytes from the start of a file Sniff can make use of.
const SniffLen = 512

// The errors of Sniff.
var (
	ErrWrongType = errors.New("wrong type of file")
	ErrEmpty     = errors.New("the file is empty")
)

// Sniff tells from its first bytes what a file is. A thing that is certainly no file of the role
// is ErrWrongType, no bytes at all are ErrEmpty. Bytes that say nothing are kept under the
// declared type, or that of the link's ending, where it fits the role: a paid video in a format
// we do not know must not be lost.
func Sniff(head []byte, role task.Role, declared, link string) (string, error) {
	if len(head) == 0 {
		return "", ErrEmpty
	}
	head = head[:min(len(head), SniffLen)]
	found := recognise(head)
	if found == "" {
		if what := foreign(head); what != "" {
			return "", wrongType(what, role)
		}
		return hinted(role, declared, link), nil
	}
	if isImage(found) != wantsImage(role) {
		return "", wrongType(article(isImage(found)), role)
	}
	return found, nil
}

func wrongType(what string, role task.Role) error {
	return fmt.Errorf("%w: %s instead of %s", ErrWrongType, what, article(wantsImage(role)))
}

func article(image bool) string {
	if image {
		return "an image"
	}
	return "a video"
}

// recognise returns the content type of the videos and images we know, else nothing.
func recognise(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return typePNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return typeJPEG
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return typeGIF
	case bytes.HasPrefix(head, []byte("RIFF")) && at(head, 8, "WEBP"):
		return typeWebP
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		if bytes.Contains(head, []byte("matroska")) {
			return typeMatroska
		}
		return typeWebM
	case at(head, 4, "ftyp") && head[0] == 0:
		return brand(head)
	case at(head, 4, "moov"), at(head, 4, "mdat"), at(head, 4, "wide"), at(head, 4, "free"),
		at(head, 4, "skip"):
		if textual(head) == "" { // "The free offer …" is none
			return typeQuickTime // of the days before ftyp
		}
	}
	return ""
}

// brand tells the members of the ISO base media family apart by the major brand; one that is
// not known is taken for a video, which nearly all are.
func brand(head []byte) string {
	switch {
	case at(head, 8, "qt  "):
		return typeQuickTime
	case at(head, 8, "avif"), at(head, 8, "avis"):
		return typeAVIF
	case at(head, 8, "heic"), at(head, 8, "heix"):
		return typeHEIC
	case at(head, 8, "mif1"), at(head, 8, "msf1"): // the codec is among the further brands
		if bytes.Contains(head[:min(len(head), 64)], []byte("avif")) {
			return typeAVIF
		}
		return typeHEIC
	}
	return typeMP4
}

// foreign names what is certainly neither video nor image, else nothing.
func foreign(head []byte) string {
	signs := []struct{ prefix, what string }{
		{"%PDF-", "a PDF document"},
		{"PK\x03\x04", "a ZIP archive"},
		{"PK\x05\x06", "a ZIP archive"},
		{"\x1f\x8b\x08", "compressed data"},
		{"ID3", "a sound file"},
		{"fLaC", "a sound file"},
		{"\xff\xfe", "plain text"}, // byte order marks of UTF-16
		{"\xfe\xff", "plain text"},
	}
	for _, s := range signs {
		if bytes.HasPrefix(head, []byte(s.prefix)) {
			return s.what
		}
	}
	if bytes.HasPrefix(head, []byte("RIFF")) && at(head, 8, "WAVE") {
		return "a sound file"
	}
	return textual(head)
}

// textual names the kind of text the bytes are. Any encoding counts, since error pages come in
// many: what no text has is control bytes.
func textual(head []byte) string {
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1b {
			return ""
		}
	}
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	text = bytes.ToLower(bytes.TrimLeft(text, " \t\r\n\f"))
	switch {
	case bytes.HasPrefix(text, []byte("<")):
		return markup(text)
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return "JSON data"
	}
	return "plain text"
}

// markup names the kind of a text that begins with '<'.
func markup(text []byte) string {
	switch {
	case bytes.Contains(text, []byte("<html")), bytes.Contains(text, []byte("<!doctype html")):
		return "an HTML page"
	case bytes.Contains(text, []byte("<svg")):
		return "an SVG drawing"
	case bytes.HasPrefix(text, []byte("<?xml")):
		return "an XML document"
	}
	return "an HTML page"
}

// at says whether b has the wanted text at an offset.
func at(b []byte, off int, want string) bool {
	return len(b) >= off+len(want) && string(b[off:off+len(want)]) == want
}
