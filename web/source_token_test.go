package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

func (b brokenStore) ListSourceTokens(context.Context, string) ([]task.SourceToken, error) {
	return nil, b.fail()
}

func (b brokenStore) CreateSourceToken(context.Context, string, string, string) (
	task.SourceToken, error,
) {
	return task.SourceToken{}, b.fail()
}

func (b brokenStore) RotateSourceToken(context.Context, task.Rotation) (
	task.SourceToken, []task.SourceToken, error,
) {
	return task.SourceToken{}, nil, b.fail()
}

func (b brokenStore) RevokeSourceToken(context.Context, string, int64, bool) (
	task.SourceToken, error,
) {
	return task.SourceToken{}, b.fail()
}

// submit fills in and sends the form of a page that leads to an address, as a browser without
// script does, and returns where it leads.
func (s *site) submit(page, action string, fields url.Values) string {
	s.t.Helper()
	values := url.Values{}
	found := false
	for _, form := range elements(parse(s.t, s.get(page)), func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "action") == action && attr(n, "method") == "post"
	}) {
		found = true
		for _, in := range elements(form, func(n *html.Node) bool { return n.Data == "input" }) {
			values.Set(attr(in, "name"), attr(in, "value"))
		}
	}
	if !found {
		s.t.Fatalf("%s has no form to %s", page, action)
	}
	for name, value := range fields {
		values[name] = value
	}
	w := s.ask(http.MethodPost, action, values.Encode(), browser, form)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d %s", action, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// post sends a callback with a token and returns the status.
func (s *site) post(source, token string) int {
	s.t.Helper()
	return s.ask(http.MethodPost, "/callbacks/"+source+"/"+token, fmt.Sprintf(veoDone, "t")).Code
}

// sourceTokens are those of a source, the one to give out first.
func (s *site) sourceTokens(source string) []task.SourceToken {
	s.t.Helper()
	return must(s.store.ListSourceTokens(s.t.Context(), source))
}

// TestTokensAreChangedOnThePage makes, rotates and revokes by the forms of the page; each change
// is in force with the next callback.
func TestTokensAreChangedOnThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.tokens["veo3.1"]
	const tokens = "/setup/sources/veo3.1/tokens"

	to := s.submit("/setup", tokens, url.Values{"name": {" shop "}})
	if to != "/setup?source=veo3.1#source-veo3.1" {
		t.Errorf("it leads to %s", to)
	}
	shop := s.sourceTokens("veo3.1")[0]
	if shop.Name != "shop" || s.post("veo3.1", shop.Token) != 200 || s.post("veo3.1", first) != 200 {
		t.Errorf("after making one: %s", shop)
	}

	s.clock.Add(time.Minute)
	s.submit("/setup", tokens+"/rotate", url.Values{"overlap": {"1h"}})
	fresh := s.sourceTokens("veo3.1")[0]
	page := s.get("/setup?source=veo3.1")
	for _, want := range []string{"Valid for now, ends", "in 1 h", "3 valid tokens", shop.Masked(),
		`data-full="http://reelback.test/callbacks/veo3.1/` + fresh.Token} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, token := range []string{first, shop.Token, fresh.Token} {
		if got := s.post("veo3.1", token); got != 200 {
			t.Errorf("in the overlap: %d", got)
		}
	}

	s.submit("/setup", fmt.Sprintf("%s/%d/revoke", tokens, shop.ID), nil)
	if got := s.post("veo3.1", shop.Token); got != 401 {
		t.Errorf("revoked: %d", got)
	}
	s.clock.Add(time.Hour)
	if s.post("veo3.1", first) != 401 || s.post("veo3.1", fresh.Token) != 200 {
		t.Error("after the overlap the old one is taken, or the new one is not")
	}
	if page := s.get("/setup"); !strings.Contains(page, "Ended") ||
		strings.Contains(page, first) || strings.Contains(page, shop.Token) {
		t.Error("the page does not tell of the one that has ended, or has its secret")
	}
}

func TestANameIsGivenToOneTokenOfASource(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const tokens = "/setup/sources/kie/tokens"
	s.submit("/setup", tokens, url.Values{"name": {"shop"}})
	to, _, _ := strings.Cut(s.submit("/setup", tokens, url.Values{"name": {"shop "}}), "#")
	if !strings.Contains(s.get(to), "has a valid token of that name already") {
		t.Errorf("the page at %s does not say so", to)
	}
	w := s.ask(http.MethodPost, tokens, "name=shop", form)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "another name") {
		t.Errorf("without a page: %d %s", w.Code, w.Body)
	}
	if n := len(s.sourceTokens("kie")); n != 2 {
		t.Errorf("there are %d tokens", n)
	}
}

