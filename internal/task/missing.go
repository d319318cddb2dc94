package task

import (
	"slices"
	"strconv"
	"time"
)

// The reasons of assets whose saved file is not what it was.
const (
	ErrorFileMissing = "the file is missing on disk"
	ErrorFileSize    = "the file on disk has another size"
)

// MissingReasons are the reasons of assets that were saved once.
func MissingReasons() []string { return []string{ErrorFileMissing, ErrorFileSize} }

// What follows when a saved file is gone: the details of EventFileGone.
const (
	GoneFetched = "fetched" // it is fetched anew
	GoneLost    = "lost"    // its link is dead, and nobody can be asked for another one
)

// AfterMissing returns a saved asset as it stands when its file is gone, and the event that tells
// of it. It is to be saved anew where its link may still live or the provider can be asked for
// another one. What is known of the file stays: it may come back.
func AfterMissing(a Asset, reason string, asks bool, now time.Time) (Asset, Event) {
	e := Event{At: now, Kind: EventFileGone, Role: a.Role, Index: a.Index, Detail: GoneFetched}
	a.State, a.Error, a.Path, a.Bytes = Pending, reason, "", 0
	a.Failures, a.NextTryAt = 0, time.Time{}
	a.Claim++
	if dead := !a.ExpiresAt.IsZero() && !a.ExpiresAt.After(now); dead && !asks {
		a.State, e.Detail = ExpiredAsset, GoneLost
	}
	return a, e
}

// AfterReturn returns an asset as it stands when the file is back that it had before, and the event
// that tells of it.
func AfterReturn(a Asset, path string, bytes int64, now time.Time) (Asset, Event) {
	a.State, a.Error, a.Path, a.Bytes = SavedAsset, "", path, bytes
	a.Failures, a.NextTryAt = 0, time.Time{}
	a.Claim++
	return a, Event{At: now, Kind: EventFileBack, Role: a.Role, Index: a.Index,
		Detail: strconv.FormatInt(bytes, 10)}
}

// Missing says whether the asset was saved once and its file has not been fetched anew since.
func (a *Asset) Missing() bool { return slices.Contains(MissingReasons(), a.Error) }

// Away is why no file can be found where the saved ones should be; empty while they can. Then no
// single one is believed to be gone: a disk that is not mounted comes back.
type Away string

// The ways of being away.
const (
	NotAway Away = ""
	Absent  Away = "absent"  // there is no media folder
	Emptied Away = "emptied" // most of the files in it are gone
)

// Sentence says what is wrong and what to do about it, for machines and logs.
func (a Away) Sentence() string {
	switch a {
	case NotAway:
		return ""
	case Absent:
		return "The media folder is not there, so no file can be served or saved. " +
			"Mount its disk or put it back; the rest happens by itself."
	default:
		return "Most of the saved files are not in the media folder, so nothing is saved there. " +
			"Mount its disk or put them back; the rest happens by itself."
	}
}
