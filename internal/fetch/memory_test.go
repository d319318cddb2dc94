package fetch

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// flood serves a file of any length that costs the server no memory.
func flood(size int64) http.HandlerFunc {
	chunk := video(64<<10, 1)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		for left := size; left > 0; left -= int64(len(chunk)) {
			if _, err := w.Write(chunk[:min(left, int64(len(chunk)))]); err != nil {
				return
			}
		}
	}
}

// It does not run beside other tests, which would use memory of their own.
func TestFetch_MemoryDoesNotGrowWithTheFile(t *testing.T) {
	const size, bound = 256 << 20, 6 << 20
	b, server := setup(t, nil), serve(t, flood(size))
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	calls, most := 0, uint64(0)
	got, err := b.Fetch(context.Background(), Request{URL: server.link(), Role: task.Video,
		Part: b.part, Progress: func(int64, int64) {
			if calls++; calls%16 == 0 {
				runtime.ReadMemStats(&during)
				most = max(most, during.HeapInuse)
			}
		}})
	if err != nil || got.Bytes != size {
		t.Fatalf("Fetch() = %+v, %v", got, err)
	}
	if most > before.HeapInuse+bound {
		t.Errorf("the heap grew from %d to %d bytes, want at most %d more", before.HeapInuse, most, bound)
	}
	t.Logf("heap in use: %d KiB before, at most %d KiB during", before.HeapInuse>>10, most>>10)
}

func BenchmarkFetch(b *testing.B) {
	const size = 64 << 20
	bench, server := setup(b, nil), serve(b, flood(size))
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bench.Fetch(context.Background(), Request{URL: server.link(),
			Role: task.Video, Part: bench.part}); err != nil {
			b.Fatal(err)
		}
		if err := bench.part.Reset(); err != nil {
			b.Fatal(err)
		}
	}
}
