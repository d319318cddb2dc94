//go:build !linux

package store

import "os"

// syncData makes a file durable.
func syncData(file *os.File) error { return file.Sync() }
