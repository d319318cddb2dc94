package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/reelback/reelback/internal/auth"
)

// verify reads a token that is for this server and holds now. Which of the two is not so can be
// said of a token that is good otherwise: that is for whoever set this up, and not for who signs in.
func (p *Provider) verify(
	ctx context.Context, known *gooidc.Provider, raw string,
) (*gooidc.IDToken, error) {
	check := func(c gooidc.Config) (*gooidc.IDToken, error) {
		c.ClientID, c.Now = p.options.ClientID, p.options.Now
		return known.Verifier(&c).Verify(ctx, raw)
	}
	id, err := check(gooidc.Config{})
	if err == nil {
		return id, nil
	}
	kind := auth.ErrUnproven
	if _, other := check(gooidc.Config{SkipExpiryCheck: true}); other == nil {
		kind = auth.ErrClock
	} else if _, other := check(gooidc.Config{SkipClientIDCheck: true}); other == nil {
		kind = auth.ErrClient
	}
	return nil, fmt.Errorf("%w: %w", kind, err)
}

// exchangeError tells a provider that refuses from one that does not answer.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response == nil {
		return fmt.Errorf("%w: %w", auth.ErrDown, err)
	}
	status, kind := refused.Response.StatusCode, auth.ErrClient
	switch {
	case refused.ErrorCode == "invalid_grant": // the code is a bad one
		kind = auth.ErrUnproven
	case refused.ErrorCode == "server_error", refused.ErrorCode == "temporarily_unavailable",
		status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		kind = auth.ErrDown
	}
	// Not the whole error, which quotes the answer.
	return fmt.Errorf("%w: the provider answers %d %.40q", kind, status, refused.ErrorCode)
}
