package views

import (
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// LostFragment is what of the page of lost files is read again when tasks change.
const LostFragment = "lost-files"

// LostAwayFragment is the part that appears while the saved files are away.
const LostAwayFragment = "lost-away"

// LostInput is what is known of lost files.
type LostInput struct {
	Reasons []LostReason // of all, the most frequent first
	Tasks   []task.Task  // one page of those that have lost something or are about to
	Files   [][]task.Lost
	Others  []*OtherLinks // that could help each of the tasks, nil for those none could
	CanAsk  bool          // there is a key to ask the provider with
	Retried int           // how many files somebody has just had tried again; below 0 for nobody
	Older   string
	Newest  bool
}

// LostReason is how many files were lost for one reason.
type LostReason struct {
	Key    string // as it is stored
	Reason string // in words
	N      int
}

// LostProps are the page of lost files, ready to be shown.
type LostProps struct {
	Verdict string
	Dead    string // how many more have a dead link; empty for none
	Reasons []LostReason
	Groups  []LostGroup
	Pager   ui.PagerProps
	Retried string // what somebody has just had tried again; empty for nothing
	Retry   string // what the button for all of them says; empty where there is none
	Believe bool   // the files are away, and whoever reads may say that they are gone for good
}

// LostTask is a task that has lost files.
type LostTask struct {
	Key     string
	URL     string
	Title   string
	ID      ui.CopyProps
	Product string
	Seen    ui.TimeProps
	Files   []LostFile
	Other   *OtherLinksProps
}

// LostFile tells why a file is lost and what would have kept it.
type LostFile struct {
	State    ui.StatusProps
	Role     string
	Why      []string
	Cure     string
	Next     string // when the next attempt comes, where there is hope
	At       *ui.TimeProps
	RetryURL string
}

// NewLost builds the page of lost files.
func NewLost(f Frame, in LostInput) LostProps {
	p := LostProps{Verdict: f.T.T("lost.none"), Pager: lostPager(f, in)}
	sum := 0
	for _, r := range in.Reasons {
		sum += r.N
		p.Reasons = append(p.Reasons, LostReason{r.Key, AttemptText(f.T, r.Key), r.N})
	}
	if all := sum + f.Strip.Dead; all > 0 && f.Can(auth.Operator) {
		p.Retry = f.T.N("lost.retry_all", all)
	}
	if in.Retried >= 0 {
		p.Retried = f.T.N("lost.retried", in.Retried)
	}
	p.Believe = f.Strip.Away != task.NotAway && f.Can(auth.Admin)
	if sum > 0 {
		p.Verdict = f.T.N("lost.verdict", sum)
	}
	if f.Strip.Dead > 0 && sum > 0 {
		p.Dead = f.T.N("lost.dead", f.Strip.Dead)
	} else if f.Strip.Dead > 0 {
		p.Dead = f.T.N("lost.dead_only", f.Strip.Dead)
	}
	p.Groups = newLostGroups(f, in)
	return p
}

// other returns the delivery that could help a task of the page, nil without one.
func (in LostInput) other(i int) *OtherLinks {
	if len(in.Others) == 0 {
		return nil
	}
	return in.Others[i]
}

func newLostTask(f Frame, in LostInput, i int) LostTask {
	t := in.Tasks[i]
	row := LostTask{
		Key:     t.Provider + "/" + t.TaskID,
		URL:     f.Link.Task(t.Provider, t.TaskID),
		Title:   shotTitle(f, &t),
		ID:      copyID(f, t.TaskID),
		Product: ProductText(f.T, t.Product),
		Seen:    f.TimeAgo(t.FirstSeenAt),
		Other:   newOtherLinks(f, t, in.other(i)),
	}
	for _, l := range in.Files[i] {
		row.Files = append(row.Files, newLostFile(f, t, l, in.CanAsk))
	}
	return row
}

func newLostFile(f Frame, t task.Task, l task.Lost, canAsk bool) LostFile {
	file := LostFile{
		State: FileStatusOf(f.T, l.Asset),
		Role:  assetText(f, t, l.Asset),
		Why:   lostWhy(f, t, l),
		Cure:  lostCure(f, t, l, canAsk),
	}
	if l.Asset.Open() {
		file.Next = nextTry(f, l.Asset)
	}
	if !l.At.IsZero() {
		at := f.TimeAgo(l.At)
		file.At = &at
	}
	if retriable(l.Asset) && f.Can(auth.Operator) {
		file.RetryURL = f.Link.AssetRetry(t.Provider, t.TaskID, string(l.Asset.Role),
			l.Asset.Index)
	}
	return file
}

// longWait is how long a file may wait for its first attempt before that is worth a word.
const longWait = 10 * time.Minute

// lostWhy says sentence by sentence why a file is lost.
func lostWhy(f Frame, t task.Task, l task.Lost) []string {
	cause := string(l.Cause)
	if l.Cause == task.LostLink && l.AtOnce {
		cause = "at_once"
	}
	reason, when := AttemptText(f.T, l.Asset.Error), f.Ago(l.Gone)
	why := []string{f.T.T("lost.why."+cause, "Reason", reason, "When", when)}
	if l.Cause == task.LostMissing {
		return why
	}
	if !l.Gone.IsZero() {
		why = append(why, f.T.T("lost.why.gone", "When", when))
	}
	if wait := l.First.Sub(linkCame(t, l)); l.AtOnce && wait > longWait {
		unit, n := span(wait)
		why = append(why, f.T.T("lost.why.waited", "Time", f.T.T("span."+unit, "N", n)))
	}
	if l.Attempts > 1 {
		why = append(why, f.T.N("lost.why.tried", l.Attempts))
	}
	if l.Cause == task.LostLink && l.Relinked != "" {
		why = append(why, f.T.T("lost.ask."+string(l.Relinked)))
	}
	if l.DiskFull {
		why = append(why, f.T.T("lost.why.disk_full"))
	}
	return why
}

// lostCure says what would have kept a file, and where that still helps, what to do.
func lostCure(f Frame, t task.Task, l task.Lost, canAsk bool) string {
	if hint := refusedText(f, l.Asset, l.Refused); hint != "" {
		return hint
	}
	switch {
	case l.Cause == task.LostMissing && canAsk:
		return f.T.T("lost.cure.missing_key")
	case l.DiskFull:
		return f.T.T("lost.cure.disk_full")
	case l.Cause == task.LostLink && l.Relinked == task.RelinkNoKey && canAsk:
		return f.T.T("lost.cure.key_now")
	case neverWorked(t, l) && l.Relinked == task.RelinkNone:
		return f.T.T("lost.cure.never")
	case neverWorked(t, l) && l.Relinked == task.RelinkFresh:
		return f.T.T("lost.cure.fresh_never")
	case l.Cause == task.LostLink && l.Relinked != "":
		return f.T.T("lost.cure." + string(l.Relinked))
	case l.Cause == task.LostLink && !canAsk:
		return f.T.T("lost.cure.no_key")
	case l.Cause == task.LostLink:
		return f.T.T("lost.cure.key_now")
	}
	if id, _ := attemptID(l.Asset.Error); f.T.Has("lost.cure_of." + id[len("attempt."):]) {
		return f.T.T("lost.cure_of." + id[len("attempt."):])
	}
	return f.T.T("lost.cure." + string(l.Cause))
}

// moments is how soon after the callback a first attempt cannot have come too late.
const moments = time.Minute

// neverWorked says whether the link was dead although it was tried moments after it came.
func neverWorked(t task.Task, l task.Lost) bool {
	return l.Cause == task.LostLink && l.AtOnce && l.First.Sub(linkCame(t, l)) <= moments
}

// linkCame is when there was a link to try, as far as that is known before the first attempt.
func linkCame(t task.Task, l task.Lost) time.Time {
	came := t.FirstSeenAt // of a registered task long before there was a link
	for _, at := range []time.Time{t.FirstDeliveryAt, t.CompletedAt} {
		if at.After(came) && !at.After(l.First) {
			came = at
		}
	}
	return came
}

func lostPager(f Frame, in LostInput) ui.PagerProps {
	p := ui.PagerProps{NewerText: f.T.T("tasks.newest"), OlderText: f.T.T("action.older"),
		Label: f.T.T("action.pages")}
	if !in.Newest {
		p.NewerURL = f.Link.Lost(nil)
	}
	if in.Older != "" {
		p.OlderURL = f.Link.Lost(atCursor(query.Tasks(task.Filter{}), in.Older))
	}
	return p
}
