package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// The peers are programs that people know: nginx serves, curl fetches. Each comparison takes turns
// with them on the same files, in the same run, over loopback.

const peersGiB = 8 // of free disk that the files of a comparison may take

// BenchmarkPeersFetchOne fetches one file of a gibibyte into its place, synced and hashed, beside
// `curl -o` followed by `sync` of that file.
func BenchmarkPeersFetchOne(b *testing.B) {
	benchFetch(b, files{count: 1, bytes: 1 << 30})
}

// BenchmarkPeersFetchMany fetches 64 files of 20 MiB, eight at a time.
func BenchmarkPeersFetchMany(b *testing.B) {
	benchFetch(b, files{count: 64, bytes: 20 << 20})
}

// files are what is fetched in one turn.
type files struct {
	count int
	bytes int64
}

func benchFetch(b *testing.B, f files) {
	dir := b.TempDir()
	if free := freeGiB(b, dir); free < peersGiB {
		b.Skipf("%d GiB are free, %d are needed: set TMPDIR to a bigger disk", free, peersGiB)
	}
	server := startNginx(b, filepath.Join(dir, "www"))
	for i := range f.count {
		server.add(b, fmt.Sprintf("%d.mp4", i), f.bytes)
	}
	p := start(b, filepath.Join(dir, "data"), "--fetch-allow", loopback, "--log-level", "error",
		"--fetch-per-host", "8", // as many as there are curls
		"--ffmpeg", "none")
	idle := peakMiB(b, p.cmd.Process.Pid)
	var ours, curl []float64
	for round := range rounds {
		curl = append(curl, f.rate(b, func() { fetchByCurl(b, server, dir, f.count) }))
		ours = append(ours, f.rate(b, func() { p.fetchAll(b, server, round, f.count) }))
	}
	x, y := middle(curl), middle(ours)
	fmt.Printf("\n%d × %d MiB: curl and sync %.0f MB/s, reelback %.0f MB/s, ratio %.2f; "+
		"resident memory %d MiB at most (%d MiB idle)\n", f.count, f.bytes>>20, x, y, y/x,
		peakMiB(b, p.cmd.Process.Pid), idle)
	b.ReportMetric(y/x, "ratio")
}

// rate is how many megabytes a second a turn brought.
func (f files) rate(b *testing.B, turn func()) float64 {
	b.Helper()
	// What was written before must not be waited for in this turn.
	syscall.Sync()
	begun := time.Now()
	turn()
	return float64(int64(f.count)*f.bytes) / 1e6 / time.Since(begun).Seconds()
}

// fetchByCurl fetches the files with eight curls at a time and syncs them.
func fetchByCurl(b *testing.B, server *nginx, dir string, count int) {
	b.Helper()
	into := filepath.Join(dir, "curl")
	if err := os.MkdirAll(into, 0o750); err != nil {
		b.Fatal(err)
	}
	const script = `seq 0 $(($2 - 1)) | xargs -P 8 -I{} curl -sS -f -o "$1/{}.mp4" "$0/{}.mp4" &&
		sync "$1"/*.mp4`
	out, err := exec.Command("sh", "-c", script, server.origin, into, fmt.Sprint(count)).
		CombinedOutput()
	if err != nil {
		b.Fatalf("curl: %v: %s", err, out)
	}
	if err := os.RemoveAll(into); err != nil {
		b.Fatal(err)
	}
}

// fetchAll has the program save the files and waits until the last is in its place.
func (p *program) fetchAll(b *testing.B, server *nginx, round, count int) {
	b.Helper()
	for i := range count {
		p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"done","data":{"taskId":"peer-%d-%d",
			"info":{"resultUrls":["%s/%d.mp4"],"resolution":"1080p"},"fallbackFlag":false}}`,
			round, i, server.origin, i))
	}
	for i := range count {
		p.await(fmt.Sprintf("peer-%d-%d", round, i), saved)
	}
}

// nginx is a running web server and the folder it serves.
type nginx struct {
	dir, origin string
	pid         int
}

const nginxConfig = `daemon off;
worker_processes auto;
pid %[1]s/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
	access_log off;
	sendfile on;
	tcp_nopush off;
	keepalive_requests 1000000;
	types { video/mp4 mp4; }
	client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s;
	uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
	server { listen 127.0.0.1:%[2]d; root %[3]s; }
}
`

// startNginx starts nginx on a port of loopback and serves a new folder with it.
func startNginx(b *testing.B, dir string) *nginx {
	b.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		b.Skip("nginx is not there: make bench-peers installs it")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	// Its workers may be another user's.
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	port, state := freePort(b), b.TempDir()
	config := filepath.Join(state, "nginx.conf")
	text := fmt.Sprintf(nginxConfig, state, port, dir)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(path, "-c", config, "-p", state)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGQUIT); _ = cmd.Wait() })
	n := &nginx{dir: dir, pid: cmd.Process.Pid,
		origin: fmt.Sprintf("http://127.0.0.1:%d", port)}
	awaitPort(b, port)
	return n
}

// freePort is one that nobody listens on at the moment.
func freePort(b testing.TB) int {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// awaitPort waits until somebody listens.
func awaitPort(b testing.TB, port int) {
	b.Helper()
	for end := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			b.Fatalf("nobody listens on port %d: %v", port, err)
		}
		runtime.Gosched()
	}
}

// add puts a file there that begins as an MP4 does and goes on with noise.
func (n *nginx) add(b *testing.B, name string, bytes int64) {
	b.Helper()
	file, err := os.Create(filepath.Join(n.dir, name))
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 1<<20)
	for written := int64(0); written < bytes; written += int64(len(block)) {
		_, _ = rand.Read(block)
		if written == 0 {
			copy(block, "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42")
		}
		if _, err := file.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
