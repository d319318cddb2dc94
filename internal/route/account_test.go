package route

import "testing"

func TestLocalLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for public, cases := range map[string]map[string]string{
		"": {"/": "/", "/tasks?q=a%20b": "/tasks?q=a%20b", "": "/", "tasks": "/", "//evil.example": "/",
			"/\\evil.example": "/", "https://evil.example/": "/", "/\n/evil.example": "/",
			"/sign-in": "/", "/sign-out": "/", "/welcome/x": "/", "javascript:x": "/", "/%zz": "/"},
		"https://a/x": {"/x/tasks": "/x/tasks", "/tasks": "/x/", "/x": "/x/", "/xy/": "/x/",
			"/x//evil.example": "/x/", "/x/sign-in?next=/x/": "/x/"},
	} {
		l := New(public)
		for link, want := range cases {
			if got := l.Local(link); got != want {
				t.Errorf("%q: %q leads to %q, want %q", public, link, got, want)
			}
		}
	}
}

func TestSignInSaysWhereItLeads(t *testing.T) {
	t.Parallel()
	l := New("https://a/x")
	for want, got := range map[string]string{
		"/x/sign-in":                           l.SignIn("", ""),
		"/x/sign-in?why=out":                   l.SignIn("/x/", WhySignedOut),
		"/x/sign-in?next=%2Fx%2Ftasks%3Fq%3D1": l.SignIn("/x/tasks?q=1", ""),
		"/x/account/sessions/7/end":            l.AccountSession(7),
		"/x/account/sessions/end-others":       l.AccountOthers(),
		"/x/account?changed=sessions":          l.AccountDone("sessions"),
		"/x/welcome/a%2Fb":                     l.Welcome("a/b"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if !l.Secure() || New("http://a").Secure() || New("").Secure() {
		t.Error("only https is secure")
	}
}
