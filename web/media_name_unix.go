//go:build unix

package web

import (
	"os"
	"syscall"
)

// hasName says whether an open file can still be found in a folder.
func hasName(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Nlink > 0
}
