package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fetchBlock is what a kill may cost a file that is under way: what is in the receiver's buffer
// and not on the disk yet. Sockets may hold some more, which the server counts as sent.
const (
	fetchBlock  = 256 << 10
	socketSlack = 256 << 10
)

// shelf serves many files that differ, at a pace, and counts what it sends of each.
type shelf struct {
	*httptest.Server
	mu       sync.Mutex
	sent     map[string]int64
	requests map[string]int
	pace     float64   // bytes a second, of all answers together; 0 is as fast as it goes
	next     time.Time // when the next bytes may be sent
}

func newShelf(t *testing.T, pace float64) *shelf {
	t.Helper()
	s := &shelf{sent: make(map[string]int64), requests: make(map[string]int), pace: pace}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if tcp, ok := conn.(*net.TCPConn); ok && state == http.StateNew {
			_ = tcp.SetWriteBuffer(16 << 10) // what lies in it counts as sent
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// shelfFile is the content of a file, from 200 to 600 KiB, that begins as a video does.
func shelfFile(name string) []byte {
	seed := sha256.Sum256([]byte(name))
	content := make([]byte, 200<<10+int(seed[0])*1600)
	_, _ = rand.NewChaCha8(seed).Read(content) // never fails
	copy(content, "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41")
	return content
}

// ServeHTTP serves a file with its ETag and in ranges.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	s.mu.Lock()
	s.requests[name]++
	s.mu.Unlock()
	w.Header().Set("ETag", `"`+name+`"`)
	w.Header().Set("Content-Type", "video/mp4")
	http.ServeContent(&countedWriter{w, s, r, name}, r, "", time.Time{},
		bytes.NewReader(shelfFile(name)))
}

// countedWriter sends at the shelf's pace and counts.
type countedWriter struct {
	http.ResponseWriter
	shelf   *shelf
	request *http.Request
	name    string
}

func (w *countedWriter) Write(b []byte) (n int, err error) {
	const portion = 8 << 10
	for n < len(b) && err == nil {
		piece := b[n:min(n+portion, len(b))]
		if err = w.shelf.wait(w.request, len(piece)); err != nil {
			break
		}
		var m int
		m, err = w.ResponseWriter.Write(piece)
		if err == nil {
			err = http.NewResponseController(w.ResponseWriter).Flush()
		}
		n += m
		w.shelf.mu.Lock()
		w.shelf.sent[w.name] += int64(m)
		w.shelf.mu.Unlock()
	}
	return n, err
}

// wait waits for the turn of some bytes.
func (s *shelf) wait(r *http.Request, n int) error {
	s.mu.Lock()
	turn := time.Duration(0)
	if s.pace > 0 {
		now := time.Now()
		if s.next.Before(now) {
			s.next = now
		}
		turn = s.next.Sub(now)
		s.next = s.next.Add(time.Duration(float64(n) / s.pace * float64(time.Second)))
	}
	s.mu.Unlock()
	if turn <= 0 {
		return nil
	}
	select {
	case <-time.After(turn):
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

// hurry lets everything that is left be sent at once.
func (s *shelf) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace = 0
}

// kills is how often a test kills the program: make soak wants more.
func kills(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv(killsVariable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", killsVariable, err)
	}
	return n
}

// TestNoKillCostsMoreThanABlock saves three hundred files while the program is killed every second
// or so: all are saved, byte for byte, and of a file that was under way at a kill no more than a
// block is fetched twice.
func TestNoKillCostsMoreThanABlock(t *testing.T) {
	t.Parallel()
	const tasks, each = 100, 3
	rounds := kills(t, 7)
	total := 0
	for i := range tasks * each {
		total += len(shelfFile(fmt.Sprint(i)))
	}
	shelf := newShelf(t, float64(total)/float64(rounds+1))
	dir, rng := t.TempDir(), rand.New(rand.NewPCG(3, 4))
	args := []string{"--auth", "none", "--log-level", "error", "--fetch-allow", loopback,
		"--fetch-per-host", "8"}
	p := start(t, dir, args...)
	for i := range tasks {
		links := make([]string, each)
		for j := range links {
			links[j] = fmt.Sprintf(`"%s/%d"`, shelf.URL, i*each+j)
		}
		p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":"s-%d",
			"info":{"resultUrls":[%s]}}}`, i, strings.Join(links, ",")))
	}
	for range rounds {
		<-time.After(600*time.Millisecond + time.Duration(rng.IntN(600))*time.Millisecond)
		p.kill()
		p = start(t, dir, args...)
	}
	shelf.hurry()
	interrupted := 0
	for i := range tasks {
		got := p.await(fmt.Sprint("s-", i), saved)
		for j, a := range got.Assets {
			p.checkFile(a, shelfFile(fmt.Sprint(i*each+j)))
		}
		interrupted += p.attempts(got.TaskID, "interrupted")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "media", ".parts", "*.part")); len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	shelf.check(t, tasks*each, rounds)
	if interrupted == 0 {
		t.Error("no attempt says that it was interrupted")
	}
}

// check compares what was sent of each file with its length.
func (s *shelf) check(t *testing.T, files, rounds int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	again, twice, most := 0, int64(0), int64(0)
	for name, sent := range s.sent {
		extra := sent - int64(len(shelfFile(name)))
		cuts := s.requests[name] - 1
		again, twice, most = again+cuts, twice+extra, max(most, extra)
		if extra > int64(cuts)*(fetchBlock+socketSlack) {
			t.Errorf("file %s: %d bytes too many were sent in %d requests", name, extra, cuts+1)
		}
	}
	if len(s.sent) != files || again == 0 {
		t.Errorf("%d files were asked for, %d of them again", len(s.sent), again)
	}
	if twice > int64(again)*fetchBlock {
		t.Errorf("%d bytes were sent twice in %d further requests: more than a block of %d each",
			twice, again, fetchBlock)
	}
	t.Logf("%d kills, %d files under way at one: %d KiB sent twice, %d KiB of one at most", rounds,
		again, twice>>10, most>>10)
}

// checkFile compares a saved asset with what was served, on the disk and by the API's word.
func (p *program) checkFile(a apiAsset, want []byte) {
	p.t.Helper()
	sum := sha256.Sum256(want)
	res, err := http.Get(p.origin + a.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Equal(got, want) || a.SHA256 != hex.EncodeToString(sum[:]) {
		p.t.Errorf("%s: %d bytes, %v, hash %s; served were %d", a.URL, len(got), err, a.SHA256,
			len(want))
	}
}

// attempts counts the attempts at a task's files that ended in a way.
func (p *program) attempts(id, result string) (n int) {
	p.t.Helper()
	var list struct {
		Attempts []struct{ Result string }
	}
	p.get("/api/v1/tasks/kie/"+id+"/attempts", &list)
	for _, a := range list.Attempts {
		if a.Result == result {
			n++
		}
	}
	return n
}
