package task

// Trouble says in one word why nothing can be written to the database; empty while all is well.
type Trouble string

// The troubles.
const (
	NoTrouble Trouble = ""
	DiskFull  Trouble = "disk_full"
	ReadOnly  Trouble = "read_only"
	DiskError Trouble = "disk_error" // the disk or the file system refuses
	Damaged   Trouble = "damaged"    // the file is not what a database has to be
	Stuck     Trouble = "stuck"      // the disk does not answer in time, or somebody holds the file
)

// Troubles lists every trouble.
func Troubles() []Trouble { return []Trouble{DiskFull, ReadOnly, DiskError, Damaged, Stuck} }

// Sentence says what is wrong and what to do about it, for machines and logs.
func (t Trouble) Sentence() string {
	switch t {
	case NoTrouble:
		return ""
	case DiskFull:
		return "The disk of the data folder is full, so nothing can be stored. " +
			"Make room on it; the rest happens by itself."
	case ReadOnly:
		return "The database cannot be written to. " +
			"Give this program the right to write to the data folder and what is in it."
	case Damaged:
		return "The database is damaged. Stop the program and put the last backup in its place."
	case Stuck:
		return "The database does not answer in time. " +
			"Look whether the disk is overloaded or another program holds the database."
	default:
		return "The disk of the data folder refuses to write. Look into the system's log about it."
	}
}
