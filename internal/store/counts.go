package store

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

type countRow struct {
	Status     task.Status   `gorm:"primaryKey"`
	Product    string        `gorm:"primaryKey"`
	Category   task.Category `gorm:"primaryKey"`
	Fallback   task.Fallback `gorm:"primaryKey"`
	Resolution string        `gorm:"primaryKey"`
	N          int64
}

func (countRow) TableName() string { return "task_counts" }

// counts gathers by how much each count of task_counts changes in a transaction.
type counts map[countRow]int64

// move notes that a task went from what it was before to what it is now.
func (c counts) move(w *working) {
	if w.before != nil {
		c[countKey(w.before)]--
	}
	c[countKey(&w.task)]++
}

func countKey(t *task.Task) countRow {
	return countRow{Status: t.Status, Product: t.Product, Category: t.Category,
		Fallback: t.Fallback, Resolution: t.Resolution}
}

func (c counts) write(tx *gorm.DB, add insertion) error {
	rows := make([]countRow, 0, len(c))
	for row, delta := range c {
		if delta != 0 {
			row.N = delta
			rows = append(rows, row)
		}
	}
	if err := insertRows(tx, add, rows); err != nil {
		return fmt.Errorf("update counts: %w", err)
	}
	return nil
}
