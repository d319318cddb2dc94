package inbox

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"

	"github.com/reelback/reelback/internal/task"
)

// NewToken returns a secret for a callback path: 144 random bits in 24 URL-safe characters.
func NewToken() string {
	secret := make([]byte, 18)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(secret)
}

// checkToken compares a token with the valid ones in a time that tells nothing about them.
func checkToken(valid []string, token string) error {
	if token == "" {
		return errors.New(task.ReasonTokenMissing)
	}
	got := sha256.Sum256([]byte(token))
	match := 0
	for _, v := range valid {
		want := sha256.Sum256([]byte(v))
		match |= subtle.ConstantTimeCompare(got[:], want[:])
	}
	if match == 0 {
		return errors.New(task.ReasonTokenWrong)
	}
	return nil
}
