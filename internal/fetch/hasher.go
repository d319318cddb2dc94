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

// buffers are what fetches that have ended leave to those that begin: without them, many short
// files would leave tens of megabytes for the garbage collector to find. It may take them too.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() []byte {
	if buf, ok := b.pool.Get().(*[receiveBufferBytes]byte); ok {
		return buf[:]
	}
	return new([receiveBufferBytes]byte)[:]
}

func (b *buffers) put(buf []byte) { b.pool.Put((*[receiveBufferBytes]byte)(buf)) }

// hasher computes SHA-256 beside the receiver, which would be half as fast with it in line.
type hasher struct {
	digest hash.Hash
	shared *buffers
	free   chan []byte // nil for a buffer not made yet
	full   chan []byte
	done   chan struct{}
	once   sync.Once
}

// newHasher starts a hasher; stop must be called.
func newHasher(shared *buffers) *hasher {
	h := &hasher{
		shared: shared,
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
		b = h.shared.get()
	}
	return b
}

// add hands a buffer over, cut to what is to be hashed.
func (h *hasher) add(b []byte) { h.full <- b }

// stop ends the goroutine and leaves the buffers to the next fetch. Calling it again does nothing.
func (h *hasher) stop() {
	h.once.Do(func() {
		close(h.full)
		<-h.done
		for range len(h.free) {
			if b := <-h.free; b != nil {
				h.shared.put(b)
			}
		}
	})
}

// sum stops the hasher and returns the hash of all bytes in hex.
func (h *hasher) sum() string {
	h.stop()
	return hex.EncodeToString(h.digest.Sum(nil))
}
