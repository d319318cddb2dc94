//go:build !dev

package static

import (
	"embed"
	"io/fs"
)

//go:embed css js img
var embedded embed.FS

// source is the tree that New reads.
func source() fs.FS { return embedded }

// fromDisk says that the files may change while the program runs.
const fromDisk = false
