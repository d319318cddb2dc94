package oidc

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/reelback/reelback/internal/auth"
)

// claims are what a provider says of somebody.
type claims map[string]json.RawMessage

// identity reads who somebody is from a token that was verified. What the token leaves out many
// providers tell who asks with it.
func (p *Provider) identity(ctx context.Context, known *gooidc.Provider, id *gooidc.IDToken,
	token *oauth2.Token,
) (auth.Identity, error) {
	var said claims
	if err := id.Claims(&said); err != nil {
		return auth.Identity{}, fmt.Errorf("%w: %w", auth.ErrUnproven, err)
	}
	names := said.texts(p.options.RoleClaim)
	if len(names) == 0 && known.UserInfoEndpoint() != "" {
		more, err := moreOf(ctx, known, id, token)
		if err != nil {
			return auth.Identity{}, err
		}
		names = more.texts(p.options.RoleClaim)
		for key, value := range more {
			if _, has := said[key]; !has {
				said[key] = value
			}
		}
	}
	role, found := auth.BestRole(names)
	if !found {
		return auth.Identity{}, auth.ErrNoRole
	}
	name := said.text("preferred_username")
	if name == "" {
		name = said.text("email")
	}
	return auth.Identity{Issuer: p.options.Issuer, Subject: id.Subject, Name: name,
		Host: p.options.Host, Role: role}, nil
}

// moreOf asks the provider what else it says of whom a token is about.
func moreOf(ctx context.Context, known *gooidc.Provider, id *gooidc.IDToken, token *oauth2.Token,
) (claims, error) {
	info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", auth.ErrDown, err)
	}
	if info.Subject != id.Subject {
		return nil, fmt.Errorf("%w: the provider tells of somebody else", auth.ErrUnproven)
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %w", auth.ErrUnproven, err)
	}
	return more, nil
}

func (c claims) text(name string) string {
	var text string
	_ = json.Unmarshal(c[name], &text) // what is no text is none
	return text
}

// texts returns the texts of a claim that is one or a list. Where there is none of that name, its
// dots lead into objects.
func (c claims) texts(name string) []string {
	raw, has := c[name]
	if !has {
		first, rest, dotted := strings.Cut(name, ".")
		var inner claims
		if !dotted || json.Unmarshal(c[first], &inner) != nil {
			return nil
		}
		return inner.texts(rest)
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var list []any
	_ = json.Unmarshal(raw, &list)
	var texts []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
