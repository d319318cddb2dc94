package main

import (
	"strings"
	"testing"
)

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

func TestAnAddressWithoutItsSchemeIsToldHowToBeWritten(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		o    serverOptions
		want string // empty where nothing is wrong
	}{
		{serverOptions{}, ""},
		{serverOptions{Server: "https://v.example.com/x/"}, ""},
		{serverOptions{Server: "http://[::1]:8080"}, ""},
		{serverOptions{Server: "localhost:8080"}, "--server http://localhost:8080"},
		{serverOptions{Server: "127.0.0.1:8080"}, "--server http://127.0.0.1:8080"},
		{serverOptions{Server: "//nas"}, "--server http://nas"},
		{serverOptions{Server: "nas"}, "--server http://nas"},
		{serverOptions{Server: "ftp://nas"}, "begins with http:// or https://"},
		{serverOptions{Server: "http://"}, "begins with http:// or https://"},
		{serverOptions{PublicURL: "v.example.com"}, "--public-url http://v.example.com"},
		{serverOptions{PublicURL: "v.example.com", Addr: ":80"}, ""},
	} {
		err := test.o.Validate()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.o, err, test.want)
		}
	}
}
