//go:build !linux

package main

import "os"

// hideTyping does nothing where it is not known how: what is typed is seen.
func hideTyping(*os.File) func() { return func() {} }
