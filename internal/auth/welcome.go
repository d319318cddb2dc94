package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// Welcome is the secret of the link by which the first account is created. It lives as long as
// the process, which prints it; a restart makes another.
type Welcome struct {
	token string
	hash  [sha256.Size]byte
}

// NewWelcome returns a new secret.
func NewWelcome() *Welcome {
	token := rand.Text()
	return &Welcome{token: token, hash: sha256.Sum256([]byte(token))}
}

// Token is the secret.
func (w *Welcome) Token() string { return w.token }

// Opens says whether this is the secret.
func (w *Welcome) Opens(token string) bool {
	hash := sha256.Sum256([]byte(token))
	return w != nil && subtle.ConstantTimeCompare(hash[:], w.hash[:]) == 1
}
