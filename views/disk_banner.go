package views

// diskText says that the disk has too little room and what to do about it. A large reserve can be
// missed on a disk that is far from full, so it is named where that is what is missing.
func (f Frame) diskText() string {
	left := f.T.T("disk.none")
	if f.Strip.DiskFree > 0 {
		left = f.T.T("disk.free", "Size", f.T.Bytes(f.Strip.DiskFree))
	}
	if missing := f.Strip.Reserve - f.Strip.DiskFree; missing > 0 {
		return f.T.T("disk.reserved", "Left", left, "Reserve", f.T.Bytes(f.Strip.Reserve),
			"Missing", f.T.Bytes(missing))
	}
	return f.T.T("disk.paused", "Left", left)
}
