//go:build dev

package static

import (
	"io/fs"
	"os"
)

// source is the folder of the working tree, so that a change is seen on the next load.
func source() fs.FS { return os.DirFS("static") }

// fromDisk says that the files may change while the program runs.
const fromDisk = true
