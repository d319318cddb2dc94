package task

import (
	"hash/fnv"
	"slices"
	"strconv"
	"time"
)

// makeAssets turns links into assets, as far as the task has none in their place that may still
// be or has been saved. A link that cannot be used makes a failed one, so that the page can say
// why nothing is saved. Completed is when the files were made.
func makeAssets(t *Task, files []ReportFile, completed, now time.Time, rules Rules) []Asset {
	assets := make([]Asset, 0, len(files))
	for _, f := range files {
		known := find(t.Assets, f)
		if known != nil && (known.promising() || known.SourceURL == f.URL) ||
			find(assets, f) != nil {
			continue
		}
		a := Asset{Task: t.Key, Role: f.Role, Index: f.Index, State: Pending,
			SourceURL: f.URL, ExpiresAt: expiry(t, f.URL, completed, now, rules)}
		if rules.Usable != nil {
			if err := rules.Usable(f.URL); err != nil {
				a.State, a.Error = FailedAsset, err.Error()
			}
		}
		assets = append(assets, a)
	}
	return assets
}

// find returns the asset that stands where a file belongs, nil without one.
func find(assets []Asset, f ReportFile) *Asset {
	for i := range assets {
		if assets[i].Role == f.Role && assets[i].Index == f.Index {
			return &assets[i]
		}
	}
	return nil
}

// promising says whether the asset's link is or was worth an attempt.
func (a *Asset) promising() bool { return a.State != FailedAsset || a.Failures > 0 }

// settled says whether a success of the task's own, one with a usable link, has been heard.
// Another one with other links contradicts it; before, it would be the first.
func (t *Task) settled() bool {
	return t.ResultHash != 0 && slices.ContainsFunc(t.Assets, func(a Asset) bool {
		return a.Role != Upscale && a.promising()
	})
}

// statusWith returns the status of a success whose assets have been joined by others, which
// stand in for those in their place.
func statusWith(known, added []Asset) Status {
	all := slices.Clip(added)
	for _, a := range known {
		if find(added, ReportFile{Role: a.Role, Index: a.Index}) == nil {
			all = append(all, a)
		}
	}
	if !slices.ContainsFunc(all, func(a Asset) bool { return a.promising() }) {
		return Unconfirmed
	}
	return DeriveStatus(all)
}

// fingerprint condenses the links of a result. It is never 0.
func fingerprint(files []ReportFile) int64 {
	h := fnv.New64a()
	for _, f := range files {
		_, _ = h.Write([]byte(string(f.Role) + strconv.Itoa(f.Index) + " " + f.URL + "\n"))
	}
	if sum := int64(h.Sum64()); sum != 0 {
		return sum
	}
	return 1
}
