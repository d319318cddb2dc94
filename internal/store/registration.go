package store

import (
	"context"
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

func (r labelRow) values() []any { return []any{r.Label, r.Task} }

// Register stores what an application tells of a task it has submitted, and returns the task as
// it stands then and whether it was unheard of. Telling it again changes nothing.
func (s *Store) Register(ctx context.Context, r task.Registration) (t task.Task, created bool, err error) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		b := &batch{store: s, tx: tx, counts: make(counts)}
		if err := b.loadNamed([]identity{{r.Provider, r.TaskID}}); err != nil {
			return err
		}
		w := b.tasks[identity{r.Provider, r.TaskID}]
		var current *task.Task
		if w != nil {
			current = &w.task
		}
		t = task.Register(current, r, s.now())
		if created = w == nil; created {
			w = &working{}
			t.Key = s.lastTask.Add(1)
			b.order = append(b.order, w)
		}
		w.task, w.changed = t, true
		if err := b.write(); err != nil {
			return err
		}
		return addLabels(tx, t.Key, t.Labels)
	})
	if err != nil {
		return task.Task{}, false, fmt.Errorf("register task: %w", err)
	}
	t, err = s.FindTask(ctx, r.Provider, r.TaskID)
	return t, created, err
}

func addLabels(tx *gorm.DB, key int64, labels []string) error {
	if len(labels) == 0 {
		return nil
	}
	rows := make([]labelRow, len(labels))
	for i, l := range labels {
		rows[i] = labelRow{Label: l, Task: key}
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
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
