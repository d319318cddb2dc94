// Package oidc lets people sign in at a provider of OpenID Connect: it sends them there, and finds
// out from the answer who they are and which role they have. It keeps nothing: what has to be
// remembered in between is the caller's.
package oidc

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"github.com/reelback/reelback/internal/auth"
)

// answerTime is how long the provider may take to answer all that is asked at once. People wait.
const answerTime = 10 * time.Second

// Options are what a Provider is made of.
type Options struct {
	Issuer       string
	Host         string // tells its users from others of the same name
	ClientID     string
	ClientSecret string // empty for a public client
	RedirectURL  string // to which the provider sends people back
	RoleClaim    string
	Scopes       []string // besides those that are always asked for
	Now          func() time.Time
	Client       *http.Client // nil for one of its own
}

// Provider is where people sign in. It is asked for its addresses when somebody does for the first
// time, so that one that is down keeps nothing else from starting.
type Provider struct {
	options Options
	asking  singleflight.Group
	found   atomic.Pointer[gooidc.Provider] // nil before it answered
}

// New returns a provider, without asking it anything.
func New(o Options) *Provider {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: answerTime}
	}
	return &Provider{options: o}
}

// discover returns what the provider says of itself. Only one asks at a time, for all who wait.
func (p *Provider) discover(ctx context.Context) (*gooidc.Provider, error) {
	if known := p.found.Load(); known != nil {
		return known, nil
	}
	// Not the context of whoever happens to ask first: others wait for the same answer.
	own := context.WithoutCancel(ctx)
	asked := p.asking.DoChan("", func() (any, error) {
		limited, cancel := context.WithTimeout(p.with(own), answerTime)
		defer cancel()
		known, err := gooidc.NewProvider(limited, p.options.Issuer)
		if err == nil {
			p.found.Store(known)
		}
		return known, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-asked:
		if got.Err != nil {
			return nil, fmt.Errorf("%w: %w", auth.ErrDown, got.Err)
		}
		return got.Val.(*gooidc.Provider), nil
	}
}

// with carries the client to those who make requests.
func (p *Provider) with(ctx context.Context) context.Context {
	return gooidc.ClientContext(ctx, p.options.Client)
}

func (p *Provider) config(known *gooidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret,
		Endpoint: known.Endpoint(), RedirectURL: p.options.RedirectURL,
		Scopes: append([]string{gooidc.ScopeOpenID, "profile", "email"}, p.options.Scopes...)}
}

// Start returns the address at the provider where a trip begins.
func (p *Provider) Start(ctx context.Context, t auth.Trip) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.config(known).AuthCodeURL(t.State, gooidc.Nonce(t.Nonce),
		oauth2.S256ChallengeOption(t.Verifier)), nil
}

// Finish finds out who comes back from a trip with a code. It returns an error that is
// auth.ErrDown, ErrUnproven, ErrClient, ErrClock or ErrNoRole where nobody is let in.
func (p *Provider) Finish(ctx context.Context, code string, t auth.Trip) (auth.Identity, error) {
	ctx, cancel := context.WithTimeout(p.with(ctx), answerTime)
	defer cancel()
	known, err := p.discover(ctx)
	if err != nil {
		return auth.Identity{}, err
	}
	token, err := p.config(known).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return auth.Identity{}, exchangeError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.verify(ctx, known, raw)
	switch {
	case err != nil:
		return auth.Identity{}, err
	case t.Nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.Nonce)) != 1:
		return auth.Identity{}, fmt.Errorf("%w: the nonce is another one", auth.ErrUnproven)
	case !auth.CheckSubject(id.Subject):
		return auth.Identity{}, fmt.Errorf("%w: the subject is no name", auth.ErrUnproven)
	}
	return p.identity(ctx, known, id, token)
}
