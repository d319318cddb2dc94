package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// stallingServer takes connections and says nothing, so that saving does not take part in what
// is measured: its workers all wait.
func stallingServer(b *testing.B) string {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			b.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return "http://" + listener.Addr().String()
}

// load is what one run measured; times are in milliseconds.
type load struct{ rate, p50, p99 float64 }

// median returns the middle of each figure, NaN where nothing was run.
func median(runs []load) load {
	if len(runs) == 0 {
		return load{math.NaN(), math.NaN(), math.NaN()}
	}
	pick := func(of func(load) float64) float64 {
		values := make([]float64, len(runs))
		for i, r := range runs {
			values[i] = of(r)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return load{pick(func(l load) float64 { return l.rate }),
		pick(func(l load) float64 { return l.p50 }), pick(func(l load) float64 { return l.p99 })}
}

// drive posts callbacks with random task ids over a number of connections, each waiting for its
// answer before the next, and counts those answered 200 after a second of warming up.
func drive(b *testing.B, to string, connections int, length time.Duration, links string) load {
	b.Helper()
	u, err := url.Parse(to)
	if err != nil {
		b.Fatal(err)
	}
	warm := time.Now().Add(length / 4)
	end := warm.Add(length)
	var mu sync.Mutex
	var times []time.Duration
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			took, err := hammer(u, links, warm, end)
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, took...)
		})
	}
	all.Wait()
	if len(times) == 0 {
		b.Fatal("nothing was answered")
	}
	slices.Sort(times)
	ms := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1))]) / float64(time.Millisecond)
	}
	return load{rate: float64(len(times)) / length.Seconds(), p50: ms(0.5), p99: ms(0.99)}
}

// hammer is one connection. It writes requests by hand: the client shares the machine's cores
// with the server, so it must cost little.
func hammer(u *url.URL, links string, warm, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	answers := bufio.NewReaderSize(conn, 4<<10)
	var took []time.Duration
	var request bytes.Buffer
	for {
		writeCallback(&request, u, links)
		begun := time.Now()
		if begun.After(end) {
			return took, nil
		}
		if _, err := conn.Write(request.Bytes()); err != nil {
			return nil, err
		}
		if err := readAnswer(answers); err != nil {
			return nil, err
		}
		if done := time.Now(); begun.After(warm) && done.Before(end) {
			took = append(took, done.Sub(begun))
		}
	}
}

func writeCallback(into *bytes.Buffer, u *url.URL, links string) {
	body := fmt.Sprintf(`{"code":200,"msg":"Veo3.1 video generated successfully.","data":{"taskId":`+
		`"%016x%016x","info":{"resultUrls":["%[3]s/v/%[1]x.mp4"],"originUrls":["%[3]s/o/%[1]x.mp4"],`+
		`"resolution":"1080p"},"fallbackFlag":false}}`, rand.Uint64(), rand.Uint64(), links)
	into.Reset()
	fmt.Fprintf(into, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"User-Agent: okhttp/4.12.0\r\nContent-Length: %d\r\n\r\n%s", u.Path, len(body), body)
}

// readAnswer reads one answer to its end and expects 200.
func readAnswer(from *bufio.Reader) error {
	status, err := from.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200") {
		return fmt.Errorf("answered %s", strings.TrimSpace(status))
	}
	length := 0
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(string(value))); err != nil {
				return err
			}
		}
	}
	_, err = io.CopyN(io.Discard, from, int64(length))
	return err
}
