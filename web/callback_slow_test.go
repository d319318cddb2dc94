package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// taker is an inbox that takes everything, slowly, and says whether its asker was still there.
type taker struct{ bodies chan string }

func (in taker) Receive(ctx context.Context, r inbox.Request) (store.Committed, error) {
	time.Sleep(12 * time.Second) // of the bubble: longer than a body may take
	in.bodies <- string(r.Body)
	if r.TooLarge {
		return store.Committed{}, &inbox.Refusal{Reason: task.ReasonTooLarge}
	}
	return store.Committed{}, ctx.Err()
}

// pipes is a listener whose connections are pipes in memory, which know the time of a bubble.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p.conns
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// sender is the other end of a connection to a server.
type sender struct {
	net.Conn
	answers *bufio.Reader
	bodies  chan string // that the inbox got
}

// connect starts a server as the program does and connects to it.
func connect(t *testing.T) sender {
	t.Helper()
	in := taker{bodies: make(chan string, 10)}
	server := &http.Server{Handler: bareServer(live.NewHub(), in),
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	listener := pipes{conns: make(chan net.Conn)}
	go func() { _ = server.Serve(listener) }()
	here, there := net.Pipe()
	listener.conns <- there
	t.Cleanup(func() {
		_ = here.Close()
		close(listener.conns)
		_ = server.Close()
	})
	return sender{Conn: here, answers: bufio.NewReader(here), bodies: in.bodies}
}

// head sends the head of a callback.
func (s sender) head(length int) {
	_, _ = fmt.Fprintf(s, "POST /callbacks/veo3.1/x HTTP/1.1\r\nHost: a\r\n"+
		"Content-Length: %d\r\n\r\n", length)
}

// answer reads the status of an answer and its body.
func (s sender) answer(t *testing.T) (int, string) {
	t.Helper()
	res, err := http.ReadResponse(s.answers, nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	return res.StatusCode, readAll(t, res)
}

// TestASlowBodyIsCutOff sends bodies that never become whole.
func TestASlowBodyIsCutOff(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(s sender){
		"a silent sender": func(s sender) {
			s.head(100)
			_, _ = s.Write([]byte(`{"code":`))
		},
		"a trickling sender": func(s sender) {
			s.head(1000)
			for range 1000 {
				if _, err := s.Write([]byte(" ")); err != nil {
					return
				}
				time.Sleep(time.Second) // of the bubble
			}
		},
		"a chunk that never ends": func(s sender) {
			_, _ = io.WriteString(s, "POST /callbacks/veo3.1/x HTTP/1.1\r\nHost: a\r\n"+
				"Transfer-Encoding: chunked\r\n\r\n5\r\n{}")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := connect(t)
				begun := time.Now()
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					send(s)
				}()
				status, body := s.answer(t)
				if took := time.Since(begun); status != http.StatusRequestTimeout ||
					!strings.Contains(body, "did not arrive in time") || took != 10*time.Second {
					t.Errorf("%d after %v: %s", status, took, body)
				}
				checkClosed(t, s)
				if len(s.bodies) != 0 {
					t.Error("half a body was taken")
				}
				_ = s.Close()
				<-sent
			})
		})
	}
}

// checkClosed waits for the end of a connection.
func checkClosed(t *testing.T, s sender) {
	t.Helper()
	begun := time.Now()
	_, err := s.answers.ReadByte()
	if !errors.Is(err, io.EOF) || time.Since(begun) > 15*time.Second {
		t.Errorf("after %v the connection says %v", time.Since(begun), err)
	}
}

// TestABodyThatIsTooLongIsNotReadToItsEnd answers a sender who would go on for ever.
func TestABodyThatIsTooLongIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := connect(t)
		go func() {
			s.head(inbox.MaxBody + 100_000)
			_, _ = s.Write(make([]byte, inbox.MaxBody+1))
		}()
		begun := time.Now()
		status, _ := s.answer(t)
		took := time.Since(begun)
		if status != http.StatusRequestEntityTooLarge || took > 13*time.Second {
			t.Errorf("%d after %v", status, took)
		}
		checkClosed(t, s)
		if body := <-s.bodies; len(body) != inbox.MaxBody {
			t.Errorf("%d bytes were handed on", len(body))
		}
	})
}

// TestASenderWhoIsDoneMayWait has the commit take longer than a body may, and uses the
// connection again after a pause.
func TestASenderWhoIsDoneMayWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := connect(t)
		for range 2 {
			go func() {
				s.head(2)
				_, _ = s.Write([]byte("{}"))
			}()
			if status, body := s.answer(t); status != 200 || body != `{"code":200,"msg":"success"}` {
				t.Errorf("%d %s", status, body)
			}
			time.Sleep(time.Minute) // of the bubble
		}
	})
}

// TestABodyNobodyReadsIsNotWaitedFor sends half a body where none is expected.
func TestABodyNobodyReadsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := connect(t)
		_, _ = io.WriteString(s, "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
		begun := time.Now()
		if status, _ := s.answer(t); status != http.StatusNotFound || time.Since(begun) > time.Minute {
			t.Errorf("%d after %v", status, time.Since(begun))
		}
		checkClosed(t, s)
	})
}

// TestAReaderWhoTakesNothingIsLetGo asks for a page and does not read it.
func TestAReaderWhoTakesNothingIsLetGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := connect(t)
		_, _ = io.WriteString(s, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
		time.Sleep(2 * time.Minute) // of the bubble
		checkClosed(t, s)
	})
}

// TestABodyThatBreaksOff loses its sender in the middle.
func TestABodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := newRequest(http.MethodPost, s.callback("veo3.1"), "")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"code":`), brokenReader{}))
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "broke off") ||
		w.Header().Get("Connection") != "close" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if n := len(s.getJSON("/api/v1/deliveries")["deliveries"].([]any)); n != 0 {
		t.Errorf("%d deliveries were kept", n)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
