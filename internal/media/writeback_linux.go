//go:build linux && !arm

package media

import (
	"os"
	"syscall"
)

// syncFileRangeWrite is SYNC_FILE_RANGE_WRITE of <linux/fs.h>: start writing, wait for nothing.
const syncFileRangeWrite = 2

// startWriteBack asks the kernel to write a range now. It is a hint: errors that matter come
// back from the sync in Commit.
func startWriteBack(file *os.File, off, n int64) {
	_ = syscall.SyncFileRange(int(file.Fd()), off, n, syncFileRangeWrite)
}
