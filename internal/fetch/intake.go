package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/reelback/reelback/internal/media"
)

// intake takes the bytes of one answer: judges the first, stores and hashes all.
type intake struct {
	*attempt
	hash        *hasher
	declared    string // content type by the server's word
	contentType string // by content; empty before the first bytes
	total       int64  // 0 when unknown
	unasked     int64  // bytes stored since Room was asked
}

// roomStep is how many bytes are stored between two questions for room.
const roomStep = 4 << 20

func (a *attempt) newIntake(v media.Validator) *intake {
	return &intake{attempt: a, hash: newHasher(&a.buffers), declared: v.ContentType, total: v.Total}
}

// recall judges and hashes what the part has from earlier attempts.
func (in *intake) recall(ctx context.Context, size int64) error {
	head := make([]byte, min(size, media.SniffLen))
	if _, err := in.Part.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return &Error{Kind: Disk, Err: err}
	}
	if err := in.sniff(head); err != nil {
		return err
	}
	stored := io.NewSectionReader(in.Part, 0, size)
	for {
		if ctx.Err() != nil {
			return &Error{Kind: Cancelled, Err: context.Cause(ctx)}
		}
		buf := in.hash.buffer()
		n, err := io.ReadFull(stored, buf)
		in.hash.add(buf[:n])
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return &Error{Kind: Disk, Err: err}
		}
	}
}

// copy stores a body up to its end and checks its length. What came before a cut is stored too.
func (in *intake) copy(body io.Reader) error {
	in.tell(0)
	if more := in.total - in.Part.Size(); more > 0 && in.Room != nil && !in.Room(more) {
		return &Error{Kind: Disk, Err: ErrNoRoom}
	}
	for {
		buf := in.hash.buffer()
		n, err := in.fill(body, buf)
		in.Trace.Bytes += int64(n)
		ended := errors.Is(err, io.EOF)
		if storeErr := in.store(buf[:n], ended); storeErr != nil {
			return storeErr
		}
		if ended {
			return in.checkLength()
		}
		if err != nil {
			return &Error{Kind: Cut, Err: err}
		}
	}
}

// fill reads until the buffer is full: few large writes are cheaper than many small ones.
func (in *intake) fill(body io.Reader, buf []byte) (int, error) {
	in.timer.nextBuffer()
	filled := 0
	for filled < len(buf) {
		in.timer.watch()
		n, err := body.Read(buf[filled:])
		in.timer.pause()
		filled += n
		in.tell(int64(filled))
		if err != nil {
			return filled, err
		}
	}
	return filled, nil
}

// store judges, writes and hashes some bytes; ended says that none follow. The buffer belongs
// to the hasher afterwards.
func (in *intake) store(b []byte, ended bool) error {
	if in.contentType == "" {
		if !ended && len(b) < media.SniffLen {
			return nil // a cut follows, and so few bytes are not worth keeping
		}
		if err := in.sniff(b); err != nil {
			return err
		}
	}
	if in.tooLarge(in.Part.Size() + int64(len(b))) {
		return &Error{Kind: TooLarge}
	}
	if in.unasked += int64(len(b)); in.unasked >= roomStep && in.Room != nil {
		if in.unasked = 0; !in.Room(int64(len(b))) {
			return &Error{Kind: Disk, Err: fmt.Errorf("leave the reserve free: %w", syscall.ENOSPC)}
		}
	}
	if _, err := in.Part.Write(b); err != nil {
		return &Error{Kind: Disk, Err: err}
	}
	in.hash.add(b)
	return nil
}

// tell passes on how far the file has come, with the bytes that are read but not stored yet: from
// a slow server a buffer takes its time.
func (in *intake) tell(read int64) {
	if in.Progress != nil {
		in.Progress(in.Part.Size()+read, in.total)
	}
}

func (in *intake) sniff(head []byte) error {
	found, err := media.Sniff(head, in.Role, in.declared, in.URL)
	switch {
	case errors.Is(err, media.ErrEmpty) && in.total > 0:
		return &Error{Kind: Cut, Err: err} // a length was announced
	case errors.Is(err, media.ErrEmpty):
		return &Error{Kind: Empty, Err: err}
	case err != nil:
		return &Error{Kind: WrongType, Err: err}
	}
	in.contentType = found
	return nil
}

func (in *intake) checkLength() error {
	switch size := in.Part.Size(); {
	case in.total == 0 || size == in.total:
		return nil
	case size < in.total:
		return &Error{Kind: Cut}
	}
	if err := in.Part.Reset(); err != nil {
		return &Error{Kind: Disk, Err: err}
	}
	return &Error{Kind: Cut, Err: errLonger}
}

// finish ends a body that is as long as it was to be. A movie tells its own length too: one that
// is longer by its own word is fetched anew.
func (in *intake) finish() (Result, error) {
	if isMovie(in.contentType) && !in.KeepShort && media.Short(in.Part, in.Part.Size()) {
		if err := in.Part.Reset(); err != nil {
			return Result{}, &Error{Kind: Disk, Err: err}
		}
		return Result{}, &Error{Kind: Cut, Err: errShort}
	}
	return Result{ContentType: in.contentType, Bytes: in.Part.Size(), SHA256: in.hash.sum()}, nil
}
