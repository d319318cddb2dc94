//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkPeersServe serves a file of 200 MiB, whole and in ranges, beside nginx.
func BenchmarkPeersServe(b *testing.B) {
	const size = 200 << 20
	dir := b.TempDir()
	if free := freeGiB(b, dir); free < peersGiB {
		b.Skipf("%d GiB are free, %d are needed: set TMPDIR to a bigger disk", free, peersGiB)
	}
	server := startNginx(b, filepath.Join(dir, "www"))
	server.add(b, "0.mp4", size)
	p := start(b, filepath.Join(dir, "data"), "--fetch-allow", loopback, "--log-level", "error")
	p.fetchAll(b, server, 0, 1)
	// How a file came into memory decides what serving it costs: both come by being read.
	readAnew(b, filepath.Join(dir, "www"), size)
	readAnew(b, filepath.Join(dir, "data"), size)
	theirs, ours := server.origin+"/0.mp4", p.origin+p.task("peer-0-0").Assets[0].URL
	fmt.Printf("\n%11s %7s  %9s %9s  %6s   %10s %10s  %6s\n", "connections", "KiB",
		"nginx MB/s", "ours MB/s", "ratio", "nginx s/GB", "ours s/GB", "CPU ×")
	for _, connections := range []int{1, 64} {
		for _, length := range []int64{size, 1 << 20, 64 << 10} {
			var x, y []served
			for range rounds {
				x = append(x, serve(b, server.pid, theirs, size, length, connections))
				y = append(y, serve(b, p.cmd.Process.Pid, ours, size, length, connections))
			}
			n, r := middleServed(x), middleServed(y)
			fmt.Printf("%11d %7d  %9.0f %9.0f  %6.2f   %10.2f %10.2f  %6.2f\n", connections,
				length>>10, n.rate, r.rate, r.rate/n.rate, n.cpu, r.cpu, r.cpu/n.cpu)
			b.ReportMetric(r.rate/n.rate, fmt.Sprintf("ratio@%d×%dKiB", connections, length>>10))
		}
	}
}

// readAnew has the files of a size below a folder leave memory, and come back.
func readAnew(b *testing.B, dir string, size int64) {
	b.Helper()
	found := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if info, err := file.Stat(); err != nil || info.Size() != size {
			return err
		}
		found++
		if err := errors.Join(file.Sync(),
			unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)); err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, file)
		return err
	})
	if err != nil || found != 1 {
		b.Fatalf("read %d files below %s anew: %v", found, dir, err)
	}
}

// served is what one turn measured: megabytes a second, and seconds of the server's processor
// time for a gigabyte.
type served struct{ rate, cpu float64 }

func middleServed(turns []served) served {
	var rates, cpus []float64
	for _, t := range turns {
		rates, cpus = append(rates, t.rate), append(cpus, t.cpu)
	}
	return served{middle(rates), middle(cpus)}
}

// serve reads a file over some connections for a while, the whole of it or ranges at random.
func serve(b *testing.B, pid int, link string, size, length int64, connections int) served {
	b.Helper()
	const turn = 1500 * time.Millisecond
	u, err := url.Parse(link)
	if err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	var total int64
	var all sync.WaitGroup
	before, begun := processorTime(b, pid), time.Now()
	for range connections {
		all.Go(func() {
			read, err := readFor(u, size, length, begun.Add(turn))
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total += read
		})
	}
	all.Wait()
	took := time.Since(begun)
	cpu := processorTime(b, pid) - before
	return served{rate: float64(total) / 1e6 / took.Seconds(),
		cpu: cpu.Seconds() / (float64(total) / 1e9)}
}

// readFor asks for one range after another over a connection, starts none once the time is up,
// and returns how much came.
func readFor(u *url.URL, size, length int64, end time.Time) (total int64, err error) {
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	head := bufio.NewReaderSize(conn, 4<<10)
	for time.Now().Before(end) {
		line := ""
		if length < size {
			from := rand.Int64N(size/length) * length
			line = fmt.Sprintf("Range: bytes=%d-%d\r\n", from, from+length-1)
		}
		_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", u.Path, line)
		if err != nil {
			return total, err
		}
		n, err := readHead(head)
		if err != nil {
			return total, err
		}
		if n != min(length, size) {
			return total, fmt.Errorf("%d bytes were announced for %d", n, length)
		}
		if err := drop(conn, head, n); err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// readHead reads the head of an answer and returns the length of what follows.
func readHead(from *bufio.Reader) (int64, error) {
	length := int64(-1)
	for first := true; ; first = false {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 20")) {
			return 0, fmt.Errorf("answered %s", bytes.TrimSpace(line))
		}
		if len(line) <= 2 {
			return length, nil
		}
		name, value, _ := strings.Cut(string(line), ":")
		if strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil {
				return 0, err
			}
		}
	}
}

// drop lets the system throw away n bytes without copying them here: the client shares the
// machine's processors with the servers, so it must cost little.
func drop(conn net.Conn, head *bufio.Reader, n int64) error {
	buffered := min(int64(head.Buffered()), n)
	if _, err := head.Discard(int(buffered)); err != nil {
		return err
	}
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return err
	}
	buffer := make([]byte, 1<<20)
	for left := n - buffered; left > 0; {
		var got int
		var failed error
		err := raw.Read(func(fd uintptr) bool {
			got, _, failed = syscall.Recvfrom(int(fd), buffer[:min(left, int64(len(buffer)))],
				syscall.MSG_TRUNC|syscall.MSG_DONTWAIT)
			return !errors.Is(failed, syscall.EAGAIN)
		})
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		if got == 0 {
			return io.ErrUnexpectedEOF
		}
		left -= int64(got)
	}
	return nil
}

// processorTime is what a process and its children have used so far.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	total := ticks(b, pid)
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for child := range strings.FieldsSeq(string(children)) {
		n, err := strconv.Atoi(child)
		if err != nil {
			b.Fatal(err)
		}
		total += ticks(b, n)
	}
	return time.Duration(total) * 10 * time.Millisecond // a tick is a hundredth of a second
}

// ticks are a process's utime and stime, fields 14 and 15 of proc(5)'s stat.
func ticks(b *testing.B, pid int) (sum int64) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')'):]))
	for _, field := range fields[12:14] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return sum
}
