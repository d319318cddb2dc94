package route

import "testing"

func TestCallbackAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ public, origin, door, want string }{
		{"", "http://localhost:8080", "", "http://localhost:8080/callbacks/kie/t"},
		{"", "http://localhost:8080", ":8081", "http://localhost:8081/callbacks/kie/t"},
		{"", "http://nas.lan:8080", "[::]:8081", "http://nas.lan:8081/callbacks/kie/t"},
		{"", "https://inner.example.com", ":8081", "http://inner.example.com:8081/callbacks/kie/t"},
		{"", "http://[::1]:8080", "0.0.0.0:8081", "http://[::1]:8081/callbacks/kie/t"},
		{"", "http://nas.lan:8080", "10.0.0.5:8081", "http://10.0.0.5:8081/callbacks/kie/t"},
		{"", "", ":8081", "http://localhost:8081/callbacks/kie/t"},
		{"https://v.example.com/x", "http://nas.lan:8080", ":8081",
			"https://v.example.com/x/callbacks/kie/t"},
		{"https://v.example.com/x", "", "", "https://v.example.com/x/callbacks/kie/t"},
	} {
		l := New(test.public).WithDoor(test.door).WithOrigin(test.origin)
		if got := l.CallbackAddress("kie", "t"); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestOriginAt(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80",
		"[::]:80": "http://localhost:80", "127.0.0.1:80": "http://127.0.0.1:80",
		"[::1]:80": "http://[::1]:80", "nas:80": "http://nas:80", "odd": "http://odd",
	} {
		if got := OriginAt(addr, ""); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}
