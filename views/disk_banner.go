package views

// diskText says that the disk is almost full and what to do about it.
func (f Frame) diskText() string {
	left := f.T.T("disk.none")
	if f.Strip.DiskFree > 0 {
		left = f.T.T("disk.free", "Size", f.T.Bytes(f.Strip.DiskFree))
	}
	return f.T.T("disk.paused", "Left", left)
}
