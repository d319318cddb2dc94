package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

type labelRow struct {
	Label string `gorm:"primaryKey"`
	Task  int64  `gorm:"primaryKey;autoIncrement:false"`
}

func (labelRow) TableName() string { return "task_labels" }

func (r labelRow) values(to []any) []any { return append(to, r.Label, r.Task) }

// Registered is what became of a registration.
type Registered struct {
	Task    task.Task // as it stands now
	Created bool      // it was unheard of
}

// Register stores what an application tells of a task it has submitted, and returns the task as
// it stands then and whether it was unheard of. Telling it again changes nothing.
func (s *Store) Register(ctx context.Context, r task.Registration) (t task.Task, created bool, err error) {
	all, err := s.RegisterAll(ctx, []task.Registration{r})
	if err != nil {
		return task.Task{}, false, err
	}
	t, err = s.FindTask(ctx, r.Provider, r.TaskID)
	return t, all[0].Created, err
}

// RegisterAll is Register for several at once, in order and in one transaction. Of the labels of
// a task it returns only those that were told with it.
func (s *Store) RegisterAll(ctx context.Context, all []task.Registration) (
	out []Registered, err error,
) {
	named := make([]identity, len(all))
	for i, r := range all {
		named[i] = identity{r.Provider, r.TaskID}
	}
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		b := &batch{store: s, tx: tx, counts: make(counts)}
		if err := b.loadNamed(named); err != nil {
			return err
		}
		out = make([]Registered, len(all))
		for i, r := range all {
			out[i] = b.register(named[i], r)
		}
		if err := b.write(); err != nil {
			return err
		}
		return addLabels(tx, out)
	})
	if err != nil {
		return nil, fmt.Errorf("register %d tasks: %w", len(all), err)
	}
	return out, nil
}

// KnownTasks returns which of some task ids of a provider are known.
func (s *Store) KnownTasks(ctx context.Context, provider string, taskIDs []string) (
	known map[string]bool, err error,
) {
	list, err := json.Marshal(taskIDs)
	if err != nil {
		return nil, err
	}
	var found []string
	err = s.read.WithContext(ctx).Raw("SELECT t.task_id FROM json_each(?) AS id CROSS JOIN tasks AS t "+
		"WHERE t.provider = ? AND t.task_id = id.value", string(list), provider).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look up %d task ids: %w", len(taskIDs), err)
	}
	known = make(map[string]bool, len(found))
	for _, id := range found {
		known[id] = true
	}
	return known, nil
}

// register lets one registration act and notes what is to be written.
func (b *batch) register(id identity, r task.Registration) Registered {
	w := b.tasks[id]
	created := w == nil
	if created {
		w = &working{task: task.Register(nil, r, b.store.now())}
		w.task.Key = b.store.lastTask.Add(1)
		b.tasks[id] = w
		b.order = append(b.order, w)
	} else {
		w.task = task.Register(&w.task, r, b.store.now())
	}
	w.changed = true
	return Registered{Task: w.task, Created: created}
}

// labelRows is how many labels are written by one statement, whose parameters have a bound.
const labelRows = 1000

func addLabels(tx *gorm.DB, registered []Registered) error {
	var rows []labelRow
	for _, r := range registered {
		for _, l := range r.Task.Labels {
			rows = append(rows, labelRow{Label: l, Task: r.Task.Key})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, labelRows).Error
}

// labelsOf returns the labels of tasks by key, each sorted.
func labelsOf(db *gorm.DB, keys []int64) (map[int64][]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []labelRow
	if err := db.Where("task IN ?", keys).Order("task, label").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("load labels: %w", err)
	}
	byTask := make(map[int64][]string)
	for _, r := range rows {
		byTask[r.Task] = append(byTask[r.Task], r.Label)
	}
	return byTask, nil
}
