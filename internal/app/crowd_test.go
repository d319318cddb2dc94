package app

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// caller is the server's end of a connection from an address.
type caller struct {
	net.Conn
	from   string
	closed bool
}

func (c *caller) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.from))
}

func (c *caller) Close() error {
	c.closed = true
	return nil
}

// TestTheCrowd tells a story in steps: "+a" comes in, "!a" is being served, ".a" is idle again,
// "-a" leaves. Letters are addresses. Wanted are who is closed for others and who is not let in.
func TestTheCrowd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ story, out, refused string }{
		"room for all":               {"+a1 +a2 +b1", "", ""},
		"the longest idle goes":      {"+a1 +a2 +a3 +a4", "a1", ""},
		"who is served stays":        {"+a1 !a1 +a2 +a3 +a4", "a2", ""},
		"idle again, at the end":     {"+a1 !a1 +a2 .a1 +a3 +a4 +a5", "a2 a1", ""},
		"all are served":             {"+a1 !a1 +a2 !a2 +a3 !a3 +a4", "", "a4"},
		"who left makes room":        {"+a1 +a2 +a3 -a2 +a4", "", ""},
		"another address":            {"+a1 !a1 +a2 !a2 +a3 !a3 +a4 +b1", "", "a4"},
		"full, an idle one goes":     {"+a1 +b1 +c1 +d1 +e1 +f1", "a1", ""},
		"full, all are served":       {"+a1 !a1 +b1 !b1 +c1 !c1 +d1 !d1 +e1 !e1 +f1", "", "f1"},
		"a proxy is not bounded":     {"+p1 +p2 +p3 +p4 +p5", "", ""},
		"but by the whole":           {"+p1 +p2 +p3 +p4 +p5 +p6", "p1", ""},
		"leaving twice":              {"+a1 -a1 -a1 +a2 +a3 +a4", "", ""},
		"turned out, then leaving":   {"+a1 +a2 +a3 +a4 -a1 +a5", "a1 a2", ""},
		"turned out, then served":    {"+a1 +a2 +a3 +a4 !a1 .a1 +b1 +c1", "a1", ""},
		"one network is one address": {"+v1 +w1 +v2 +w2", "v1", ""},
	} {
		c := newCrowd(crowdOptions{all: 5, ofOne: 3,
			unbounded: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
		callers, refused := make(map[string]*caller), ""
		for step := range strings.FieldsSeq(test.story) {
			who := step[1:]
			switch step[0] {
			case '+':
				callers[who] = &caller{from: addressFor(who[0])}
				if !c.admit(callers[who]) {
					refused = strings.TrimSpace(refused + " " + who)
				}
			case '!':
				c.note(callers[who], http.StateActive)
			case '.':
				c.note(callers[who], http.StateIdle)
			case '-':
				c.note(callers[who], http.StateClosed)
			}
		}
		for who, caller := range callers {
			if caller.closed != strings.Contains(" "+test.out+" ", " "+who+" ") {
				t.Errorf("%s: %s was turned out: %t, want %q", name, who, caller.closed, test.out)
			}
		}
		if refused != test.refused {
			t.Errorf("%s: %q were refused, want %q", name, refused, test.refused)
		}
	}
}

func addressFor(name byte) string {
	switch name {
	case 'p':
		return "10.0.0.1:1"
	case 'v':
		return "[2001:db8::1]:1"
	case 'w':
		return "[2001:db8::ffff:1]:1"
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, name}), 1).String()
}

// TestTheCrowdForgets leaves nothing behind of who has gone.
func TestTheCrowdForgets(t *testing.T) {
	t.Parallel()
	c := newCrowd(crowdOptions{all: 2, ofOne: 2})
	for range 100 {
		conn := &caller{from: "192.0.2.1:1"}
		c.admit(conn)
		c.note(conn, http.StateActive)
		c.note(conn, http.StateIdle)
		c.note(conn, http.StateClosed)
	}
	if len(c.guests) != 0 || len(c.by) != 0 || c.idle.Len() != 0 {
		t.Errorf("left are %d guests, %d addresses, %d idle", len(c.guests), len(c.by), c.idle.Len())
	}
}

func TestAListenerClosesWhomThereIsNoRoomFor(t *testing.T) {
	t.Parallel()
	inner, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := newCrowd(crowdOptions{all: 1, ofOne: 1})
	listener := c.at(inner)
	accepted := make(chan net.Conn, 2)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.note(conn, http.StateActive)
			accepted <- conn
		}
	}()
	first, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	served := <-accepted
	second, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := second.Read(make([]byte, 1)); err == nil {
		t.Errorf("the second got %d bytes", n)
	}
	c.note(served, http.StateClosed)
	third, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	<-accepted
	for _, conn := range []net.Conn{first, second, third} {
		_ = conn.Close()
	}
	_ = inner.Close()
}
