package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// Incoming is a delivery with the report that was understood from it.
type Incoming struct {
	Delivery task.Delivery
	Report   task.Report
	Labels   []string // for the task, from the callback's address; each a task.GoodLabel
	// Signature is the provider's signature in its one canonical form, empty without one. It
	// vouches for one body only.
	Signature string
}

// Committed is what became of an Incoming.
type Committed struct {
	ID      int64 // of the delivery
	Outcome task.Outcome
	Reason  string
	Work    bool // assets were added that wait to be saved
}

// CommitDeliveries stores deliveries and lets their reports act on tasks, in order and in one
// transaction: without an error all of it is stored, or else none. It is on disk once a Sync that
// began afterwards has returned.
func (s *Store) CommitDeliveries(ctx context.Context, in []Incoming) ([]Committed, error) {
	var b *batch
	err := s.inTxBeforeSync(ctx, func(tx *gorm.DB) error {
		b = &batch{store: s, tx: tx, out: make([]Committed, 0, len(in))}
		return b.run(in)
	})
	if err != nil {
		return nil, fmt.Errorf("commit %d deliveries: %w", len(in), err)
	}
	s.checkpoints.note(len(b.out))
	return b.out, nil
}

// batch is one transaction of CommitDeliveries.
type batch struct {
	store *Store
	tx    *gorm.DB
	out   []Committed

	tasks  map[identity]*working
	order  []*working // in order of first mention
	counts counts
	labels []labelRow

	signatures    map[string][sha256.Size]byte // those seen, with the hash of their body
	newSignatures []signatureRow

	deliveries []deliveryRow
	bodies     []bodyRow
}

type identity struct{ provider, taskID string }

// working is a task while a batch acts on it.
type working struct {
	task    task.Task
	before  *task.Task // as it is in the database, nil for one that is new
	changed bool
	put     []task.Asset // assets to be stored of one that is not new: of a new one, all are
	asking  asking
}

func newWorking(row *taskRow) *working {
	t := row.task()
	return &working{task: t, before: &t,
		asking: asking{next: row.NextQueryAt, queries: row.Queries}}
}

func (w *working) row() taskRow {
	row := newTaskRow(&w.task)
	row.NextQueryAt, row.Queries = w.asking.next, w.asking.queries
	return row
}

func (b *batch) run(in []Incoming) error {
	if err := b.load(in); err != nil {
		return err
	}
	if err := b.loadSignatures(in); err != nil {
		return fmt.Errorf("load signatures: %w", err)
	}
	b.counts = make(counts)
	b.deliveries = make([]deliveryRow, 0, len(in))
	b.bodies = make([]bodyRow, 0, len(in))
	for i := range in {
		b.apply(&in[i])
	}
	return b.write()
}

// load reads the tasks that the reports name, with their assets.
func (b *batch) load(in []Incoming) error {
	named := make([]identity, len(in))
	for i := range in {
		named[i] = identity{in[i].Report.Provider, in[i].Report.TaskID}
	}
	return b.loadNamed(named)
}

func (b *batch) loadNamed(named []identity) error {
	b.tasks = make(map[identity]*working, len(named))
	ids := make(map[string][]string)
	for _, id := range named {
		if _, seen := b.tasks[id]; !seen {
			b.tasks[id] = nil
			ids[id.provider] = append(ids[id.provider], id.taskID)
		}
	}
	var keys []int64
	for provider, taskIDs := range ids {
		rows, err := b.loadTasks(provider, taskIDs)
		if err != nil {
			return fmt.Errorf("load tasks: %w", err)
		}
		for i := range rows {
			w := newWorking(&rows[i])
			b.tasks[identity{provider, rows[i].TaskID}] = w
			b.order = append(b.order, w)
			keys = append(keys, rows[i].Key)
		}
	}
	return b.loadAssets(keys)
}

func (b *batch) loadTasks(provider string, taskIDs []string) (tasks []taskRow, err error) {
	ids, err := json.Marshal(taskIDs)
	if err != nil {
		return nil, err
	}
	rows, err := inTransaction(b.tx, b.store.hot.loadTasks).
		QueryContext(b.tx.Statement.Context, string(ids), provider)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row taskRow
		if err := b.tx.ScanRows(rows, &row); err != nil {
			return nil, err
		}
		tasks = append(tasks, row)
	}
	return tasks, rows.Err()
}

func (b *batch) loadAssets(keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	byTask, err := assetsOf(b.tx, keys)
	if err != nil {
		return err
	}
	for _, w := range b.order {
		w.task.Assets = byTask[w.task.Key]
	}
	return nil
}

