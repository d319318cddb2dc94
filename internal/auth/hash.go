package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// ErrBusy says that too many passwords are being checked at once.
var ErrBusy = errors.New("too many passwords are being checked at once")

// Cost is what one hash takes.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultCost is argon2id with 19 MiB and two passes: of the settings that OWASP holds to be
// equally strong, the one that needs the least memory. A small server has to bear Parallel of
// them at once beside its work.
func DefaultCost() Cost { return Cost{MemoryKiB: 19 * 1024, Passes: 2, Threads: 1} }

// HasherOptions are what a Hasher is made of.
type HasherOptions struct {
	Cost     Cost
	Parallel int           // hashes at once; 0 means 2
	Wait     time.Duration // for a turn; 0 means 3 s
	Random   io.Reader     // of salts; nil means crypto/rand
}

// Hasher hashes passwords, a few at a time: each takes memory and a whole core, and whoever asks
// need not be known.
type Hasher struct {
	cost   Cost
	turns  chan struct{}
	wait   time.Duration
	random io.Reader
	nobody string // a hash of no password
}

const saltBytes, keyBytes = 16, 32

// NewHasher returns a hasher.
func NewHasher(o HasherOptions) *Hasher {
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	if o.Wait <= 0 {
		o.Wait = 3 * time.Second
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	h := &Hasher{cost: o.Cost, turns: make(chan struct{}, o.Parallel), wait: o.Wait,
		random: o.Random}
	h.nobody = encode(o.Cost, make([]byte, saltBytes), []byte(rand.Text() + rand.Text())[:keyBytes])
	return h
}

// Hash returns the hash of a password with its settings, as a PHC string.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	key, err := h.derive(ctx, h.cost, password, salt, keyBytes)
	if err != nil {
		return "", err
	}
	return encode(h.cost, salt, key), nil
}

// Verify says whether a password is the one of a hash. An empty hash is nobody's; it takes as
// long, so that the time does not tell which names there are.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	if hash == "" {
		hash = h.nobody
	}
	cost, salt, want, err := decode(hash)
	if err != nil {
		return false, err
	}
	key, err := h.derive(ctx, cost, password, salt, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1, nil
}

// NeedsRehash says whether a hash was made with other settings than are used now.
func (h *Hasher) NeedsRehash(hash string) bool {
	cost, salt, key, err := decode(hash)
	return err != nil || cost != h.cost || len(salt) != saltBytes || len(key) != keyBytes
}

// derive waits for a turn and makes the key.
func (h *Hasher) derive(
	ctx context.Context, c Cost, password string, salt []byte, length uint32,
) ([]byte, error) {
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.turns <- struct{}{}:
	case <-timer.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Threads, length), nil
}

func encode(c Cost, salt, key []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB,
		c.Passes, c.Threads, text(salt), text(key))
}

// errHash says that a stored hash is none of ours.
var errHash = errors.New("the stored password hash cannot be read")

// Costs above these are no settings but damage, and would take the machine down.
const maxMemoryKiB, maxPasses = 1 << 20, 64

func decode(hash string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return c, nil, nil, errHash
	}
	var version int
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Threads)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if errors.Join(err1, err2, err3, err4) != nil || version != argon2.Version ||
		c.MemoryKiB > maxMemoryKiB || c.Passes < 1 || c.Passes > maxPasses || c.Threads < 1 ||
		len(salt) < 8 || len(key) < 16 || len(key) > 128 {
		return Cost{}, nil, nil, errHash
	}
	return c, salt, key, nil
}
