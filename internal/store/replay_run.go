package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// Replayed tells of tasks that a replay, or the undoing of one, has changed.
type Replayed struct {
	Tasks []task.Task
	Work  bool // assets wait to be saved that did not before
}

// RunReplay rebuilds the tasks of all deliveries that match and stores those that come out
// otherwise, with what they were before. It first looks at what others may read and change
// meanwhile, so that the writing connection is held for real changes alone, some tasks at a time;
// each is then computed anew in the transaction that stores it. What it has done by the time of an
// error, or of the context's end, is done and can be undone.
func (s *Store) RunReplay(ctx context.Context, id int64, f task.DeliveryFilter, reader Reader,
	told func(Replayed),
) error {
	w := s.newWalk(f, reader)
	w.visit = func(ctx context.Context, subjects []subject) ([]rebuilt, error) {
		all, err := s.rebuildAll(s.read.WithContext(ctx), reader, subjects)
		if err != nil {
			return nil, err
		}
		var still, moved []rebuilt
		var again []subject
		for _, r := range all {
			if !r.Changed {
				still = append(still, r)
				continue
			}
			again = append(again, r.subject)
		}
		w.count(still)
		if len(again) > 0 {
			if moved, err = s.storeReplayed(ctx, w, id, again); err != nil {
				return nil, err
			}
			told(newReplayed(moved))
		}
		return append(still, moved...), nil
	}
	w.step = func(ctx context.Context) error {
		defer told(Replayed{}) // of how far it is
		return saveTally(s.write.WithContext(ctx), id, w.tally)
	}
	if err := w.run(ctx); err != nil {
		return fmt.Errorf("replay %d: %w", id, err)
	}
	return nil
}

func newReplayed(all []rebuilt) (out Replayed) {
	for i := range all {
		if all[i].Changed {
			out.Tasks = append(out.Tasks, all[i].Task)
			out.Work = out.Work || len(all[i].Assets) > 0
		}
	}
	return out
}

func saveTally(db *gorm.DB, id int64, t Tally) error {
	err := db.Model(&replayRow{}).Where("id = ?", id).Select("deliveries", "unchanged", "refused",
		"tasks", "changed", "made", "left_alone", "outcomes", "files").
		UpdateColumns(&replayRow{Tally: t}).Error
	if err != nil {
		return fmt.Errorf("store how far the replay is: %w", err)
	}
	return nil
}

// storeReplayed rebuilds tasks and stores what comes of it, in one transaction.
func (s *Store) storeReplayed(ctx context.Context, w *walk, id int64, subjects []subject) (
	all []rebuilt, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if all, err = s.rebuildAll(tx, w.reader, subjects); err != nil {
			return err
		}
		b := &replayBatch{batch: batch{store: s, tx: tx, counts: make(counts)}, replay: id}
		for i := range all {
			if !all[i].Changed {
				continue
			}
			if err := b.store1(&all[i]); err != nil {
				return fmt.Errorf("store task %s: %w", all[i].Task.TaskID, err)
			}
		}
		w.count(all)
		if err := b.counts.write(tx, s.hot.addCount); err != nil {
			return err
		}
		return saveTally(tx, id, w.tally)
	})
	return all, err
}

// replayBatch is one transaction of a replay.
type replayBatch struct {
	batch
	replay int64
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
	err = addEvent(b.tx, r.key, task.Event{At: b.store.now(), Kind: task.EventReplayed,
		Detail: strconv.FormatInt(b.replay, 10)})
	if err != nil {
		return err
	}
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
	if !w.known {
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
	var row deliveryRow
	if err := b.tx.Take(&row, o.ID).Error; err != nil {
		return was, is, fmt.Errorf("load delivery %d: %w", o.ID, err)
	}
	was = outcomeOf(&row)
	row.Outcome, row.Reason, row.Code, row.Task, row.TaskID = o.After, o.Reason, o.Code, &key, ""
	is = outcomeOf(&row)
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
	err := b.tx.Model(&deliveryRow{}).Where("id = ?", o.ID).UpdateColumns(map[string]any{
		"outcome": o.Outcome, "reason": o.Reason, "code": o.Code, "task": owner,
		"task_id": o.TaskID}).Error
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
	row := changeRow{Replay: b.replay, Task: key, Before: string(was), After: string(is)}
	if err := b.tx.Create(&row).Error; err != nil {
		return fmt.Errorf("note the change: %w", err)
	}
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
