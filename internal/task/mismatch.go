package task

import (
	"strconv"
	"strings"
	"time"
)

// Mismatch is a saved file that is not what was said of it.
type Mismatch struct {
	Kind    MismatchKind
	Role    Role // of the file
	Index   int
	Claimed string        // resolution: as the provider names it, "1080p"
	Lines   int           // resolution: the shorter side of the pictures, in pixels
	Length  time.Duration // length: of the extension
	Parent  time.Duration // length: of what it extends
}

// MismatchKind is what does not match.
type MismatchKind string

// The kinds of mismatch.
const (
	MismatchResolution MismatchKind = "resolution" // less than was claimed
	MismatchLength     MismatchKind = "length"     // an extension that is not longer
)

const (
	// fewerLines is how much smaller than claimed, in hundredths, pictures may be: codecs and
	// odd shapes take a few lines away.
	fewerLines = 5
	// sameLength is how much longer an extension must be at least to count as longer.
	sameLength = 100 * time.Millisecond
)

// Mismatches compares the saved videos of a task with what was claimed of them. The parent is the
// task that it extends, nil where that is not known. What is not known does not count.
func Mismatches(t Task, parent *Task) (found []Mismatch) {
	claimed := claimedLines(t.Resolution)
	judged := claimedRole(t, claimed)
	for _, a := range t.Assets {
		if a.State != SavedAsset || a.Role == Cover {
			continue
		}
		lines := min(a.Width, a.Height)
		if a.Role == judged && lines > 0 && lines*100 < claimed*(100-fewerLines) {
			found = append(found, Mismatch{Kind: MismatchResolution, Role: a.Role, Index: a.Index,
				Claimed: t.Resolution, Lines: lines})
		}
		before := parentLength(parent)
		if a.Role == Video && a.Duration > 0 && before > 0 && a.Duration < before+sameLength {
			found = append(found, Mismatch{Kind: MismatchLength, Role: a.Role, Index: a.Index,
				Length: a.Duration, Parent: before})
		}
	}
	return found
}

// claimedRole is the role whose files the claim is about: 4K is what the upscale has, where there
// is one.
func claimedRole(t Task, claimed int) Role {
	for _, a := range t.Assets {
		if a.Role == Upscale && claimed >= 1440 {
			return Upscale
		}
	}
	return Video
}

// claimedLines returns the lines of a resolution, "1080p" or "4k", 0 where it names none.
func claimedLines(resolution string) int {
	text := strings.ToLower(strings.TrimSpace(resolution))
	switch text {
	case "2k":
		return 1440
	case "4k", "uhd":
		return 2160
	case "8k":
		return 4320
	}
	if width, height, ok := strings.Cut(text, "x"); ok {
		w, err := strconv.Atoi(width)
		h, err2 := strconv.Atoi(height)
		if err == nil && err2 == nil {
			return max(min(w, h), 0)
		}
	}
	lines, err := strconv.Atoi(strings.TrimSuffix(text, "p"))
	if err != nil {
		return 0
	}
	return max(lines, 0)
}

// parentLength is how long the first video of a task is, 0 where that is not known.
func parentLength(parent *Task) time.Duration {
	if parent == nil {
		return 0
	}
	for _, a := range parent.Assets {
		if a.Role == Video && a.State == SavedAsset {
			return a.Duration
		}
	}
	return 0
}
