package media

import (
	"os"
	"syscall"
)

// openDirect opens a part for writes that go past the page cache; nil where its file system has no
// such thing. A film is written once and may be watched tomorrow: taking gigabytes of memory from
// everything else for it costs more processor time than receiving it.
func openDirect(root *os.Root, name string) *os.File {
	file, err := root.OpenFile(name, os.O_WRONLY|syscall.O_DIRECT, 0)
	if err != nil {
		return nil
	}
	return file
}
