package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// Reader reads what was kept with today's code.
type Reader interface {
	// Delivery reads a body as the inbox would that gets it at the source now. It fails with
	// ErrSourceGone, or as the inbox would.
	Delivery(source string, body []byte) (task.Report, error)
	// Record reads the answer that a provider gave about a task at a time.
	Record(t task.Task, raw []byte, at time.Time) (task.Record, error)
}

// ErrSourceGone says that there is no such source any more.
var ErrSourceGone = errors.New("the source is not there any more")

// subject is a task that a replay is about.
type subject struct {
	key   int64    // 0 where it is to be found by its id
	id    identity // where the key is 0
	extra []int64  // refused deliveries that name it
}

// walk goes through the deliveries that match a filter and through the tasks they are about, each
// of which it visits once, in steps that are bounded.
type walk struct {
	store  *Store
	reader Reader
	filter task.DeliveryFilter
	last   int64 // the newest delivery; what comes later is read by today's code anyway
	tally  Tally
	stays  map[string]int64 // refused deliveries that stay so, by Stays… key
	left   map[string]int64 // tasks left alone, by Left… key

	seen, changed keySet
	acted         map[int64]bool  // refused deliveries that act on a task
	waiting       map[int64]int64 // a page's deliveries of tasks that are not visited yet, by task
	// visit rebuilds tasks, counts what comes of it and returns it.
	visit func(ctx context.Context, subjects []subject) ([]rebuilt, error)
	// failed is told of a refused delivery over which the reader has failed; may be nil.
	failed func(f Fault)
	// step is called after each page.
	step func(ctx context.Context) error
}

func (s *Store) newWalk(f task.DeliveryFilter, reader Reader) *walk {
	return &walk{store: s, reader: reader, filter: f, last: s.lastDelivery.Load(),
		stays: make(map[string]int64), left: make(map[string]int64),
		seen: make(keySet), changed: make(keySet), acted: make(map[int64]bool)}
}

