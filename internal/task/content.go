package task

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// MaxContent is the longest content of a packed body, in bytes: as long as a body may be.
const MaxContent = 1 << 20

// Content returns what is in a body that came packed with gzip, and any other body as it is. What
// is packed is told by its first bytes, with which no JSON begins: they are kept with the body,
// whatever the header says. It stops at MaxContent, however much a small body unpacks to. With an
// error it returns what could be unpacked.
func Content(body []byte) (content []byte, packed bool, err error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, false, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, true, errBroken
	}
	content, err = io.ReadAll(io.LimitReader(r, MaxContent+1))
	switch {
	case len(content) > MaxContent:
		return content[:MaxContent], true, errLongContent
	case err != nil:
		return content, true, errBroken
	}
	return content, true, nil
}

// Why a packed body cannot be read. The texts are reasons of deliveries.
var (
	errBroken      = errors.New(ReasonEncoding + ": the gzip data is broken")
	errLongContent = fmt.Errorf("%s: unpacked it is longer than %d MiB", ReasonEncoding,
		MaxContent>>20)
)
