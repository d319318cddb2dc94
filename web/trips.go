package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
)

// tripCookie is the name of the cookie that holds a sign-in elsewhere while it lasts.
const tripCookie = "reelback_trip"

const (
	tripTime = 10 * time.Minute // to type a password, and a code
	maxUsed  = 10_000           // trips remembered to have ended, for as long as they could be used
)

// trip is a sign-in elsewhere that has begun.
type trip struct {
	auth.Trip
	Next  string
	Until time.Time
}

// trips seals what is under way into cookies, so that strangers who begin many take no memory, and
// remembers those that have come back. Its key is the process's: a restart ends what is under way.
type trips struct {
	now  func() time.Time
	seal cipher.AEAD

	mu    sync.Mutex
	used  map[string]bool
	order []trip // that were used, the oldest first
}

func newTrips(now func() time.Time) *trips {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	block, err := aes.NewCipher(key)
	if err == nil {
		if seal, serr := cipher.NewGCMWithRandomNonce(block); serr == nil {
			return &trips{now: now, seal: seal, used: make(map[string]bool)}
		}
	}
	return &trips{now: now} // of a key of 32 bytes this cannot happen
}

// begin makes a trip that ends at a link of this program.
func (t *trips) begin(next string) (tr trip, sealed string, err error) {
	tr = trip{Next: next, Until: t.now().Add(tripTime), Trip: auth.Trip{State: rand.Text(),
		Nonce: rand.Text(), Verifier: rand.Text() + rand.Text()}}
	text, err := json.Marshal(tr)
	if err != nil {
		return trip{}, "", err
	}
	return tr, base64.RawURLEncoding.EncodeToString(t.seal.Seal(nil, nil, text,
		[]byte(tripCookie))), nil
}

// end opens a trip that comes back with a state, once.
func (t *trips) end(sealed, state string) (tr trip, ok bool) {
	box, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return trip{}, false
	}
	text, err := t.seal.Open(nil, nil, box, []byte(tripCookie))
	if err != nil || json.Unmarshal(text, &tr) != nil || !t.now().Before(tr.Until) ||
		state == "" || tr.State != state {
		return trip{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.order) > 0 && (len(t.order) >= maxUsed || !t.now().Before(t.order[0].Until)) {
		delete(t.used, t.order[0].State)
		t.order = t.order[1:]
	}
	if t.used[tr.State] {
		return trip{}, false
	}
	t.used[tr.State] = true
	t.order = append(t.order, tr)
	return tr, true
}

// holdTrip gives the browser a trip to keep; without one, it takes it back. A browser sends it to
// where trips end and nowhere else, also when it comes from the provider's page.
func (s *Server) holdTrip(c echo.Context, sealed string) {
	held := s.sessionCookie(c, sealed)
	held.Name, held.Path, held.MaxAge = tripCookie, s.Links.OIDCCallback(), -1
	held.SameSite = http.SameSiteLaxMode
	if sealed != "" {
		held.MaxAge = int(tripTime.Seconds())
	}
	c.SetCookie(held)
}