// run visits everything. Refused deliveries come first: which task they act on shows only in their
// bodies, and the task is to be rebuilt with all of them at once. They are bounded in number.
func (w *walk) run(ctx context.Context) error {
	if len(w.filter.Outcomes) == 0 || slices.Contains(w.filter.Outcomes, task.Refused) {
		if err := w.refused(ctx); err != nil {
			return err
		}
	}
	from := int64(0)
	for {
		var rows []deliveryRow
		q := w.matching(ctx, from).Select("d.id, d.task").Where("d.task IS NOT NULL")
		if err := q.Order("d.id").Limit(w.store.bounds.replayPage).Find(&rows).Error; err != nil {
			return fmt.Errorf("find deliveries to replay: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		from = rows[len(rows)-1].ID
		if err := w.page(ctx, rows); err != nil {
			return err
		}
		if err := w.step(ctx); err != nil {
			return err
		}
	}
}

func (w *walk) matching(ctx context.Context, from int64) *gorm.DB {
	q := w.store.read.WithContext(ctx).Table("deliveries AS d")
	return matchingDeliveries(q, w.filter).Where("d.id > ? AND d.id <= ?", from, w.last)
}

// page visits the tasks of a page of deliveries and counts these.
func (w *walk) page(ctx context.Context, rows []deliveryRow) error {
	var fresh []subject
	w.waiting = make(map[int64]int64)
	for _, r := range rows {
		if w.seen.add(*r.Task) {
			fresh = append(fresh, subject{key: *r.Task})
			w.waiting[*r.Task] = 0
		}
		n, waits := w.waiting[*r.Task]
		switch {
		case w.acted[r.ID]:
		case waits:
			w.waiting[*r.Task] = n + 1
		default:
			w.tally.read(1, w.changed.has(*r.Task))
		}
	}
	if err := w.visitAll(ctx, fresh); err != nil {
		return err
	}
	for _, n := range w.waiting {
		w.tally.read(n, false) // their tasks have gone meanwhile
	}
	return nil
}

// read counts deliveries of one task.
func (t *Tally) read(n int64, changed bool) {
	t.Deliveries += n
	if !changed {
		t.Unchanged += n
	}
}

func (w *walk) visitAll(ctx context.Context, subjects []subject) error {
	for chunk := range slices.Chunk(subjects, w.store.bounds.replayChunk) {
		visited, err := w.visit(ctx, chunk)
		if err != nil {
			return err
		}
		for i := range visited {
			delete(w.waiting, visited[i].key)
			w.seen.add(visited[i].key)
			if visited[i].Changed {
				w.changed.add(visited[i].key)
			}
		}
	}
	return nil
}

// refused visits the tasks of the refused deliveries that are understood today.
func (w *walk) refused(ctx context.Context) error {
	named := make(map[identity][]int64)
	var order []identity
	from := int64(0)
	for {
		var rows []keptRow
		q := w.matching(ctx, from).Select("d.*, b.body").
			Joins("JOIN delivery_bodies AS b ON b.delivery = d.id").
			Where("d.outcome = 'refused'").Order("d.id").Limit(w.store.bounds.replayChunk)
		if err := q.Find(&rows).Error; err != nil {
			return fmt.Errorf("find refused deliveries to replay: %w", err)
		}
		if len(rows) == 0 {
			break
		}
		from = rows[len(rows)-1].Row.ID
		for i := range rows {
			id, why := w.names(&rows[i])
			if why != "" {
				w.tally.Deliveries++
				w.tally.Refused++
				w.stays[why]++
				continue
			}
			if named[id] == nil {
				order = append(order, id)
			}
			named[id] = append(named[id], rows[i].Row.ID)
			w.acted[rows[i].Row.ID] = true
		}
	}
	subjects := make([]subject, len(order))
	for i, id := range order {
		subjects[i] = subject{id: id, extra: named[id]}
	}
	if err := w.visitAll(ctx, subjects); err != nil {
		return err
	}
	return w.step(ctx)
}

// names says which task a refused delivery is about, or why it stays refused.
func (w *walk) names(k *keptRow) (identity, string) {
	if why := task.StaysRefused(k.Row.Reason); why != "" {
		return identity{}, why
	}
	var report task.Report
	var refused error
	err := guarded(func() error {
		report, refused = w.reader.Delivery(k.Row.Source, k.Body)
		return nil
	})
	if err != nil && w.failed != nil {
		w.failed(Fault{Deliveries: []int64{k.Row.ID}, Err: err})
	}
	if err != nil || refused != nil || report.TaskID == "" {
		return identity{}, task.StaysUnclear
	}
	return identity{report.Provider, report.TaskID}, ""
}

// count adds what became of rebuilt tasks.
func (w *walk) count(all []rebuilt) {
	w.tally = w.counted(all)
	for i := range all {
		if why := all[i].left; why != "" {
			w.left[why]++
		}
	}
}

// counted returns the tally with what became of rebuilt tasks and of the deliveries for which they
// were visited, so that at any time it tells of what has been done.
func (w *walk) counted(all []rebuilt) Tally {
	t := w.tally
	for i := range all {
		r := &all[i]
		t.read(w.waiting[r.key]+int64(len(r.extra)), r.Changed)
		switch {
		case r.left != "":
			t.LeftAlone++
			continue
		case r.Changed:
			t.Changed++
		}
		t.Tasks++
		if r.row == nil {
			t.Made++
		}
		t.Outcomes += int64(len(r.Outcomes))
		t.Files += int64(len(r.Assets))
	}
	return t
}

// keySet is a set of task keys. They are dense, so that a million of them take a megabyte.
type keySet map[int64]uint64

// add adds a key and says whether it was new.
func (s keySet) add(key int64) bool {
	if s.has(key) {
		return false
	}
	s[key>>6] |= 1 << (key & 63)
	return true
}

func (s keySet) has(key int64) bool { return s[key>>6]&(1<<(key&63)) != 0 }
