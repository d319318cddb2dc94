//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// dialFrom connects to the program from an address of this machine's own network.
func (p *program) dialFrom(ctx context.Context, last byte) (net.Conn, error) {
	u, err := url.Parse(p.origin)
	if err != nil {
		return nil, err
	}
	from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, last)}
	return (&net.Dialer{LocalAddr: from, Timeout: patience}).DialContext(ctx, "tcp", u.Host)
}

// both makes two attacks at once.
func both(a, b attack) attack {
	return func(ctx context.Context, t *testing.T, p *program, ready func()) {
		var second sync.WaitGroup
		second.Go(func() { b(ctx, t, p, ready) })
		a(ctx, t, p, ready)
		second.Wait()
	}
}

// dribble opens connections that begin a request and go on with a byte now and then. After the
// attack it sees that the server gives such a connection up, with the answer if there is one.
func dribble(begin, more string, answer int) attack {
	return func(ctx context.Context, t *testing.T, p *program, ready func()) {
		var slow sync.WaitGroup
		defer slow.Wait()
		for range 150 { // with those of the other kind fewer than one address may have
			slow.Go(func() { p.dribbleOn(ctx, begin, more) })
		}
		conn, err := p.dialFrom(ctx, 1)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, p.withPath(begin))
		ready()
		go func() { // goes on past the attack, until the server has had enough
			for {
				if _, err := io.WriteString(conn, more); err != nil {
					return
				}
				<-time.After(100 * time.Millisecond)
			}
		}()
		begun := time.Now()
		_ = conn.SetReadDeadline(begun.Add(patience))
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("the server waited %v", took)
		}
		switch {
		case answer == 0 && err == nil && res.StatusCode != http.StatusRequestTimeout:
			t.Errorf("slow headers were answered %s", res.Status)
		case answer != 0 && (err != nil || res.StatusCode != answer):
			t.Errorf("a slow body was answered %v, %v", res, err)
		}
	}
}

