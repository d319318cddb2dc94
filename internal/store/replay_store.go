package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/reelback/reelback/internal/task"
)

// replayBatch is one transaction of a replay.
type replayBatch struct {
	batch
	replay  int64
	events  []eventRow
	changes []changeRow
}

// finish stores what the transaction has gathered, in few statements.
func (b *replayBatch) finish() error {
	if len(b.events) > 0 {
		if err := b.tx.Create(&b.events).Error; err != nil {
			return fmt.Errorf("add events: %w", err)
		}
	}
	if len(b.changes) > 0 {
		if err := b.tx.Create(&b.changes).Error; err != nil {
			return fmt.Errorf("note what was: %w", err)
		}
	}
	return b.counts.write(b.tx, b.store.hot.addCount)
}

// tell adds a line to a task's timeline.
func (b *replayBatch) tell(key int64, kind task.EventKind) {
	b.events = append(b.events, eventRow{Task: key, At: micros(b.store.now()), Kind: kind,
		Detail: strconv.FormatInt(b.replay, 10)})
}

// changeBefore is what a task was before a replay changed it.
type changeBefore struct {
	Task       *taskRow          // nil where the replay has made it
	Deliveries []deliveryOutcome // as they were
	Added      []assetPlace
	Replaced   []assetRow
}

// changeAfter is what a replay made of it.
type changeAfter struct {
	Task       string // a fingerprint of the row
	Deliveries []deliveryOutcome
}

// deliveryOutcome is what became of a delivery.
type deliveryOutcome struct {
	ID      int64
	Outcome task.Outcome
	Reason  string
	Code    int
	TaskID  string // as claimed, of one that acts on no task
	Free    bool   // it acts on none
}

// assetPlace is where an asset of a task belongs.
type assetPlace struct {
	Role task.Role
	Idx  int
}

// store1 stores one rebuilt task.
func (b *replayBatch) store1(r *rebuilt) error {
	row, err := b.putTask(r)
	if err != nil {
		return err
	}
	before, after := changeBefore{Task: r.row}, changeAfter{Task: fingerprint(row)}
	if err := b.putAssets(r, &before); err != nil {
		return err
	}
	for _, o := range r.Outcomes {
		was, is, err := b.putOutcome(r.key, o)
		if err != nil {
			return err
		}
		before.Deliveries = append(before.Deliveries, was)
		after.Deliveries = append(after.Deliveries, is)
	}
	b.tell(r.key, task.EventReplayed)
	return b.note(r.key, before, after)
}

// putTask stores the row of a rebuilt task, and has the provider asked about it where it is news.
func (b *replayBatch) putTask(r *rebuilt) (taskRow, error) {
	w := &working{}
	if r.row != nil {
		w = newWorking(r.row)
	} else {
		r.key = b.store.lastTask.Add(1)
		r.Task.Key = r.key
	}
	w.task = r.Task
	for _, o := range r.Outcomes {
		w.asking.again = w.asking.again || o.Reason == task.ReasonAgainstRecord
	}
	b.counts.move(w)
	b.store.schedule(w)
	row := w.row()
	if w.before == nil {
		return row, insertRows(b.tx, b.store.hot.insertTask, []taskRow{row})
	}
	return row, b.update(row)
}

// putAssets stores the files that are new, and those whose link was of no use.
func (b *replayBatch) putAssets(r *rebuilt, before *changeBefore) error {
	rows := make([]assetRow, len(r.Assets))
	for i := range r.Assets {
		a := &r.Assets[i]
		a.Task = r.key
		rows[i] = newAssetRow(a)
		known := false
		for j := range r.before.Assets {
			if old := &r.before.Assets[j]; old.Role == a.Role && old.Index == a.Index {
				before.Replaced, known = append(before.Replaced, newAssetRow(old)), true
			}
		}
		if !known {
			before.Added = append(before.Added, assetPlace{a.Role, a.Index})
		}
	}
	return insertRows(b.tx, b.store.hot.putAsset, rows)
}

// putOutcome stores how a delivery comes out now.
func (b *replayBatch) putOutcome(key int64, o task.Reoutcome) (was, is deliveryOutcome, err error) {
	was = deliveryOutcome{ID: o.ID, Outcome: o.Before, Reason: o.ReasonBefore, Code: o.CodeBefore}
	is = deliveryOutcome{ID: o.ID, Outcome: o.After, Reason: o.Reason, Code: o.Code}
	if o.Before == task.Refused {
		var row deliveryRow
		if err := b.tx.Take(&row, o.ID).Error; err != nil {
			return was, is, fmt.Errorf("load delivery %d: %w", o.ID, err)
		}
		was = outcomeOf(&row)
	}
	return was, is, b.setOutcome(is, key)
}

func outcomeOf(r *deliveryRow) deliveryOutcome {
	return deliveryOutcome{ID: r.ID, Outcome: r.Outcome, Reason: r.Reason, Code: r.Code,
		TaskID: r.TaskID, Free: r.Task == nil}
}

// setOutcome writes what became of a delivery of a task.
func (b *replayBatch) setOutcome(o deliveryOutcome, key int64) error {
	owner := &key
	if o.Free {
		owner = nil
	}
	err := b.tx.Exec(`UPDATE deliveries SET outcome = ?, reason = ?, code = ?, task = ?, task_id = ?
		WHERE id = ?`, string(o.Outcome), o.Reason, o.Code, owner, o.TaskID, o.ID).Error
	if err != nil {
		return fmt.Errorf("update delivery %d: %w", o.ID, err)
	}
	return nil
}

// note keeps what undoing takes.
func (b *replayBatch) note(key int64, before changeBefore, after changeAfter) error {
	was, err := json.Marshal(before)
	if err != nil {
		return fmt.Errorf("note what was: %w", err)
	}
	is, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("note what is: %w", err)
	}
	b.changes = append(b.changes,
		changeRow{Replay: b.replay, Task: key, Before: string(was), After: string(is)})
	return nil
}

// fingerprint condenses a task's row. What the saver makes of a success, and when the provider is
// asked, is left out: neither is a change that undoing would take back.
func fingerprint(row taskRow) string {
	row.NextQueryAt, row.Queries = 0, 0
	switch t := row.task(); {
	case t.Succeeded(), t.Status == task.Unconfirmed:
		row.Status = task.Saved
	}
	text, err := json.Marshal(row)
	if err != nil {
		return "" // numbers and texts always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
