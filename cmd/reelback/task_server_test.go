package main

import "testing"

func TestWhereTheServerIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		o    serverOptions
		want string
	}{
		{serverOptions{}, "http://localhost:8080"},
		{serverOptions{Addr: ":9090"}, "http://localhost:9090"},
		{serverOptions{Addr: "127.0.0.1:9090", PublicURL: "https://v.example.com"},
			"http://127.0.0.1:9090"},
		{serverOptions{PublicURL: "https://v.example.com/x/"}, "https://v.example.com/x"},
		{serverOptions{Server: "http://nas:1/", Addr: ":9090"}, "http://nas:1"},
	} {
		if got := test.o.origin(); got != test.want {
			t.Errorf("%+v: %s, want %s", test.o, got, test.want)
		}
	}
}