func TestTheLastTokenIsRevokedOnPurposeOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	last := s.sourceTokens("kie")[0]
	revoke := fmt.Sprintf("/setup/sources/kie/tokens/%d/revoke", last.ID)
	if w := s.ask(http.MethodPost, revoke, "", form); w.Code != http.StatusConflict ||
		!strings.Contains(w.Body.String(), "last token") {
		t.Errorf("without saying so: %d", w.Code)
	}
	w := s.ask(http.MethodPost, revoke, "", browser, form)
	to, _, _ := strings.Cut(w.Header().Get("Location"), "#")
	if !strings.Contains(s.get(to), "Nothing was revoked") {
		t.Errorf("the page at %q does not say that nothing was revoked", to)
	}
	if w := s.ask(http.MethodPost, strings.Replace(revoke, "kie", "veo3.1", 1), "last=yes",
		browser, form); w.Code != http.StatusNotFound {
		t.Errorf("by another source: %d", w.Code)
	}
	s.submit("/setup", revoke, nil) // which says so
	if got := s.post("kie", last.Token); got != 401 {
		t.Errorf("revoked: %d", got)
	}
	page := s.get("/setup")
	if !strings.Contains(page, "every callback to this source is refused") ||
		strings.Contains(page, `data-full=""`) {
		t.Error("the page does not say that no token is left")
	}
	s.submit("/setup", "/setup/sources/kie/tokens", url.Values{"name": {"again"}})
	if got := s.post("kie", s.sourceTokens("kie")[0].Token); got != 200 {
		t.Errorf("with a new one: %d", got)
	}
}

func TestFormsAboutTokensAreChecked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := fmt.Sprint(s.sourceTokens(""))
	for target, want := range map[string]int{
		"/setup/sources/kie/tokens name=":                                     400,
		"/setup/sources/kie/tokens name=17":                                   400,
		"/setup/sources/kie/tokens name=%00":                                  400,
		"/setup/sources/kie/tokens name=" + strings.Repeat("a", 61):           400,
		"/setup/sources/kie/tokens name=" + strings.Repeat("a", 20_000):       400,
		"/setup/sources/kie/tokens %zz":                                       400,
		"/setup/sources/nobody/tokens name=a":                                 404,
		"/setup/sources/kie/tokens/rotate overlap=soon":                       400,
		"/setup/sources/kie/tokens/rotate overlap=-1h":                        400,
		"/setup/sources/kie/tokens/rotate overlap=9999h":                      400,
		"/setup/sources/nobody/tokens/rotate overlap=1h":                      404,
		"/setup/sources/kie/tokens/x/revoke last=yes":                         404,
		"/setup/sources/kie/tokens/99/revoke last=yes":                        404,
		"/setup/sources/kie/tokens/9999999999999999999999999/revoke last=yes": 404,
	} {
		path, body, _ := strings.Cut(target, " ")
		if w := s.ask(http.MethodPost, path, body, form); w.Code != want {
			t.Errorf("%.60s: %d, want %d", target, w.Code, want)
		}
		if w := s.ask(http.MethodPost, path, body, form, "Sec-Fetch-Site: cross-site"); w.Code != 403 {
			t.Errorf("%.60s from another site: %d", target, w.Code)
		}
	}
	if after := fmt.Sprint(s.sourceTokens("")); after != before {
		t.Errorf("there are %s", after)
	}
}

// TestTokensAreFoundNowhere plants tokens wherever a sender can, quoted in every way, and looks
// for them in every page but the one that gives them out, in the API and in the log.
func TestTokensAreFoundNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.HasPublicURL = true })
	s.fill()
	token := s.tokens["veo3.1"]
	address := "https://videos.example.com" + s.callback("veo3.1")
	body := must(json.Marshal(map[string]any{"code": 400, "msg": "failed, told " + address +
		" and bare " + token, "callBackUrl": address, "note": token, "data": map[string]any{
		"taskId": "planted", "param": fmt.Sprintf(`{"callBackUrl":%q,"x":%q}`, address, token)}}))
	lines := []string{"Referer: " + address, "X-Original-Uri: " + s.callback("veo3.1"),
		"X-Note: " + token, "X-Sample: /veo3-1-callback?token=" + token,
		"X-Twice: " + url.QueryEscape(url.QueryEscape(address))}
	s.deliver("veo3.1", string(body)+" ", lines...)
	for target, want := range map[string]int{ // kept although refused, and not understood
		s.callback("veo3.1") + "?token=" + token:        400,
		"/veo3-1-callback?token=" + token:               400,
		"/callbacks/nobody/" + token:                    404,
		"/callbacks/runway/" + token:                    401,
		"/tasks?lang=de&q=" + token:                     405,
		s.callback("veo3.1") + "/more/" + token + "?x=": 401,
	} {
		if w := s.ask(http.MethodPost, target, `{"at":"`+address+`"}`, lines...); w.Code != want {
			t.Errorf("POST %s: %d", target, w.Code)
		} else if strings.Contains(w.Body.String(), token) {
			t.Errorf("POST %s answers with the token", target)
		}
	}
	targets := append(pages(), "/tasks/kie/planted", "/tasks?q="+token, "/?q="+token, "/metrics",
		"/api/v1/tasks", "/api/v1/tasks/kie/planted", "/api/v1/tasks/kie/planted/events",
		"/api/v1/deliveries", "/callbacks/veo3.1/"+token, "/nothing/"+token)
	for id := range 12 {
		targets = append(targets, fmt.Sprintf("/deliveries/%d", id+1),
			fmt.Sprintf("/api/v1/deliveries/%d", id+1))
	}
	for _, target := range targets {
		if target == "/setup" {
			continue
		}
		w := s.ask(http.MethodGet, target, "", browser)
		if strings.Contains(w.Body.String(), token) {
			t.Errorf("GET %s has the token", target)
		}
	}
	if strings.Contains(s.log.String(), token) {
		t.Error("the log has the token")
	}
}
