// Package oidctest is a small provider of OpenID Connect for tests, which signs everybody in at
// once and can be told to lie.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The names under which a client is registered.
const (
	ClientID     = "reelback"
	ClientSecret = "client-secret-of-the-test"
)

// Claims are what a token says.
type Claims map[string]any

// Provider is a running provider.
type Provider struct {
	URL string

	key    *rsa.PrivateKey
	server *httptest.Server

	mu       sync.Mutex
	claims   Claims // of whoever signs in
	info     Claims // that only the address for them tells
	change   func(Claims)
	strip    []string // parameters that are lost on the way here
	down     bool
	grants   map[string]grant
	Redirect string // the one address to which people are sent back
}

// grant is what a code stands for.
type grant struct{ nonce, challenge string }

// New starts a provider that sends people back to one address.
func New(t testing.TB, redirect string) *Provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{key: key, grants: make(map[string]grant), Redirect: redirect,
		claims: Claims{"sub": "u-1"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	p.URL = p.server.URL
	t.Cleanup(p.server.Close)
	return p
}

func (p *Provider) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Is says who signs in from now on.
func (p *Provider) Is(c Claims) { p.set(func() { p.claims = c }) }

// Tells says what is told of them only where it is asked for.
func (p *Provider) Tells(c Claims) { p.set(func() { p.info = c }) }

// Lie changes every token before it is signed.
func (p *Provider) Lie(change func(Claims)) { p.set(func() { p.change = change }) }

// Lose drops parameters of requests for a code.
func (p *Provider) Lose(names ...string) { p.set(func() { p.strip = names }) }

// Down makes every answer an error, or ends that.
func (p *Provider) Down(down bool) { p.set(func() { p.down = down }) }

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	write(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize",
		"token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"userinfo_endpoint":                     p.URL + "/userinfo",
		"id_token_signing_alg_values_supported": []string{"RS256"}})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	e := big.NewInt(int64(p.key.E)).Bytes()
	write(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "kid": "1",
		"alg": "RS256", "n": encode(p.key.N.Bytes()), "e": encode(e)}}})
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for _, name := range p.strip {
		q.Del(name)
	}
	back, err := url.Parse(p.Redirect)
	if err != nil || q.Get("redirect_uri") != p.Redirect || q.Get("client_id") != ClientID ||
		q.Get("response_type") != "code" {
		http.Error(w, "the request is not as registered: "+r.URL.RawQuery, http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {q.Get("state")}}
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" {
		answer.Set("error", "invalid_request")
	} else {
		code := rand.Text()
		p.grants[code] = grant{nonce: q.Get("nonce"), challenge: q.Get("code_challenge")}
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// redeem returns what a code stands for, once.
func (p *Provider) redeem(r *http.Request) (grant, error) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	code := r.PostFormValue("code")
	g, known := p.grants[code]
	delete(p.grants, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != ClientID || secret != ClientSecret:
		return g, errors.New("invalid_client")
	case !known, r.PostFormValue("redirect_uri") != p.Redirect, encode(sum[:]) != g.challenge:
		return g, errors.New("invalid_grant")
	}
	return g, nil
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	g, err := p.redeem(r)
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
		return
	}
	c := Claims{"iss": p.URL, "aud": ClientID, "nonce": g.nonce,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	maps.Copy(c, p.claims)
	if p.change != nil {
		p.change(c)
	}
	write(w, map[string]any{"access_token": "at", "token_type": "Bearer", "id_token": p.sign(c)})
}

func (p *Provider) userinfo(w http.ResponseWriter, _ *http.Request) {
	told := Claims{"sub": p.claims["sub"]}
	maps.Copy(told, p.info)
	write(w, told)
}

// sign makes a token with RS256.
func (p *Provider) sign(c Claims) string {
	body, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	text := encode([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, p.key, crypto.SHA256, sum[:])
	if err != nil {
		return err.Error()
	}
	return text + "." + encode(signature)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
