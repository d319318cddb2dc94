package app

import (
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/oidc"
	"github.com/reelback/reelback/web"
)

// provider is where people can sign in besides here, if the options name one. It is not asked
// anything yet.
func (a *App) provider() web.OIDC {
	if a.cfg.OIDCIssuer == "" {
		return web.OIDC{}
	}
	provider := oidc.New(oidc.Options{Issuer: a.cfg.OIDCIssuer, Host: a.cfg.OIDCHost(),
		ClientID: a.cfg.OIDCClientID, ClientSecret: a.cfg.OIDCSecret, Scopes: a.cfg.OIDCScopes,
		RoleClaim: a.cfg.OIDCRoleClaim, Now: time.Now,
		RedirectURL: a.links.Absolute(a.links.OIDCCallback())})
	return web.OIDC{Provider: provider, Name: a.cfg.OIDCLabel(), Issuer: a.cfg.OIDCIssuer,
		Only: a.cfg.OIDCOnly}
}

// authHeader is where a trusted proxy says who is signed in, if the options name one.
func authHeader(cfg config.Config) web.AuthHeader {
	return web.AuthHeader{User: cfg.AuthHeader, Role: cfg.AuthRoleFrom, Else: auth.Role(cfg.AuthRole)}
}
