package media

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/task"
)

const (
	maxProduct = 40 // bytes of a product in a name
	maxID      = 120
	hashMark   = "-h" // begins the hash that cleaning appends
	hashLen    = 12   // hex digits of it
)

// Name is what the name of an asset's file is made of.
type Name struct {
	Product     string
	TaskID      string
	Role        task.Role
	Index       int
	Month       time.Time // any time in the month whose folder takes the file
	ContentType string    // as Sniff returned it
}

// Path returns the file's path below the media folder, with slashes, in UTC. The names of Runway
// extensions and Veo videos are those of the providers' sample receivers. Different ids give
// different names even where cleaning makes them alike.
func (n Name) Path() string {
	month := "undated"
	if year := n.Month.UTC().Year(); year >= 1970 && year <= 9999 {
		month = n.Month.UTC().Format("2006-01")
	}
	return month + "/" + n.stem() + "." + extension(n.ContentType, n.Role)
}

func (n Name) stem() string {
	id := clean(n.TaskID, maxID)
	numbered := "_" + id + "_" + strconv.Itoa(n.Index)
	switch {
	case n.Product == "runway-extend" && (n.Role == task.Video || n.Role == task.Cover):
		stem := "runway_extend_"
		if n.Role == task.Cover {
			stem += "cover_"
		}
		if n.Index == 0 { // the samples know one file a task
			return stem + id
		}
		return stem + numbered[1:]
	case n.Product == "veo3.1" && n.Role == task.Video:
		return "veo3.1_generated" + numbered
	}
	return clean(n.Product, maxProduct) + "_" + clean(string(n.Role), maxProduct) + numbered
}

// clean makes text safe for every file system. Text that had to change, or that looks as if it
// had been changed, carries a hash of the original, so that no two texts become one.
func clean(text string, limit int) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9',
			r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, text)
	if strings.HasPrefix(kept, ".") {
		kept = "_" + kept[1:]
	}
	if kept == text && text != "" && len(text) <= limit && !looksHashed(text) {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	kept = kept[:min(len(kept), limit-len(hashMark)-hashLen)]
	return kept + hashMark + hex.EncodeToString(sum[:])[:hashLen]
}

func looksHashed(text string) bool {
	at := len(text) - hashLen - len(hashMark)
	return at >= 0 && text[at:at+len(hashMark)] == hashMark &&
		strings.Trim(text[at+len(hashMark):], "0123456789abcdef") == ""
}

// extension returns the ending for a content type; for one without an ending of its own, that of
// the file the role usually is.
func extension(contentType string, role task.Role) string {
	for _, t := range types() {
		if t.name == contentType {
			return t.ext
		}
	}
	if role == task.Cover {
		return "png"
	}
	return "mp4"
}
