package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/reelback/reelback/internal/media"
)

func discard() *log.Logger { return log.New(io.Discard, "", 0) }

func TestError_Words(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		inside := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}
		return &net.OpError{Op: "dial", Net: "tcp", Err: err, Addr: inside}
	}
	disk := func(err error) error { return &os.PathError{Op: "write", Path: "/srv/data", Err: err} }
	tests := []struct {
		in   *Error
		want string
	}{
		{&Error{Kind: Blocked}, "the address is not public"},
		{&Error{Kind: Blocked, Err: errPort}, "the port is none of a web server's"},
		{&Error{Kind: BadURL}, "the link is not valid"},
		{&Error{Kind: Gone, Status: 404}, "the server answered 404"},
		{&Error{Kind: Denied, Status: 403}, "the server answered 403"},
		{&Error{Kind: Status, Status: 502}, "the server answered 502"},
		{&Error{Kind: Cut, Err: io.ErrUnexpectedEOF},
			"the connection was cut before the file was complete"},
		{&Error{Kind: Stalled}, "the server stopped sending"},
		{&Error{Kind: TooLarge}, "the file is larger than the limit"},
		{&Error{Kind: WrongType}, "wrong type of file"},
		{&Error{Kind: WrongType, Err: fmt.Errorf("%w: a video", media.ErrWrongType)},
			"wrong type of file: a video"},
		{&Error{Kind: Empty, Err: media.ErrEmpty}, "the server sent an empty file"},
		{&Error{Kind: Disk, Err: disk(syscall.EIO)}, "the file could not be stored"},
		{&Error{Kind: Disk, Err: disk(syscall.ENOSPC)}, "the disk is full"},
		{&Error{Kind: Cancelled, Err: context.Canceled}, "the attempt was cancelled"},
		{&Error{Kind: Network, Err: dial(syscall.ECONNREFUSED)}, "the server refused the connection"},
		{&Error{Kind: Network, Err: dial(os.ErrDeadlineExceeded)},
			"the server did not answer in time"},
		{&Error{Kind: Network, Err: dial(&net.DNSError{IsNotFound: true})},
			"the server's name is not known"},
		{&Error{Kind: Network, Err: dial(&net.DNSError{IsTimeout: true})},
			"the server's name could not be looked up"},
		{&Error{Kind: Network, Err: dial(syscall.EHOSTUNREACH)}, "the connection failed"},
		{&Error{}, "the connection failed"},
	}
	for _, tt := range tests {
		if got := tt.in.Error(); got != tt.want {
			t.Errorf("%s because of %v: %q, want %q", tt.in.Kind, tt.in.Err, got, tt.want)
		}
	}
}

func TestError_KeysAndPermanence(t *testing.T) {
	t.Parallel()
	permanent := map[Kind]bool{Blocked: true, BadURL: true, TooLarge: true}
	for _, kind := range []Kind{Blocked, BadURL, Gone, Denied, Status, Cut, Stalled, TooLarge,
		WrongType, Empty, Disk, Network, Cancelled} {
		e := &Error{Kind: kind}
		if e.Permanent() != permanent[kind] {
			t.Errorf("%s: Permanent() = %t", kind, e.Permanent())
		}
		if e.Key() == "" || strings.Trim(e.Key(), "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("Key() = %q, want snake case", e.Key())
		}
	}
}

func TestExplain_DropsTheLinkAndTellsTheCause(t *testing.T) {
	t.Parallel()
	broken := &url.Error{Op: "Get", URL: "https://a.example/?" + secret, Err: syscall.ECONNRESET}
	running := context.Background()
	stopped, stop := context.WithCancelCause(running)
	stop(context.Canceled)
	stalled, stall := context.WithCancelCause(running)
	stall(&Error{Kind: Stalled})
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		want Kind
	}{
		{"a broken connection", running, broken, Network},
		{"a cut while nobody cancelled", running, &Error{Kind: Cut}, Cut},
		{"cancelled before the answer", stopped, broken, Cancelled},
		{"cancelled in the body", stopped, &Error{Kind: Cut}, Cancelled},
		{"stalled before the answer", stalled, broken, Stalled},
		{"stalled in the body", stalled, &Error{Kind: Cut}, Stalled},
		{"a full disk while cancelled", stopped, &Error{Kind: Disk}, Disk},
		{"an answer while stalled", stalled, &Error{Kind: Gone}, Gone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := explain(tt.ctx, tt.err)
			if got.Kind != tt.want {
				t.Errorf("explain() = %s, want %s", got.Kind, tt.want)
			}
			if got.Err != nil && strings.Contains(got.Err.Error(), secret) {
				t.Errorf("the cause %q has the signed link", got.Err)
			}
			if tt.want == Network && !errors.Is(got, syscall.ECONNRESET) {
				t.Errorf("the cause is lost: %v", got.Err)
			}
		})
	}
}
