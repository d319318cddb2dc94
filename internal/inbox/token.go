package inbox

import (
	"crypto/rand"
	"encoding/base64"
)

// NewToken returns a secret for a callback path: 144 random bits in 24 URL-safe characters.
func NewToken() string {
	secret := make([]byte, 18)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(secret)
}
