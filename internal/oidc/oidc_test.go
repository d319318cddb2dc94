package oidc

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/oidc/oidctest"
)

const back = "https://videos.example.com/sign-in/oidc/callback"

func newProvider(issuer string) *Provider {
	return New(Options{Issuer: issuer, Host: "id", ClientID: oidctest.ClientID,
		ClientSecret: oidctest.ClientSecret, RedirectURL: back, RoleClaim: "role", Now: time.Now})
}

// travel goes to the provider and returns the code it gives.
func travel(t *testing.T, p *Provider, trip auth.Trip) string {
	t.Helper()
	address, err := p.Start(t.Context(), trip)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	u, err := url.Parse(res.Header.Get("Location"))
	if err != nil || u.Query().Get("state") != trip.State {
		t.Fatalf("%v, %v", u, err)
	}
	return u.Query().Get("code")
}

func TestACodeIsWorthNothingWithoutItsTrip(t *testing.T) {
	t.Parallel()
	fake := oidctest.New(t, back)
	fake.Is(oidctest.Claims{"sub": "1", "email": "a@example.com", "role": "viewer"})
	p := newProvider(fake.URL)
	trip := auth.Trip{State: "state-1", Nonce: "nonce-1", Verifier: "a verifier of its own, long enough to be one"}
	for name, c := range map[string]struct {
		change func(*auth.Trip)
		want   error
	}{
		"its own":       {func(*auth.Trip) {}, nil},
		"other nonce":   {func(t *auth.Trip) { t.Nonce = "nonce-2" }, auth.ErrUnproven},
		"no nonce":      {func(t *auth.Trip) { t.Nonce = "" }, auth.ErrUnproven},
		"other secret":  {func(t *auth.Trip) { t.Verifier += "x" }, auth.ErrUnproven},
		"no secret":     {func(t *auth.Trip) { t.Verifier = "" }, auth.ErrUnproven},
		"another state": {func(t *auth.Trip) { t.State = "x" }, nil}, // the caller's to compare
	} {
		code := travel(t, p, trip)
		end := trip
		c.change(&end)
		id, err := p.Finish(t.Context(), code, end)
		if !errors.Is(err, c.want) || err == nil && (id.Subject != "1" || id.Role != auth.Viewer ||
			id.Name != "a@example.com" || id.Issuer != fake.URL) {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
		if _, err := p.Finish(t.Context(), code, trip); !errors.Is(err, auth.ErrUnproven) {
			t.Errorf("%s, a second time: %v", name, err)
		}
	}
}

func TestAProviderIsAskedAgainAfterItWasDown(t *testing.T) {
	t.Parallel()
	fake := oidctest.New(t, back)
	fake.Down(true)
	p := newProvider(fake.URL)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := p.Start(t.Context(), auth.Trip{}); !errors.Is(err, auth.ErrDown) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	fake.Down(false)
	if _, err := p.Start(t.Context(), auth.Trip{}); err != nil {
		t.Error(err)
	}
	// One that calls itself otherwise than the options do is none.
	if _, err := newProvider(fake.URL+"/").Start(t.Context(), auth.Trip{}); !errors.Is(err,
		auth.ErrDown) {
		t.Error(err)
	}
}

// TestAServerThatIsSetUpWronglyIsToldSo has another secret, and a clock that is wrong.
func TestAServerThatIsSetUpWronglyIsToldSo(t *testing.T) {
	t.Parallel()
	fake := oidctest.New(t, back)
	fake.Is(oidctest.Claims{"sub": "1", "role": "viewer"})
	trip := auth.Trip{State: "s", Nonce: "n", Verifier: "a verifier of its own, long enough to be one"}
	p := newProvider(fake.URL)
	p.options.ClientSecret = "another"
	if _, err := p.Finish(t.Context(), travel(t, p, trip), trip); !errors.Is(err, auth.ErrClient) {
		t.Errorf("another secret: %v", err)
	}
	p = newProvider(fake.URL)
	p.options.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if _, err := p.Finish(t.Context(), travel(t, p, trip), trip); !errors.Is(err, auth.ErrClock) {
		t.Errorf("an hour ahead: %v", err)
	}
}

func TestAnswersToACode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
		want   error
	}{
		{400, "invalid_grant", auth.ErrUnproven}, {400, "invalid_client", auth.ErrClient},
		{401, "", auth.ErrClient}, {400, "unauthorized_client", auth.ErrClient},
		{500, "", auth.ErrDown}, {502, "invalid_client", auth.ErrDown}, {429, "", auth.ErrDown},
		{400, "temporarily_unavailable", auth.ErrDown},
	} {
		err := exchangeError(&oauth2.RetrieveError{ErrorCode: c.code, ErrorDescription: "s3cret",
			Response: &http.Response{StatusCode: c.status}, Body: []byte("s3cret")})
		if !errors.Is(err, c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%d %q: %v", c.status, c.code, err)
		}
	}
	if err := exchangeError(errors.New("no route to host")); !errors.Is(err, auth.ErrDown) {
		t.Error(err)
	}
}

func TestClaimsAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{"role": "admin"}`: {"admin"}, `{"role": ["a", 1, null, "b"]}`: {"a", "b"}, `{}`: nil,
		`{"role": ""}`: nil, `{"role": {"a": "b"}}`: nil, `{"role": true}`: nil, `{"role": null}`: nil,
	} {
		if got := read(t, text).texts("role"); !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
	for text, want := range map[string][]string{
		`{"a": {"b.c": ["x"]}}`: {"x"}, `{"a": {"b": {"c": "y"}}}`: {"y"}, `{"a.b.c": "z"}`: {"z"},
		`{"a": "x"}`: nil, `{"a": {"b": 1}}`: nil,
	} {
		if got := read(t, text).texts("a.b.c"); !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func read(t *testing.T, text string) claims {
	t.Helper()
	var c claims
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFurtherScopesAreAskedFor(t *testing.T) {
	t.Parallel()
	fake := oidctest.New(t, back)
	for further, want := range map[string]string{"": "openid profile email",
		"groups a:b": "openid profile email groups a:b"} {
		p := newProvider(fake.URL)
		p.options.Scopes = strings.Fields(further)
		address, err := p.Start(t.Context(), auth.Trip{State: "s", Nonce: "n", Verifier: "v"})
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil || u.Query().Get("scope") != want {
			t.Errorf("asked for %q, %v, want %q", u.Query().Get("scope"), err, want)
		}
	}
}
