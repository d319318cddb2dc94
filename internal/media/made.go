package media

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
)

// MadePath returns the path of a made cover. Its hash is in the name: another picture has another
// address, so that no browser shows the one before.
func (n Name) MadePath(sha256 string) string {
	whole := n.Path()
	ext := path.Ext(whole)
	return strings.TrimSuffix(whole, ext) + "_made-" + sha256[:min(len(sha256), hashLen)] + ext
}

// Keep stores bytes of our own making under a path, as Commit does the bytes of others: synced,
// then renamed. It returns the path, which differs from the wanted one where that is taken by
// other bytes.
func (f *Folder) Keep(key, wanted string, content []byte) (kept string, err error) {
	if _, err := localPath(wanted); err != nil || strings.Count(wanted, "/") != 1 {
		return "", fmt.Errorf("keep a file: %w", ErrPath)
	}
	p, err := f.Part(key)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.Reset(); err != nil { // of one whose maker died
		return "", err
	}
	if _, err := p.Write(content); err != nil {
		return "", errors.Join(err, p.Discard())
	}
	return f.commitAs(p, wanted)
}

// LocalPath returns where a whole file lies on this machine, for a program that reads it.
func (f *Folder) LocalPath(name string) (string, error) {
	local, err := localPath(name)
	if err != nil {
		return "", fmt.Errorf("find media file: %w", err)
	}
	return filepath.Abs(filepath.Join(f.dir, local))
}
