package web

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
)

// maxRanges is how many ranges one answer may have. Players ask for one. Each has lines of its own,
// so that a header of 64 KiB could ask for megabytes of them.
const maxRanges = 16

// showMedia serves a saved file, whole or in ranges, and with ?download=1 as a download.
func (s *Server) showMedia(c echo.Context) error {
	name := param(c, "*")
	file, err := s.shelf.take(c.Request().Context(), name)
	if err != nil {
		return err
	}
	defer s.shelf.giveBack(file)

	h := c.Response().Header()
	setAll(h, file.headers)
	h.Set("Content-Disposition", disposition(c, path.Base(name)))

	tameRange(c.Request().Header, file.info.Size())
	// Echo's own writer hides ReadFrom and with it sendfile, so the inner one is used and Echo
	// is told afterwards.
	w := &pacedWriter{ResponseWriter: c.Response().Writer, status: http.StatusOK}
	http.ServeContent(w, c.Request(), "", file.info.ModTime(), file.File)
	c.Response().Committed = true
	c.Response().Status, c.Response().Size = w.status, w.sent
	return nil
}

// tameRange changes what http.ServeContent would answer in a way that helps nobody.
func tameRange(h http.Header, size int64) {
	asked := h.Get("Range")
	unit, _, _ := strings.Cut(asked, "=")
	switch {
	case !strings.EqualFold(strings.TrimSpace(unit), "bytes"):
		h.Del("Range") // of a unit that is not known, which RFC 9110 14.2 has us ignore
	case unit != "bytes":
		h.Set("Range", "bytes"+asked[len(unit):]) // units know no case
		tameRange(h, size)
	case strings.Count(asked, ",") >= maxRanges:
		h.Del("Range") // RFC 9110 allows to answer as if none were given
	case asked == "bytes=-0":
		h.Set("Range", fmt.Sprintf("bytes=%d-", size)) // there is no such part
	}
}

// mediaHeaders are what every answer about a file has.
func mediaHeaders(a task.Asset) []header {
	return []header{
		fixed("Content-Type", safeType(a)),
		fixed("ETag", `"`+a.SHA256+`"`),
		fixed("Cache-Control", "private, max-age=86400"),
		// Should a browser ever take the file for a page, that page may do nothing.
		fixed("Content-Security-Policy", "default-src 'none'; sandbox"),
	}
}

// safeType is the type a file is served as: one that browsers show as picture or video and
// never run, or the one they only download.
func safeType(a task.Asset) string {
	switch a.ContentType {
	case "video/mp4", "video/webm", "video/quicktime",
		"image/png", "image/jpeg", "image/webp", "image/gif":
		return a.ContentType
	}
	return "application/octet-stream"
}

func disposition(c echo.Context, name string) string {
	kind := "inline"
	if c.Request().URL.RawQuery != "" && c.QueryParam("download") != "" {
		kind = "attachment"
	}
	// Names are made of safe ASCII only; the replacement is for the day they are not.
	return fmt.Sprintf(`%s; filename="%s"`, kind, strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name))
}

// How much of a file is sent under one deadline, and how long that may take: a reader slower
// than 70 kB/s for a whole minute is gone, a slow download of an hour is not.
const (
	slice     = 4 << 20
	sliceTime = time.Minute
)

// pacedWriter sends with a deadline that moves on with every slice.
type pacedWriter struct {
	http.ResponseWriter
	status int
	sent   int64
}

func (w *pacedWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *pacedWriter) Write(b []byte) (int, error) {
	w.moveDeadline()
	n, err := w.ResponseWriter.Write(b)
	w.sent += int64(n)
	return n, err
}

// ReadFrom sends slice by slice. Each is a reader of its own around the file itself, which is
// the shape that sendfile needs.
func (w *pacedWriter) ReadFrom(src io.Reader) (int64, error) {
	limited, ok := src.(*io.LimitedReader)
	inner, canSend := w.ResponseWriter.(io.ReaderFrom)
	if !ok || !canSend {
		return io.Copy(struct{ io.Writer }{w}, src)
	}
	var total int64
	for limited.N > 0 {
		w.moveDeadline()
		part := &io.LimitedReader{R: limited.R, N: min(slice, limited.N)}
		n, err := inner.ReadFrom(part)
		total += n
		w.sent += n
		limited.N -= n
		if err != nil {
			return total, err
		}
		if part.N > 0 {
			return total, io.ErrUnexpectedEOF // the file is shorter than it was
		}
	}
	return total, nil
}

func (w *pacedWriter) moveDeadline() {
	// Not every writer knows deadlines; those of tests do not.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(sliceTime))
}

// Unwrap lets a ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
