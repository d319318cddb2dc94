package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// refusalRows is how many of the newest failures of a category are looked through for the latest
// of each product. No index knows category and product together: it would cost every commit of a
// failure, and a product whose last refusal lies further back is better off without one to show.
const refusalRows = 200

// ListRunning returns how many tasks of each product are under way, and the latest refusal of
// each because too much was asked for at once, in alphabetical order. Products with neither are
// left out.
func (s *Store) ListRunning(ctx context.Context) ([]task.Running, error) {
	db := s.read.WithContext(ctx)
	byProduct := make(map[string]*task.Running)
	of := func(product string) *task.Running {
		if byProduct[product] == nil {
			byProduct[product] = &task.Running{Product: product}
		}
		return byProduct[product]
	}
	counted, err := countRunning(db)
	if err != nil {
		return nil, err
	}
	for _, row := range counted {
		if row.Status == task.Waiting {
			of(row.Product).Waiting = row.N
		} else {
			of(row.Product).Generating = row.N
		}
	}
	for _, category := range task.TooMuch() {
		rows, err := latestRefusals(db, category)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			r := of(rows[i].Product)
			if refusal := rows[i].refusal(); refusal.At.After(r.Refusal.At) {
				r.Refusal = refusal
			}
		}
	}
	list := make([]task.Running, 0, len(byProduct))
	for _, r := range byProduct {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b task.Running) int {
		return strings.Compare(a.Product, b.Product)
	})
	return list, nil
}

type runningRow struct {
	Status  task.Status
	Product string
	N       int
}

// countRunning sums the kept counts: the tasks themselves are not looked at.
func countRunning(db *gorm.DB) ([]runningRow, error) {
	var rows []runningRow
	err := db.Model(&countRow{}).Where("status IN ?", []task.Status{task.Waiting, task.Generating}).
		Select("status, product, sum(n) AS n").Group("status, product").Having("sum(n) > 0").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count running tasks: %w", err)
	}
	return rows, nil
}

type refusalRow struct {
	Provider        string
	Product         string
	TaskID          string
	Category        task.Category
	Message         string
	CompletedAt     int64
	FirstDeliveryAt int64
}

func (r *refusalRow) refusal() task.Refusal {
	at := r.CompletedAt
	if at == 0 {
		at = r.FirstDeliveryAt
	}
	return task.Refusal{Provider: r.Provider, TaskID: r.TaskID, Category: r.Category,
		Message: r.Message, At: fromMicros(at)}
}

func latestRefusals(db *gorm.DB, category task.Category) ([]refusalRow, error) {
	var rows []refusalRow
	err := db.Model(&taskRow{}).
		Where("category = ? AND category <> ''", category). // the latter lets the index serve
		Select("provider, product, task_id, category, message, completed_at, first_delivery_at").
		Order("key DESC").Limit(refusalRows).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	return rows, nil
}