func (p *program) dribbleOn(ctx context.Context, begin, more string) {
	conn, err := p.dialFrom(ctx, 1)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	text := p.withPath(begin)
	for {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		text = more
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// withPath puts the path of a callback address into a request.
func (p *program) withPath(request string) string {
	path := strings.TrimPrefix(p.sources["veo3.1"], p.origin)
	return strings.ReplaceAll(request, "{path}", path)
}

// crowdIn opens 5,000 connections from ten addresses, or what the limit on open files allows, and
// says nothing on any.
func crowdIn(ctx context.Context, t *testing.T, p *program, ready func()) {
	wanted := min(5000, openFiles(t)-500)
	var open atomic.Int32
	var callers sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	for n := range 10 {
		callers.Go(func() {
			for range wanted / 10 {
				conn, err := p.dialFrom(ctx, byte(2+n))
				if err != nil {
					return
				}
				open.Add(1)
				mu.Lock()
				conns = append(conns, conn)
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	ready()
	<-ctx.Done()
	t.Logf("%d of %d idle connections were opened", open.Load(), wanted)
	for _, conn := range conns {
		_ = conn.Close()
	}
	if int(open.Load()) < wanted/2 {
		t.Errorf("only %d connections: that is no crowd", open.Load())
	}
}

// bomb is a request of an attacker; it returns the status that it is to be answered with.
type bomb func(p *program, w io.Writer) int

// bombs sends a request over and over, over eight connections at once.
func bombs(send bomb) attack {
	return func(ctx context.Context, t *testing.T, p *program, ready func()) {
		var sent, answered atomic.Int32
		var senders sync.WaitGroup
		for range 8 {
			senders.Go(func() {
				for ctx.Err() == nil && sent.Add(1) < 20_000 {
					want, got, err := p.throw(send)
					ready()
					if got == want {
						answered.Add(1)
					} else if got != 0 {
						t.Errorf("answered %d, want %d", got, want)
						return
					} else if !isCut(err) {
						t.Errorf("no answer: %v", err)
						return
					}
				}
			})
		}
		senders.Wait()
		t.Logf("%d sent, %d of them answered", sent.Load(), answered.Load())
		if answered.Load() == 0 {
			t.Error("none was answered as it should be")
		}
	}
}

// throw sends a bomb and reads the status of the answer, 0 without one: a server that has heard
// enough may close before all is sent, and the answer gets lost.
func (p *program) throw(send bomb) (want, got int, err error) {
	conn, err := p.dialFrom(context.Background(), 1)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	done := make(chan int, 1)
	go func() { done <- send(p, conn) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		_ = conn.Close()
		return <-done, 0, err
	}
	_ = res.Body.Close()
	_ = conn.Close()
	return <-done, res.StatusCode, nil
}

func isCut(err error) bool {
	var broken *net.OpError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &broken)
}

// headerBomb sends a megabyte of headers.
func headerBomb(_ *program, w io.Writer) int {
	_, _ = io.WriteString(w, "GET /healthz HTTP/1.1\r\nHost: a\r\n")
	for n := range 16 << 10 {
		if _, err := fmt.Fprintf(w, "X-%05d: %s\r\n", n, strings.Repeat("a", 53)); err != nil {
			break
		}
	}
	return http.StatusRequestHeaderFieldsTooLarge
}

// endlessBody announces a terabyte and begins to send it.
func endlessBody(p *program, w io.Writer) int {
	_, _ = io.WriteString(w, p.withPath("POST {path} HTTP/1.1\r\nHost: a\r\n"+
		"Content-Length: 1099511627776\r\n\r\n"))
	flood(w, strings.Repeat("a", 64<<10))
	return http.StatusRequestEntityTooLarge
}

// endlessChunks announces nothing and sends chunk after chunk.
func endlessChunks(p *program, w io.Writer) int {
	_, _ = io.WriteString(w, p.withPath("POST {path} HTTP/1.1\r\nHost: a\r\n"+
		"Transfer-Encoding: chunked\r\n\r\n"))
	flood(w, "10000\r\n"+strings.Repeat("a", 64<<10)+"\r\n")
	return http.StatusRequestEntityTooLarge
}

// flood writes up to 16 MB, or until nobody listens.
func flood(w io.Writer, piece string) {
	for range 256 {
		if _, err := io.WriteString(w, piece); err != nil {
			return
		}
	}
}

// nestedBody sends JSON as deep as a callback's body may be long.
func nestedBody(p *program, w io.Writer) int {
	body := `{"data":` + strings.Repeat(`[{"a":`, 170_000)
	_, _ = fmt.Fprintf(w, p.withPath("POST {path} HTTP/1.1\r\nHost: a\r\n"+
		"Content-Length: %d\r\n\r\n%s"), len(body), body)
	return http.StatusBadRequest
}

// refusedCallback guesses a token.
func refusedCallback(_ *program, w io.Writer) int {
	body := `{"code":200,"data":{"taskId":"` + strings.Repeat("x", 2000) + `"}}`
	_, _ = fmt.Fprintf(w, "POST /callbacks/veo3.1/guessed HTTP/1.1\r\nHost: a\r\n"+
		"Content-Length: %d\r\n\r\n%s", len(body), body)
	return http.StatusUnauthorized
}

// slowReaders ask for pages, over and over on each connection, and read none of them.
func slowReaders(ctx context.Context, t *testing.T, p *program, ready func()) {
	var readers sync.WaitGroup
	for range 100 {
		readers.Go(func() {
			conn, err := p.dialFrom(ctx, 1)
			if err != nil {
				t.Error(err)
				return
			}
			stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
			defer stop()
			for range 50 { // until the pipe is full
				_, err := io.WriteString(conn, "GET /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n")
				if err != nil {
					return
				}
			}
			<-ctx.Done()
		})
	}
	ready()
	readers.Wait()
}
