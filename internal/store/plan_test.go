package store

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/logger"

	"github.com/reelback/reelback/internal/task"
)

// spy is a GORM logger that notes statements with their parameters.
type spy struct {
	logger.Interface
	mu    sync.Mutex
	noted []statement
}

type statement struct {
	sql    string
	params []any
}

// Trace asks for the statement, which makes GORM call ParamsFilter.
func (s *spy) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) { fc() }

// ParamsFilter notes the statement as it was sent, with its parameters still apart.
func (s *spy) ParamsFilter(_ context.Context, sql string, params ...any) (string, []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted = append(s.noted, statement{sql, params})
	return sql, nil
}

// plans runs fn and returns the plan of every statement it sent, each line by itself.
func (b *bundle) plans(name string, fn func() error) []string {
	b.t.Helper()
	s := &spy{Interface: logger.Discard}
	readLogger, writeLogger := b.read.Logger, b.write.Logger
	b.read.Logger, b.write.Logger = s, s
	err := fn()
	b.read.Logger, b.write.Logger = readLogger, writeLogger
	if err != nil {
		b.t.Fatal(err)
	}
	if len(s.noted) == 0 {
		b.t.Fatalf("%s: no statement was noted", name)
	}
	pool, err := b.read.DB()
	if err != nil {
		b.t.Fatal(err)
	}
	var lines []string
	for _, st := range s.noted {
		rows, err := pool.QueryContext(b.ctx, "EXPLAIN QUERY PLAN "+st.sql, st.params...)
		if err != nil {
			b.t.Fatalf("%s: %v", st.sql, err)
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				b.t.Fatal(err)
			}
			lines = append(lines, detail)
		}
		if err := rows.Err(); err != nil {
			b.t.Fatal(err)
		}
	}
	return lines
}

// slow is a plan's step that reads a whole table in no useful order, or sorts.
var slow = regexp.MustCompile(`^SCAN (\w+)$|` + sorts)

const sorts = "USE TEMP B-TREE"

func TestPlans(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	key := b.find("ok-1").Key
	list := func(f task.Filter, p task.Page) func() error {
		return func() error { _, _, err := b.ListTasks(b.ctx, f, p); return err }
	}
	deliveries := func(f task.DeliveryFilter) func() error {
		return func() error { _, _, err := b.ListDeliveries(b.ctx, f, task.Page{Before: 9}); return err }
	}
	tests := map[string]struct {
		run   func() error
		uses  string // the step that matters
		walks string // the table that may be walked in order of its key, or "sorted"
	}{
		"newest":   {list(task.Filter{}, task.Page{}), "", "tasks"},
		"older":    {list(task.Filter{}, task.Page{Before: 9}), "SEARCH tasks USING INTEGER PRIMARY KEY (rowid<?)", ""},
		"status":   {list(task.Filter{Statuses: []task.Status{task.Failed}}, task.Page{}), "SEARCH tasks USING INDEX tasks_by_status (status=?)", ""},
		"older of": {list(task.Filter{Statuses: []task.Status{task.Failed}}, task.Page{Before: 9}), "SEARCH tasks USING INDEX tasks_by_status (status=? AND rowid<?)", ""},
		"category": {list(task.Filter{Categories: []task.Category{task.NSFW}}, task.Page{Before: 9}), "SEARCH tasks USING INDEX tasks_by_category (category=? AND rowid<?)", ""},
		"one task": {func() error { _, err := b.FindTask(b.ctx, "kie", "ok-1"); return err },
			"SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (task_id=? AND provider=?)", ""},
		"timeline": {func() error { _, err := b.TaskEvents(b.ctx, key); return err },
			"SEARCH deliveries USING INDEX deliveries_by_task (task=?)", ""},
		"its deliveries": {func() error { _, err := b.TaskDeliveries(b.ctx, key, 5); return err },
			"SEARCH d USING INDEX deliveries_by_task (task=?)", ""},
		"refused": {deliveries(task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}}),
			"SEARCH d USING INDEX deliveries_by_outcome (outcome=? AND rowid<?)", ""},
		"older deliveries": {deliveries(task.DeliveryFilter{}),
			"SEARCH d USING INTEGER PRIMARY KEY (rowid<?)", ""},
		"media": {func() error { _, _ = b.FindMedia(b.ctx, "a.mp4"); return nil },
			"SEARCH assets USING INDEX assets_by_path (path=?)", ""},
		"claim": {func() error { _, _, _, err := b.ClaimAsset(b.ctx, time.Minute); return err },
			"SCAN assets USING COVERING INDEX assets_open", ""},
		"counts": {func() error { _, _, err := b.CountTasks(b.ctx, task.Filter{}); return err },
			"", "task_counts"},
		"named in refused": {deliveries(task.DeliveryFilter{TaskID: "ok-1"}),
			"SEARCH d USING INDEX deliveries_by_named (task_id=? AND rowid<?)", "sorted"},
		"open assets": {func() error { _, err := b.Overview(b.ctx, start()); return err },
			"SEARCH assets USING COVERING INDEX assets_open (expires_at>? AND expires_at<?)", "deliveries"},
	}
	for name, test := range tests {
		plan := b.plans(name, test.run)
		if test.uses != "" && !strings.Contains(strings.Join(plan, "\n")+"\n", test.uses+"\n") {
			t.Errorf("%s: no %q in\n%s", name, test.uses, strings.Join(plan, "\n"))
		}
		for _, step := range plan {
			m := slow.FindStringSubmatch(step)
			allowed := m != nil && (m[1] != "" && m[1] == test.walks || m[0] == sorts && test.walks == "sorted")
			if m != nil && !allowed {
				t.Errorf("%s: %s in\n%s", name, step, strings.Join(plan, "\n"))
			}
		}
	}
}
