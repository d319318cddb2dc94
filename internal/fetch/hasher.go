package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

// hasherBuffers is how many buffers go round between receiver and hasher: one being filled, one
// being hashed, one between them. It bounds the memory of a fetch, whatever the file's size.
const hasherBuffers = 3

// hasher computes SHA-256 beside the receiver, which would be half as fast with it in line.
type hasher struct {
	digest hash.Hash
	free   chan []byte // nil for a buffer not made yet
	full   chan []byte
	done   chan struct{}
	once   sync.Once
}

// newHasher starts a hasher; stop must be called.
func newHasher() *hasher {
	h := &hasher{
		digest: sha256.New(),
		free:   make(chan []byte, hasherBuffers),
		full:   make(chan []byte, hasherBuffers),
		done:   make(chan struct{}),
	}
	for range hasherBuffers {
		h.free <- nil
	}
	go h.run()
	return h
}

func (h *hasher) run() {
	defer close(h.done)
	for b := range h.full {
		h.digest.Write(b) // never fails, by the contract of hash.Hash
		h.free <- b[:cap(b)]
	}
}

// buffer returns a buffer to fill, waiting while all are to be hashed.
func (h *hasher) buffer() []byte {
	b := <-h.free
	if b == nil {
		b = make([]byte, receiveBufferBytes)
	}
	return b
}

// add hands a buffer over, cut to what is to be hashed.
func (h *hasher) add(b []byte) { h.full <- b }

// stop ends the goroutine. Calling it again does nothing.
func (h *hasher) stop() {
	h.once.Do(func() { close(h.full) })
	<-h.done
}

// sum stops the hasher and returns the hash of all bytes in hex.
func (h *hasher) sum() string {
	h.stop()
	return hex.EncodeToString(h.digest.Sum(nil))
}
