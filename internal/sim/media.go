package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// serveMedia answers with a file, whole or in ranges, with the faults the options ask for.
func (p *Provider) serveMedia(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if status := p.links.status(name, r.URL.Query()); status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	body, err := File(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(body)
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`) // lets If-Range resume
	http.ServeContent(p.faulty(w, r), r, name, time.Time{}, bytes.NewReader(body))
}

// faulty wraps w where a fault is due.
func (p *Provider) faulty(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	f := &faultyWriter{
		ResponseWriter: w,
		ctx:            r.Context(),
		wait:           p.opt.Wait,
		rate:           p.opt.Media.Rate,
		left:           -1,
	}
	link := r.URL.RequestURI()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opt.Media.CutAfter > 0 && !p.cut[link] {
		f.left = p.opt.Media.CutAfter
		f.onCut = func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.cut[link] = true
		}
	}
	if f.rate == 0 && f.left < 0 {
		return w
	}
	return f
}

// faultyWriter writes slowly, or breaks the connection off in the middle.
type faultyWriter struct {
	http.ResponseWriter
	ctx   context.Context
	wait  func(context.Context, time.Duration) error
	rate  int64  // bytes per second; 0 is no limit
	left  int64  // bytes until the cut; negative is no cut
	onCut func() // called once, before the cut
}

// Write implements io.Writer. It sends what it writes at once, as a slow line would.
func (f *faultyWriter) Write(b []byte) (int, error) {
	written := 0
	for len(b) > 0 {
		n := f.portion(len(b))
		if n == 0 {
			f.onCut()
			panic(http.ErrAbortHandler) // net/http's way to drop a connection without a word
		}
		m, err := f.ResponseWriter.Write(b[:n])
		written += m
		if err != nil {
			return written, err
		}
		if err := f.after(m); err != nil {
			return written, err
		}
		b = b[n:]
	}
	return written, nil
}

// portion is how much of n bytes goes out in one go: a tenth of a second's worth, and nothing
// once the cut is reached.
func (f *faultyWriter) portion(n int) int {
	if f.rate > 0 {
		n = int(min(int64(n), max(f.rate/10, 1)))
	}
	if f.left >= 0 {
		n = int(min(int64(n), f.left))
	}
	return n
}

func (f *faultyWriter) after(n int) error {
	if f.left >= 0 {
		f.left -= int64(n)
	}
	if flusher, ok := f.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
	if f.rate == 0 {
		return nil
	}
	return f.wait(f.ctx, time.Duration(n)*time.Second/time.Duration(f.rate))
}
