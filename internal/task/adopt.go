package task

import (
	"errors"
	"strconv"
	"time"
)

// ErrNothingToAdopt says that a delivery has no link that could help its task.
var ErrNothingToAdopt = errors.New("the delivery has no link that could help the task")

// Stranded says whether the first success of a task came to nothing: it has no result that is
// saved or whose link may be alive, and no record of the provider's says which links are right. What another
// success offered, which was not applied, may be all there is to be had then.
func (t *Task) Stranded() bool {
	if t.CrossChecked != CheckNo || t.ResultHash == 0 {
		return false
	}
	results := 0
	for i := range t.Assets {
		a := &t.Assets[i]
		if !a.isResult() {
			continue
		}
		if !a.hopeless() {
			return false
		}
		results++
	}
	return results > 0
}

// hopeless says whether the asset was given up, or waits for a try although its link was found dead.
func (a *Asset) hopeless() bool {
	return a.State == FailedAsset || a.State == ExpiredAsset || a.State == Pending && a.LinkDead()
}

// Adopt returns the assets of a stranded task as they stand with the links of another success, if
// a person decides for it: the first terminal result goes on to be the task's, and only where it
// leads nowhere a link takes the place of one. No asset is new, and what is saved stays. Received
// is when those links came. None of the arguments is changed.
func Adopt(t Task, other Report, received, now time.Time, rules Rules) []Asset {
	if !t.Stranded() || other.Result != ResultSucceeded || upgrades(other.Files) {
		return nil
	}
	var adopted []Asset
	for _, f := range other.Files {
		known := find(t.Assets, f)
		if known == nil || !known.hopeless() || find(adopted, f) != nil {
			continue
		}
		same := sameLink(known.SourceURL, f.URL)
		a, news := relinked(*known, f.URL, same, now, rules)
		if !news || !a.Open() {
			continue
		}
		a.ExpiresAt = expiry(&t, a.SourceURL, received, now, rules)
		adopted = append(adopted, a)
	}
	return adopted
}

// adoptedLink returns the link that a person has chosen, as today's code reads its delivery.
func (h *History) adoptedLink(e Event) string {
	for _, d := range h.Deliveries {
		if strconv.FormatInt(d.ID, 10) != e.Detail {
			continue
		}
		for _, f := range d.Report.Files {
			if f.Role == e.Role && f.Index == e.Index {
				return f.URL
			}
		}
	}
	return ""
}
