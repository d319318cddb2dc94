package task

import (
	"slices"
	"time"
)

// upgrades says whether a success is that of an upscale. The provider announces it under the id
// of the task whose video was upscaled, and it may be the first that is heard of that one.
func upgrades(files []ReportFile) bool {
	return slices.ContainsFunc(files, func(f ReportFile) bool { return f.Role == Upscale })
}

// upgrade adds upscales, and covers where there are none, to a task in any state. They are no
// result of the task's own: that one is still to come where it has not been heard, and its words
// and times count then. What has been upscaled was generated, though, so that a task without a
// result or with a failure has succeeded.
func upgrade(next Task, report Report, now time.Time, rules Rules) Change {
	completed := now
	if !report.CompletedAt.IsZero() {
		completed = report.CompletedAt
	}
	files := slices.DeleteFunc(slices.Clone(report.Files), func(f ReportFile) bool {
		return f.Role != Upscale && f.Role != Cover
	})
	assets := makeAssets(&next, files, completed, now, rules)
	if !slices.ContainsFunc(assets, func(a Asset) bool { return a.Role == Upscale }) {
		return upgradeAgain(next, report.Files)
	}
	if !next.Succeeded() && next.ResultHash == 0 {
		report.Resolution, report.Credits = "", 0 // the upscale's, not the task's
		describe(&next, report, now)
		next.Category = ""
	}
	next.Status = statusWith(next.Assets, assets)
	return Change{Task: next, Outcome: Applied, Assets: assets}
}

// upgradeAgain judges the success of an upscale that has already succeeded.
func upgradeAgain(next Task, files []ReportFile) Change {
	for _, f := range files {
		if known := find(next.Assets, f); f.Role == Upscale && known.SourceURL != f.URL {
			return Change{Task: next, Outcome: Conflicting, Reason: ReasonOtherURLs}
		}
	}
	return Change{Task: next, Outcome: Repeated, Reason: ReasonSameResult}
}
