package auth

import (
	"strings"
	"testing"
)

func TestNamesFromElsewhereAreMadeFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		suffix string
		texts  []string
		want   string
	}{
		{"", []string{"anna", "x"}, "anna"},
		{"", []string{"  Anna Maria\n", "x"}, "Anna.Maria"},
		{"@id", []string{"anna"}, "anna@id"},
		{"", []string{"", "\u202e", "sub-1"}, "sub-1"},
		{"@id", []string{strings.Repeat("ä", 90)}, strings.Repeat("ä", 61) + "@id"},
		{"@id", []string{"\xff", ""}, "user@id"},
		{"", nil, "user"},
		{strings.Repeat("@", 80), []string{"anna"}, "user" + strings.Repeat("@", 80)},
	} {
		if got := NameOf(c.suffix, c.texts...); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.suffix, c.texts, got, c.want)
		}
	}
}

func TestTheBestRoleWins(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]Role{"viewer": Viewer, "viewer,admin,operator": Admin,
		"x, operator ,y": Operator, "": "", "Admin": "", "anyone,command,start": ""} {
		got, found := BestRole(strings.Split(names, ","))
		if got != want || found != (want != "") {
			t.Errorf("%q: %q, %t", names, got, found)
		}
	}
}

func TestSubjectsAreBounded(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{"a": true, "auth0|x y": true, "": false, "a\n": false,
		"\xff": false, strings.Repeat("a", 255): true, strings.Repeat("a", 256): false} {
		if CheckSubject(subject) != want {
			t.Errorf("%q: %t", subject, !want)
		}
	}
}
