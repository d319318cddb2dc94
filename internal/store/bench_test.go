package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// BenchmarkCommitDeliveries measures the complete write of new callbacks with random ids and two
// assets each, in batches as they form at 64 connections. It reports microseconds a delivery.
func BenchmarkCommitDeliveries(b *testing.B) {
	const batch = 32
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(b.TempDir(), "bench.db"),
		Rules: task.Rules{Lifetime: func(string, string) time.Duration { return 14 * 24 * time.Hour }}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	rng := rand.New(rand.NewPCG(1, 2))
	b.ResetTimer()
	for b.Loop() {
		in := make([]store.Incoming, batch)
		for i := range in {
			in[i] = benchIncoming(rng)
		}
		if _, err := s.CommitDeliveries(ctx, in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*batch), "µs/delivery")
}

func benchIncoming(rng *rand.Rand) store.Incoming {
	id := fmt.Sprintf("%016x%016x", rng.Uint64(), rng.Uint64())
	link := "https://tempfile.example.com/v/" + id
	body := `{"code":200,"msg":"Veo3.1 video generated successfully.","data":{"taskId":"` + id +
		`","info":{"resultUrls":["` + link + `.mp4"],"originUrls":["` + link +
		`-o.mp4"],"resolution":"1080p"},"fallbackFlag":false}}`
	return store.Incoming{
		Delivery: task.Delivery{Source: "veo3.1", Provider: "kie", ReceivedAt: time.Now(),
			RemoteAddr: "127.0.0.1", Bytes: int64(len(body)), Body: []byte(body),
			Headers: []task.Header{{Name: "Content-Length", Value: fmt.Sprint(len(body))},
				{Name: "Content-Type", Value: "application/json"},
				{Name: "User-Agent", Value: "okhttp/4.12.0"}}},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: id,
			Result: task.ResultSucceeded, Code: 200, Fallback: task.FallbackNo,
			Message: "Veo3.1 video generated successfully.", Resolution: "1080p",
			Files: []task.ReportFile{{Role: task.Video, URL: link + ".mp4"},
				{Role: task.Original, URL: link + "-o.mp4"}}},
	}
}
