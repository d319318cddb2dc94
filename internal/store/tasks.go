package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// FindTask returns a task with its assets, or ErrNotFound.
func (s *Store) FindTask(ctx context.Context, provider, taskID string) (task.Task, error) {
	db := s.read.WithContext(ctx)
	var rows []taskRow
	err := db.Where("provider = ? AND task_id = ?", provider, taskID).Limit(1).Find(&rows).Error
	if err != nil {
		return task.Task{}, fmt.Errorf("find task: %w", err)
	}
	if len(rows) == 0 {
		return task.Task{}, fmt.Errorf("task %s/%s: %w", provider, taskID, ErrNotFound)
	}
	tasks, err := withParts(db, rows)
	if err != nil {
		return task.Task{}, err
	}
	return tasks[0], nil
}

// ListTasks returns a page of the tasks that match, newest first and with their assets, and the
// key the next page starts before, 0 at the end.
func (s *Store) ListTasks(ctx context.Context, f task.Filter, p task.Page) (
	[]task.Task, int64, error,
) {
	p = p.Clamp()
	db := s.read.WithContext(ctx)
	q := s.standing(matching(db.Model(&taskRow{}), f), f.Files)
	if p.Before > 0 {
		q = q.Where("key < ?", p.Before)
	}
	var rows []taskRow
	if err := q.Order("key DESC").Limit(p.Limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list tasks: %w", err)
	}
	next := int64(0)
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		next = rows[len(rows)-1].Key
	}
	tasks, err := withParts(db, rows)
	return tasks, next, err
}

// matching narrows a query on tasks to those that match the filter.
func matching(q *gorm.DB, f task.Filter) *gorm.DB {
	q = in(q, "status", f.Statuses)
	q = in(q, "category", f.Categories)
	q = in(q, "product", f.Products)
	q = in(q, "fallback", f.Fallbacks)
	q = in(q, "resolution", f.Resolutions)
	if len(f.Moves) > 0 {
		q = q.Where("category IN ?", categoriesOf(f.Moves))
	}
	failedOnly := len(f.Moves) > 0 && !slices.Contains(f.Moves, task.NobodyKnows)
	if failedOnly || len(f.Categories) > 0 {
		q = q.Where("category <> ''") // says that the partial index will do
	}
	if !f.From.IsZero() {
		q = q.Where("first_seen_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("first_seen_at < ?", micros(f.To))
	}
	if words := strings.TrimSpace(f.Query); words != "" {
		q = finding(q, words)
	}
	return q
}

// in narrows a column to a list of alternatives; one alone is bound by equality, which lets an
// index give the newest first without sorting.
func in[V ~string](q *gorm.DB, column string, values []V) *gorm.DB {
	switch len(values) {
	case 0:
		return q
	case 1:
		return q.Where(column+" = ?", values[0])
	default:
		return q.Where(column+" IN ?", values)
	}
}

func categoriesOf(moves []task.Party) []task.Category {
	var all []task.Category
	if slices.Contains(moves, task.NobodyKnows) {
		all = append(all, "") // of what did not fail, nobody has to move either
	}
	for _, c := range task.Categories() {
		for _, m := range moves {
			if c.Move() == m {
				all = append(all, c)
			}
		}
	}
	return all
}

// finding narrows to tasks in which the words occur: in an id, a message, a prompt, a
// link or a label.
func finding(q *gorm.DB, words string) *gorm.DB {
	like := "%" + likeEscaper.Replace(words) + "%"
	return q.Where(`(task_id LIKE @q ESCAPE '\' OR message LIKE @q ESCAPE '\'
		OR prompt LIKE @q ESCAPE '\' OR parent_task_id = @whole
		OR EXISTS (SELECT 1 FROM assets a WHERE a.task = tasks.key
			AND a.source_url LIKE @q ESCAPE '\')
		OR key IN (SELECT task FROM task_labels WHERE label LIKE @q ESCAPE '\'))`,
		map[string]any{"q": like, "whole": words})
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// CountTasks returns how many tasks match in each status, whatever statuses the filter names.
// Capped says that counting stopped, at 10,000 tasks, so that the numbers are lower bounds.
func (s *Store) CountTasks(ctx context.Context, f task.Filter) (
	n map[task.Status]int, capped bool, err error,
) {
	f.Statuses = nil
	db := s.read.WithContext(ctx)
	var rows []struct {
		Status task.Status
		N      int
	}
	// What the kept counts do not know must be counted.
	byOne := strings.TrimSpace(f.Query) != "" || !f.From.IsZero() || !f.To.IsZero() ||
		len(f.Files) > 0
	if byOne {
		q := s.standing(matching(db.Model(&taskRow{}), f), f.Files).Select("status").
			Order("key DESC").Limit(s.bounds.counted)
		err = db.Table("(?)", q).Select("status, count(*) AS n").Group("status").Find(&rows).Error
	} else {
		q := matching(db.Model(&countRow{}), f)
		err = q.Select("status, sum(n) AS n").Group("status").Find(&rows).Error
	}
	if err != nil {
		return nil, false, fmt.Errorf("count tasks: %w", err)
	}
	n = make(map[task.Status]int, len(rows))
	sum := 0
	for _, r := range rows {
		n[r.Status] = r.N
		sum += r.N
	}
	return n, byOne && sum >= s.bounds.counted, nil
}

// Facets are the values of open-ended fields that occur in tasks.
type Facets struct {
	Products    []string
	Resolutions []string
}

// ListFacets returns the products and resolutions that occur, in alphabetical order.
func (s *Store) ListFacets(ctx context.Context) (Facets, error) {
	var rows []struct{ Product, Resolution string }
	err := s.read.WithContext(ctx).Model(&countRow{}).Where("n > 0").
		Distinct("product", "resolution").Order("product, resolution").Find(&rows).Error
	if err != nil {
		return Facets{}, fmt.Errorf("list facets: %w", err)
	}
	products, resolutions := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		products[r.Product], resolutions[r.Resolution] = true, true
	}
	return Facets{Products: sortedKeys(products), Resolutions: sortedKeys(resolutions)}, nil
}

// withParts turns rows into tasks with their assets and labels.
func withParts(db *gorm.DB, rows []taskRow) ([]task.Task, error) {
	keys := make([]int64, len(rows))
	for i := range rows {
		keys[i] = rows[i].Key
	}
	byTask, err := assetsOf(db, keys)
	if err != nil {
		return nil, err
	}
	labels, err := labelsOf(db, keys)
	if err != nil {
		return nil, err
	}
	covers, err := coversOf(db, keys)
	if err != nil {
		return nil, err
	}
	tasks := make([]task.Task, len(rows))
	for i := range rows {
		tasks[i] = rows[i].task()
		tasks[i].Assets = byTask[rows[i].Key]
		tasks[i].Labels = labels[rows[i].Key]
		tasks[i].Made = covers[rows[i].Key]
	}
	return tasks, nil
}
