//go:build unix

package app

import "syscall"

// openFiles is how many files the process may have open at once. Go has raised it as far as it
// goes when the program started.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > 1<<30 {
		return 0
	}
	return int(limit.Cur)
}
