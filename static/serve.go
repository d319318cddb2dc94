package static

import (
	"bytes"
	"net/http"
	"path"
	"strings"
	"time"
)

// forEver is for a name that carries the hash of what is served under it.
const forEver = "public, max-age=31536000, immutable"

// serve answers one request.
func (f *Files) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name, hash := splitName(strings.TrimPrefix(r.URL.Path, "/"))
	found, ok := f.byName[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", cacheControl(hash == found.hash))
	header.Set("Content-Type", found.kind)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	body, tag := found.body, found.hash
	if found.packed != nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body, tag = found.packed, found.hash+"-gzip"
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// cacheControl lets a browser keep only what can never change: after an update an old page may
// still ask for an old name, and gets the current bytes, but must not keep them under it.
func cacheControl(hashed bool) string {
	switch {
	case fromDisk:
		return "no-store"
	case hashed:
		return forEver
	default:
		return "no-cache"
	}
}

// splitName takes a served name apart: "app.3fa9c1d25e.css" into "app.css" and the hash,
// "js.3fa9c1d25e/main.js" into "js/main.js" and the hash. A name without a hash stays whole.
func splitName(served string) (name, hash string) {
	folder, rest, nested := strings.Cut(served, "/")
	if base, hash, ok := strings.Cut(folder, "."); nested && ok && isHash(hash) {
		return base + "/" + rest, hash
	}
	extension := path.Ext(served)
	stem := strings.TrimSuffix(served, extension)
	if digits := strings.TrimPrefix(path.Ext(stem), "."); isHash(digits) {
		return strings.TrimSuffix(stem, "."+digits) + extension, digits
	}
	return served, ""
}

// isHash says whether the text has the shape of a hash in a name.
func isHash(text string) bool {
	return len(text) == hashLength && strings.Trim(text, "0123456789abcdef") == ""
}

// takesGzip reads an Accept-Encoding header.
func takesGzip(accepted string) bool {
	for offer := range strings.SplitSeq(accepted, ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(offer, " ", ""), ";")
		if coding == "gzip" || coding == "*" {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
