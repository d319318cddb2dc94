package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

const (
	bigTable    = 1_000_000
	bigTableGiB = 8 // of free disk that the big table, its log and the run on top of it may take
)

// BenchmarkLongBigTable is BenchmarkCallbacks with a million tasks stored. Their ids are random,
// as the providers' are, so that each callback meets another page of the index.
func BenchmarkLongBigTable(b *testing.B) {
	dir := b.TempDir()
	if free := freeGiB(b, dir); free < bigTableGiB {
		b.Skipf("%d GiB are free, %d are needed: set TMPDIR to a bigger disk", free, bigTableGiB)
	}
	fill(b, filepath.Join(dir, "reelback.db"), bigTable)
	c := comparison{length: 4 * time.Second, links: stallingServer(b),
		decoding: startYardstick(b, decoding),
		program:  start(b, dir, "--fetch-allow", loopback, "--log-level", "error")}
	c.head()
	for _, connections := range []int{64, 256} {
		c.run(b, connections, false)
	}
}

// BenchmarkLongSlowSync adds two milliseconds to every sync, as a network volume does.
func BenchmarkLongSlowSync(b *testing.B) {
	path, err := exec.LookPath("strace")
	if err != nil {
		b.Skip("strace is not there to slow the disk down: make prepare installs it")
	}
	slow := []string{path, "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null",
		"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=2000"}
	c := comparison{length: 4 * time.Second, links: stallingServer(b),
		storing: startYardstick(b, storing, slow...),
		program: startUnder(b, slow, b.TempDir(), "--fetch-allow", loopback,
			"--log-level", "error")}
	c.head()
	for _, connections := range []int{64, 256} {
		c.run(b, connections, true)
	}
}

// BenchmarkLongMemory prints the most memory the program ever held while 256 connections sent
// callbacks for a minute.
func BenchmarkLongMemory(b *testing.B) {
	p := start(b, b.TempDir(), "--fetch-allow", loopback, "--log-level", "error")
	idle := peakMiB(b, p.cmd.Process.Pid)
	l := drive(b, p.sources["veo3.1"], 256, time.Minute, stallingServer(b))
	peak := peakMiB(b, p.cmd.Process.Pid)
	fmt.Printf("\n256 connections for 60 s: %.0f callbacks/s, resident memory %d MiB at most "+
		"(%d MiB idle)\n", l.rate, peak, idle)
	b.ReportMetric(float64(peak), "MiB")
}

// fill stores n succeeded tasks whose videos are long saved in a new database.
func fill(b *testing.B, path string, n int) {
	b.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	const batch = 1000
	for done := 0; done < n; done += batch {
		in := make([]store.Incoming, batch)
		for i := range in {
			in[i] = stored(rng)
		}
		if _, err := s.CommitDeliveries(ctx, in); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	haveSaved(b, path)
}

// stored is a callback of a task with two videos.
func stored(rng *rand.Rand) store.Incoming {
	id := fmt.Sprintf("%016x%016x", rng.Uint64(), rng.Uint64())
	link := "https://tempfile.example.com/v/" + id
	body := []byte(`{"code":200,"msg":"Veo3.1 video generated successfully.","data":{"taskId":"` +
		id + `","info":{"resultUrls":["` + link + `.mp4"],"originUrls":["` + link +
		`-o.mp4"],"resolution":"1080p"},"fallbackFlag":false}}`)
	return store.Incoming{
		Delivery: task.Delivery{Source: "veo3.1", Provider: "kie", ReceivedAt: time.Now(),
			RemoteAddr: "127.0.0.1", Bytes: int64(len(body)), Body: body,
			Headers: []task.Header{{Name: "Content-Type", Value: "application/json"}}},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: id, Code: 200,
			Result: task.ResultSucceeded, Fallback: task.FallbackNo, Resolution: "1080p",
			Message: "Veo3.1 video generated successfully.",
			Files: []task.ReportFile{{Role: task.Video, URL: link + ".mp4"},
				{Role: task.Original, URL: link + "-o.mp4"}}},
	}
}

// haveSaved makes a database look as if every file of it had been saved, so that the saver has
// nothing to do.
func haveSaved(b *testing.B, path string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	_, err = db.ExecContext(context.Background(), `
		UPDATE assets SET state = 'saved', bytes = 1, path = '2026-11/' || task || role || '.mp4';
		UPDATE tasks SET status = 'saved';
		UPDATE task_counts SET status = 'saved';`)
	if err := errors.Join(err, db.Close()); err != nil {
		b.Fatal(err)
	}
}

func freeGiB(b *testing.B, dir string) uint64 {
	b.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		b.Fatal(err)
	}
	return fs.Bavail * uint64(fs.Bsize) >> 30
}

// peakMiB is the most memory a process has ever had resident.
func peakMiB(b *testing.B, pid int) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return kib >> 10
		}
	}
	b.Fatal("the system does not say how much memory the program has")
	return 0
}
