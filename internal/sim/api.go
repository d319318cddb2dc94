package sim

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
)

// balance is what the account begins with, in credits.
const balance = 10_000

// freshFor is how long a link lives that was asked for (documented).
const freshFor = 20 * time.Minute

// APIFaults are what goes wrong when the provider is asked. The shares go from 0 to 1; together
// they must not exceed 1. Which questions they hit follows from the seed.
type APIFaults struct {
	RateLimited float64       // of the questions are answered with code 429
	Errors      float64       // are answered with code 500
	Slow        float64       // are answered after Delay
	Delay       time.Duration // of a slow answer; 0 is DefaultDelay
	Forget      time.Duration // records of tasks that ended so long ago are gone; 0 keeps them
}

// DefaultDelay is how long a slow answer takes.
const DefaultDelay = 5 * time.Second

// mountAPI serves the provider's own records, where kie.ai has them.
func (p *Provider) mountAPI() {
	for product, at := range map[string]string{
		kie.Runway: "/api/v1/runway/record-detail",
		kie.Aleph:  "/api/v1/aleph/record-info",
		kie.Veo:    "/api/v1/veo/record-info",
		kie.Market: "/api/v1/jobs/recordInfo",
		kie.Luma:   "/api/v1/modify/record-info",
	} {
		p.mux.HandleFunc("GET "+at, p.answer(func(r *http.Request) object {
			return p.record(product, r.URL.Query().Get("taskId"))
		}))
	}
	p.mux.HandleFunc("GET /api/v1/chat/credit", p.answer(func(*http.Request) object {
		return envelope(200, "success", balance-p.ledger.spent())
	}))
	p.mux.HandleFunc("POST /api/v1/common/download-url", p.answer(p.freshLink))
}

// answer makes a handler that asks for the key, goes wrong where a fault is due, and says
// everything under HTTP status 200, errors included.
func (p *Provider) answer(to func(*http.Request) object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := p.apiFault(r)
		switch {
		case !p.admits(r):
			body = envelope(401, "You do not have access permissions", nil)
		case body == nil:
			body = to(r)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text(body)) // who asked may have gone
	}
}

// admits says whether a request has the key, where there is one.
func (p *Provider) admits(r *http.Request) bool {
	want := "Bearer " + p.opt.APIKey
	got := r.Header.Get("Authorization")
	return p.opt.APIKey == "" || subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// apiFault returns the error to answer with, nil for none, and takes its time where it should.
func (p *Provider) apiFault(r *http.Request) object {
	f := p.opt.API
	p.mu.Lock()
	chance := p.chance.Float64()
	p.mu.Unlock()
	switch {
	case chance < f.RateLimited:
		return envelope(429, "Rate limit exceeded", nil)
	case chance < f.RateLimited+f.Errors:
		return envelope(500, "Server Error - An unexpected error occurred", nil)
	case chance < f.RateLimited+f.Errors+f.Slow:
		_ = p.opt.Wait(r.Context(), f.Delay) // who has gone does not read the answer
	}
	return nil
}

// record answers a question about a task, with links that are made anew.
func (p *Provider) record(product, taskID string) object {
	if taskID == "" {
		return envelope(400, "taskId parameter is required", nil)
	}
	e, known := p.ledger.find(product, taskID)
	forget := p.opt.API.Forget
	switch {
	case !known:
		return envelope(422, "recordInfo is null", nil)
	case forget > 0 && !e.running() && p.opt.Now().Sub(e.ended) >= forget:
		return envelope(422, "Temporarily supports records within 14 days", nil)
	}
	body := e.callback.render(e.address, p.links.link)
	return envelope(200, "success", e.record(body))
}

// freshLink answers with a new link to one of the provider's files, by an old one, dead or alive.
func (p *Provider) freshLink(r *http.Request) object {
	var asked struct {
		URL string `json:"url"`
	}
	err := json.NewDecoder(io.LimitReader(r.Body, maxAnswer)).Decode(&asked)
	if fresh, ok := p.links.renew(asked.URL); err == nil && ok {
		return envelope(200, "success", fresh)
	}
	return envelope(422, "Invalid URL (External file URLs are not supported)", nil)
}

// renew returns a new link in the place of an old one, false for what is no link of this provider.
func (l linker) renew(old string) (string, bool) {
	rest, own := strings.CutPrefix(old, l.base+mediaPath)
	u, err := url.Parse(rest)
	if !own || err != nil {
		return "", false
	}
	name, q := u.Path, u.Query()
	if _, err := File(name); err != nil || l.status(name, q) == http.StatusForbidden {
		return "", false
	}
	l.life = freshFor
	return l.link(name+"@"+q.Get(queryVariant), q.Get(queryTask)), true
}
