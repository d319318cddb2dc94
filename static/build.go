package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
)

// sheets lists the files of css in the order in which they are joined: the layers first, then
// what all components stand on, then one file a component.
func sheets() []string {
	return []string{"tokens.css", "base.css", "film.css", "shared.css", "page.css", "nav.css",
		"desk.css", "status.css", "badge.css", "button.css", "forms.css", "menu.css", "card.css",
		"grid.css", "progress.css", "tabs.css", "filters.css", "table.css", "register.css",
		"running.css", "diagnosis.css", "timeline.css", "raw.css", "record.css", "replay.css",
		"player.css", "edge.css", "dialog.css", "toast.css", "empty.css", "setup.css",
		"sourcetoken.css", "loss.css", "lost.css", "pace.css", "door.css", "attempts.css", "settings.css",
		"utilities.css"}
}

// hashLength is how many hexadecimal digits of the SHA-256 stand in a name.
const hashLength = 10

// sum returns the digits that stand for the content in a name.
func sum(body []byte) string {
	digest := sha256.Sum256(body)
	return hex.EncodeToString(digest[:])[:hashLength]
}

// pack compresses the content, or returns nil where that gains nothing. Writing to a buffer
// cannot fail.
func pack(body []byte) []byte {
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	if packed.Len() >= len(body) {
		return nil
	}
	return packed.Bytes()
}

// mediaType returns the type by extension. The system's own table is not asked: it differs from
// machine to machine, and a module with another type does not run.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	default:
		return "application/octet-stream"
	}
}

// resolveURLs replaces every url(../img/x.svg) of a style sheet by the served name of that file,
// relative to the joined sheet.
func (f *Files) resolveURLs(sheet []byte) ([]byte, error) {
	var missing error
	resolved := urlPattern().ReplaceAllFunc(sheet, func(match []byte) []byte {
		name := path.Join("css", string(urlPattern().FindSubmatch(match)[1]))
		found, ok := f.byName[name]
		if !ok {
			missing = fmt.Errorf("style sheet names %q, which does not exist", name)
			return match
		}
		return []byte(`url("` + found.served + `")`)
	})
	return resolved, missing
}

// urlPattern matches url() of a style sheet with its address, quoted or not.
func urlPattern() *regexp.Regexp { return regexp.MustCompile(`url\(["']?([^"')]+)["']?\)`) }
