package task

import (
	"slices"
	"strings"
	"time"
)

// handover is how long an asset rests whose link changes while it is being fetched, so that
// whoever does can come to an end.
const handover = 2 * time.Second

// relink puts the record's links in the place of those known. It returns the assets that change
// thereby, new ones included, and whether any link is another one than the callback's.
func relink(t *Task, files []ReportFile, now time.Time, rules Rules) (changed []Asset, other bool) {
	if len(files) == 0 {
		return nil, false // a record without links has forgotten them
	}
	var unknown []ReportFile
	for _, f := range files {
		known := find(t.Assets, f)
		switch {
		case known == nil:
			unknown = append(unknown, f)
			continue
		case find(changed, f) != nil:
			continue
		}
		same := sameLink(known.SourceURL, f.URL)
		other = other || !same
		if a, news := relinked(*known, f.URL, same, now, rules); news {
			a.ExpiresAt = expiry(t, a.SourceURL, t.CompletedAt, now, rules)
			changed = append(changed, a)
		}
	}
	for _, a := range t.Assets {
		if a.isResult() && !a.among(files) {
			other = true
			if a.Open() {
				a.State, a.Error, a.NextTryAt = FailedAsset, ErrorNotOnRecord, time.Time{}
				changed = append(changed, a)
			}
		}
	}
	return append(changed, makeAssets(t, unknown, t.CompletedAt, now, rules)...), other
}

// relinked returns a known asset as it stands with the record's link, and whether that is news.
// The same link signed anew is of use only where nothing is on its way or safe yet.
func relinked(a Asset, url string, same bool, now time.Time, rules Rules) (Asset, bool) {
	givenUp := a.State == FailedAsset &&
		(a.Error == ErrorRecordFailed || a.Error == ErrorNotOnRecord)
	switch {
	case same && givenUp, same && a.State == ExpiredAsset && a.SourceURL != url:
	case same && a.State == Pending && a.SourceURL != url:
		a.SourceURL = url
		return a, true
	case same:
		return a, false
	}
	fresh := Asset{Task: a.Task, Role: a.Role, Index: a.Index, State: Pending, SourceURL: url,
		Claim: a.Claim}
	if a.State == SavingAsset {
		fresh.NextTryAt = now.Add(handover)
	}
	if rules.Usable != nil {
		if err := rules.Usable(url); err != nil {
			fresh.State, fresh.Error, fresh.NextTryAt = FailedAsset, err.Error(), time.Time{}
		}
	}
	// What is safe is not given up for a link that leads nowhere.
	return fresh, a.State != SavedAsset || fresh.State == Pending
}

// isResult says whether the asset is what the generation made. Covers a record may leave out, and
// of upscales it does not tell.
func (a *Asset) isResult() bool { return a.Role == Video || a.Role == Original }

// among says whether the asset stands where one of the files belongs.
func (a *Asset) among(files []ReportFile) bool {
	return slices.ContainsFunc(files, func(f ReportFile) bool {
		return f.Role == a.Role && f.Index == a.Index
	})
}

// has says whether the results among the files are those of the task.
func (t *Task) has(files []ReportFile) bool {
	results := 0
	for _, f := range files {
		known := find(t.Assets, f)
		if f.Role != Video && f.Role != Original {
			continue
		}
		if known == nil || !sameLink(known.SourceURL, f.URL) {
			return false
		}
		results++
	}
	return results > 0
}

// sameLink compares links without their queries: a signed link is another one at each question.
func sameLink(a, b string) bool { return bare(a) == bare(b) }

func bare(link string) string {
	if end := strings.IndexAny(link, "?#"); end >= 0 {
		return link[:end]
	}
	return link
}