// apply lets one report act and notes what is to be written.
func (b *batch) apply(in *Incoming) {
	id := identity{in.Report.Provider, in.Report.TaskID}
	w := b.tasks[id]
	var current *task.Task
	if w != nil {
		current = &w.task
	}
	var change task.Change
	if b.reused(in) {
		change = task.Withhold(current, in.Report, in.Delivery.ReceivedAt)
	} else {
		change = task.Apply(current, in.Report, in.Delivery.ReceivedAt, b.store.rules)
	}
	if w == nil {
		w = &working{}
		change.Task.Key = b.store.lastTask.Add(1)
		b.tasks[id] = w
		b.order = append(b.order, w)
	}
	w.task, w.changed = change.Task, true
	w.asking.again = w.asking.again || change.Reason == task.ReasonAgainstRecord
	b.addAssets(w, change.Assets)
	if change.Outcome != task.Conflicting {
		for _, l := range in.Labels {
			b.labels = append(b.labels, labelRow{Label: l, Task: w.task.Key})
		}
	}
	b.addDelivery(in, w.task.Key, change)
}

func (b *batch) addAssets(w *working, added []task.Asset) {
	for i := range added {
		added[i].Task = w.task.Key
	}
	if len(w.task.Assets) == 0 && w.before == nil { // as nearly always: nothing is in their place
		w.task.Assets = added
		return
	}
	w.task.Assets = slices.Grow(w.task.Assets, len(added))
	for i := range added {
		w.task.Assets = withAsset(w.task.Assets, added[i])
		if w.before != nil {
			w.put = withAsset(w.put, added[i])
		}
	}
}

// withAsset returns the assets with one added, or replaced where its role and index are known.
func withAsset(assets []task.Asset, a task.Asset) []task.Asset {
	for i := range assets {
		if assets[i].Role == a.Role && assets[i].Index == a.Index {
			assets[i] = a
			return assets
		}
	}
	return append(assets, a)
}

func (b *batch) addDelivery(in *Incoming, key int64, change task.Change) {
	d := in.Delivery
	d.ID = b.store.lastDelivery.Add(1)
	d.Outcome, d.Reason, d.Code = change.Outcome, change.Reason, in.Report.Code
	b.deliveries = append(b.deliveries, newDeliveryRow(&d, &key))
	b.bodies = append(b.bodies, newBodyRow(&d))
	work := false
	for i := range change.Assets {
		work = work || change.Assets[i].Open()
	}
	b.out = append(b.out, Committed{ID: d.ID, Outcome: d.Outcome, Reason: d.Reason, Work: work})
}

// write stores everything the batch has noted, in few statements.
func (b *batch) write() error {
	if err := b.writeTasks(); err != nil {
		return err
	}
	if err := b.writeAssets(); err != nil {
		return err
	}
	if err := insertRows(b.tx, b.store.hot.insertDelivery, b.deliveries); err != nil {
		return fmt.Errorf("insert deliveries: %w", err)
	}
	if err := insertRows(b.tx, b.store.hot.insertBody, b.bodies); err != nil {
		return fmt.Errorf("insert delivery bodies: %w", err)
	}
	if err := insertRows(b.tx, b.store.hot.addLabel, b.labels); err != nil {
		return fmt.Errorf("insert labels: %w", err)
	}
	if err := insertRows(b.tx, b.store.hot.addSignature, b.newSignatures); err != nil {
		return fmt.Errorf("insert signatures: %w", err)
	}
	return b.counts.write(b.tx, b.store.hot.addCount)
}

func (b *batch) writeTasks() error {
	added := make([]taskRow, 0, len(b.order))
	for _, w := range b.order {
		if !w.changed {
			continue
		}
		b.counts.move(w)
		b.store.schedule(w)
		if w.before == nil {
			added = append(added, w.row())
			continue
		}
		if err := b.update(w.row()); err != nil {
			return fmt.Errorf("update task: %w", err)
		}
	}
	if err := insertRows(b.tx, b.store.hot.insertTask, added); err != nil {
		return fmt.Errorf("insert tasks: %w", err)
	}
	return nil
}

func (b *batch) writeAssets() error {
	fresh := make([]freshAsset, 0, 2*len(b.order)) // most tasks have a video and a cover
	var others []assetRow
	for _, w := range b.order {
		if w.before == nil {
			for i := range w.task.Assets {
				fresh = append(fresh, freshAsset{&w.task.Assets[i]})
			}
		}
		for i := range w.put {
			others = append(others, newAssetRow(&w.put[i]))
		}
	}
	if err := insertRows(b.tx, b.store.hot.addAsset, fresh); err != nil {
		return fmt.Errorf("insert assets: %w", err)
	}
	if err := insertRows(b.tx, b.store.hot.putAsset, others); err != nil {
		return fmt.Errorf("insert assets of known tasks: %w", err)
	}
	return nil
}

// update stores a task that was known before.
func (b *batch) update(row taskRow) error {
	values := row.values(nil)
	_, err := inTransaction(b.tx, b.store.hot.updateTask).
		ExecContext(context.WithoutCancel(b.tx.Statement.Context), append(values[1:], row.Key)...)
	return err
}
