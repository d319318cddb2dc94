package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// smallDisk returns the command under which a folder is a disk of its own, with a few megabytes,
// for the program alone.
func smallDisk(t *testing.T, dir, size string) []string {
	t.Helper()
	for _, namespace := range []string{"-m", "-rm"} { // as root, or as root of a namespace
		if exec.Command("unshare", namespace, "true").Run() == nil {
			return []string{"unshare", namespace, "sh", "-c",
				`mount -t tmpfs -o size=` + size + ` tmpfs "$0" && exec "$@"`, dir}
		}
	}
	t.Skip("no small disk can be made here: unshare -m is not permitted")
	return nil
}

// inside is where a folder that only the program sees is seen from here.
func (p *program) inside(dir string) string {
	return fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, dir)
}

// burst sends callbacks over some connections until it is told to stop, and notes the answers.
type burst struct {
	mu       sync.Mutex
	changed  *sync.Cond
	kept     []string // answered 200
	turned   []string // answered 503
	inARow   int      // last answers that were 200
	complain []string
	stopped  bool
	senders  sync.WaitGroup
}

func (p *program) startBurst(connections int) *burst {
	b := new(burst)
	b.changed = sync.NewCond(&b.mu)
	for sender := range connections {
		b.senders.Go(func() {
			for n := 0; b.goesOn(); n++ {
				id := fmt.Sprintf("k-%d-%d", sender, n)
				body := `{"code":501,"msg":"Failed","data":{"taskId":"` + id + `","padding":"` +
					strings.Repeat("x", 2000) + `"}}`
				res, err := http.Post(p.sources["veo3.1"], "application/json",
					strings.NewReader(body))
				b.note(id, res, err)
			}
		})
	}
	return b
}

func (b *burst) goesOn() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.stopped
}

func (b *burst) note(id string, res *http.Response, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.changed.Broadcast()
	if err != nil {
		b.complain = append(b.complain, err.Error())
		b.stopped = true
		return
	}
	_, err = io.Copy(io.Discard, res.Body)
	err = errors.Join(err, res.Body.Close())
	switch {
	case err != nil:
		b.complain = append(b.complain, err.Error())
	case res.StatusCode == http.StatusOK:
		b.kept = append(b.kept, id)
		b.inARow++
		return
	case res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "":
		b.complain = append(b.complain, fmt.Sprintf("%s, Retry-After %q", res.Status,
			res.Header.Get("Retry-After")))
	default:
		b.turned = append(b.turned, id)
	}
	b.inARow = 0
}

// await waits until what has been answered fits, or a sender has had to stop.
func (b *burst) await(fits func() bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !fits() && !b.stopped {
		b.changed.Wait()
	}
}

func (b *burst) stop() {
	b.mu.Lock()
	b.stopped = true
	b.mu.Unlock()
	b.senders.Wait()
}

// TestADiskThatFillsUp fills the disk under a burst of callbacks: they are answered 503 until
// there is room again, then 200 by itself, and every one that was answered 200 is on the disk.
func TestADiskThatFillsUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startUnder(t, smallDisk(t, dir, "24m"), dir, "--log-level", "error")
	b := p.startBurst(8)
	b.await(func() bool { return len(b.kept) >= 50 })
	filler := filepath.Join(p.inside(dir), "filler")
	if err := fillDisk(filler); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk was to be filled: %v", err)
	}
	b.await(func() bool { return len(b.turned) >= 50 })
	p.checkTold()
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.inARow = 0
	b.mu.Unlock()
	b.await(func() bool { return b.inARow >= 50 })
	b.stop()
	p.awaitReady()
	if n := strings.Count(p.log.String(), "level=ERROR"); n == 0 || n > 12 {
		t.Errorf("%d errors in the log about %d callbacks", n, len(b.turned))
	}
	for _, complaint := range b.complain {
		t.Error(complaint)
	}
	p.checkKept(b)

	// The disk ends with the program: what is on it now must do for another one.
	copied := t.TempDir()
	for _, name := range []string{"reelback.db", "reelback.db-wal"} {
		content, err := os.ReadFile(filepath.Join(p.inside(dir), name))
		if err == nil {
			err = os.WriteFile(filepath.Join(copied, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	start(t, copied, "--log-level", "error").checkKept(b)
	t.Logf("%d callbacks answered 200, each stored once; %d answered 503", len(b.kept),
		len(b.turned))
}

// checkTold expects a program that cannot write to say so to machines and people.
func (p *program) checkTold() {
	p.t.Helper()
	for path, want := range map[string]struct {
		status int
		word   string
	}{
		"/healthz":            {http.StatusOK, "ok"},
		"/readyz":             {http.StatusServiceUnavailable, `"reason":"disk_full"`},
		"/deliveries?lang=en": {http.StatusOK, "Make room on that disk"},
	} {
		res, err := http.Get(p.origin + path)
		if err != nil {
			p.t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != want.status || !strings.Contains(string(body), want.word) {
			p.t.Errorf("%s with a full disk: %d without %q, %v", path, res.StatusCode, want.word, err)
		}
	}
}

// awaitReady waits until the program is ready again.
func (p *program) awaitReady() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	news := p.watch(ctx)
	for p.status("/readyz") != http.StatusOK {
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatal("the program did not become ready again")
		}
	}
}

// checkKept expects every callback that was answered 200 to be there once, and none twice.
func (p *program) checkKept(b *burst) {
	p.t.Helper()
	stored := p.allDeliveries()
	for _, id := range b.kept {
		if stored[id] != 1 {
			p.t.Errorf("%s was answered 200 and is there %d times", id, stored[id])
		}
	}
	for _, id := range b.turned {
		if stored[id] > 1 {
			p.t.Errorf("%s is there %d times", id, stored[id])
		}
	}
}

// fillDisk writes to a file until nothing more can be written, and returns the error.
func fillDisk(path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for _, size := range []int{1 << 20, 1 << 12} {
		block := make([]byte, size)
		for err = nil; err == nil; {
			_, err = file.Write(block)
		}
	}
	return err
}

func (p *program) status(path string) int {
	p.t.Helper()
	res, err := http.Get(p.origin + path)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}
