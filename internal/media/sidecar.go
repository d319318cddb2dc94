package media

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
)

// maxSideCar bounds what is read back; a longer side-car was not written by this program.
const maxSideCar = 64 << 10

// Validator is what a server said about the file a part is being filled from.
type Validator struct {
	URL          string `json:"url"`                     // as asked for, redirects not followed
	ETag         string `json:"etag,omitempty"`          // a strong one, quotes included
	LastModified string `json:"last_modified,omitempty"` // as the server wrote it
	ContentType  string `json:"content_type,omitempty"`  // as declared, not as found
	Total        int64  `json:"total,omitempty"`         // length of the whole; 0 when unknown
	Final        string `json:"final,omitempty"`         // path that a commit is moving the part to
}

// readSideCar returns what is kept of a part. Whatever cannot be read counts as nothing known:
// the part is then fetched from zero, which is slow and right.
func (f *Folder) readSideCar(key string) Validator {
	name := sideCarPath(key)
	info, err := f.at().Lstat(name)
	if err != nil || info.Size() > maxSideCar {
		return Validator{}
	}
	text, err := f.at().ReadFile(name)
	if err != nil {
		return Validator{}
	}
	var v Validator
	if err := json.Unmarshal(text, &v); err != nil || v.Total < 0 {
		return Validator{}
	}
	return v
}

// writeSideCar replaces the side-car in one step. It is not synced: a side-car that a power cut
// takes along costs a start from zero, nothing else.
func (f *Folder) writeSideCar(key string, v Validator) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	name := sideCarPath(key)
	if err := f.at().WriteFile(name+".new", text, fileMode); err != nil {
		return err
	}
	return f.at().Rename(name+".new", name)
}

func (f *Folder) removeSideCar(key string) error {
	if err := f.at().Remove(sideCarPath(key)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func sideCarPath(key string) string { return filepath.Join(partsDir, key+".json") }
