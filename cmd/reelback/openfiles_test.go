//go:build linux

package main

import (
	"syscall"
	"testing"
)

// openFiles is how many files this process may have open. Go raised it to what the system allows.
func openFiles(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	t.Logf("this process may open %d files", limit.Cur)
	return int(min(limit.Cur, 1<<20))
}
