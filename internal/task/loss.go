package task

import (
	"slices"
	"time"
)

// Relinked is what came of the search for a living link in place of a dead one.
type Relinked string

// What can come of that search; empty where there was none.
const (
	RelinkFresh  Relinked = "fresh"  // there is a living one
	RelinkNoKey  Relinked = "no_key" // there is no key to ask the provider with
	RelinkGone   Relinked = "gone"   // the provider's record of the task is gone
	RelinkNone   Relinked = "none"   // the provider has no other link
	RelinkSilent Relinked = "silent" // the provider gave no answer, or refused the key
)

// Lost is a file that was given up, or whose link has been found dead although there is hope.
type Lost struct {
	Asset    Asset
	At       time.Time // when it was given up; zero while there is hope
	Attempts int       // how often it was tried, as far as is remembered
	First    time.Time // when the first of those began; zero without any
	Cause    LossCause
	Relinked Relinked // what the last search for a living link came to
	// AtOnce says that the first attempt already found the link dead.
	AtOnce bool
	// DiskFull says that attempts failed because the disk was full.
	DiskFull bool
	Refused  string    // the address that the last attempt was refused for; empty for none
	Gone     time.Time // when its file was found gone; zero where it was never saved
}

// LossCause is why a file was lost.
type LossCause string

// The causes of a loss.
const (
	LostUnusable    LossCause = "unusable"    // the link was refused before any attempt
	LostLink        LossCause = "link"        // the link was dead
	LostFile        LossCause = "file"        // what the server sent is no such file
	LostUnreachable LossCause = "unreachable" // nothing whole came before the link's end
	LostMissing     LossCause = "missing"     // it was saved, and is gone from the disk
)

// LostFiles explains, file by file, what of a task is lost or about to be.
func LostFiles(t Task, attempts []Attempt, events []Event) []Lost {
	var lost []Lost
	for _, a := range t.Assets {
		if a.Lost() || a.LinkDead() {
			lost = append(lost, explainLoss(a, attempts, events))
		}
	}
	return lost
}

// Lost says whether the asset was given up although there was a file to be had: what the
// provider's record does without is no loss.
func (a *Asset) Lost() bool {
	return (a.State == FailedAsset || a.State == ExpiredAsset) &&
		a.Error != ErrorRecordFailed && a.Error != ErrorNotOnRecord
}

// LinkDead says whether the asset is still open although the last attempt found its link dead.
func (a *Asset) LinkDead() bool {
	return a.Open() && a.Failures > 0 && slices.Contains(DeadReasons(), a.Error)
}

func explainLoss(a Asset, attempts []Attempt, events []Event) Lost {
	l := Lost{Asset: a}
	for _, e := range events {
		if e.Role != a.Role || e.Index != a.Index {
			continue
		}
		switch e.Kind {
		case EventFileGone:
			l.Gone = e.At
		case EventAssetExpired, EventAssetFailed:
		default:
			continue
		}
		if !a.Open() {
			l.At = e.At
		}
	}
	for _, at := range attempts {
		if at.Role != a.Role || at.Index != a.Index {
			continue
		}
		if l.Attempts++; l.Attempts == 1 {
			l.First = at.StartedAt
			l.AtOnce = at.Number == 1 && slices.Contains(DeadAnswers(), at.Status)
		}
		if at.Relinked != "" {
			l.Relinked = at.Relinked
		}
		l.DiskFull = l.DiskFull || at.Reason == ReasonDiskFull
	}
	l.AtOnce = l.AtOnce && l.Gone.IsZero() // what was saved once had a link that worked
	l.Cause, l.Refused = causeOf(a, l.Attempts), LastRefused(a, attempts)
	return l
}

func causeOf(a Asset, attempts int) LossCause {
	switch {
	case a.Missing():
		return LostMissing
	case attempts == 0 && a.Failures == 0:
		return LostUnusable
	case slices.Contains(DeadReasons(), a.Error):
		return LostLink
	case a.State == FailedAsset:
		return LostFile
	default:
		return LostUnreachable
	}
}
