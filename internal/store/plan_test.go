package store

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/logger"

	"github.com/reelback/reelback/internal/auth"
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
	var lines []string
	for _, st := range s.noted {
		lines = append(lines, b.explain(st)...)
	}
	return lines
}

func (b *bundle) explain(st statement) (lines []string) {
	b.t.Helper()
	pool, err := b.read.DB()
	if err != nil {
		b.t.Fatal(err)
	}
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
	return lines
}

// slow is a plan's step that reads a whole table in no useful order, or sorts.
var slow = regexp.MustCompile(`^SCAN (\w+)$|` + sorts)

const sorts = "USE TEMP B-TREE"

// listing returns a call that reads a page of tasks.
func (b *bundle) listing(f task.Filter, before int64) func() error {
	return func() error {
		_, _, err := b.ListTasks(b.ctx, f, task.Page{Before: before})
		return err
	}
}

// arrivals returns a call that reads a page of deliveries.
func (b *bundle) arrivals(f task.DeliveryFilter) func() error {
	return func() error {
		_, _, err := b.ListDeliveries(b.ctx, f, task.Page{Before: 9})
		return err
	}
}

// trail returns a call that reads a page of the audit trail.
func (b *bundle) trail(f auth.AuditFilter) func() error {
	return func() error {
		_, _, err := b.ListAudit(b.ctx, f, task.Page{Before: 9})
		return err
	}
}

func TestPlans(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	key := b.find("ok-1").Key
	failed := task.Filter{Statuses: []task.Status{task.Failed}}
	several := task.Filter{Statuses: []task.Status{task.Failed, task.Expired}}
	nsfw := task.Filter{Categories: []task.Category{task.NSFW}}
	operator := task.Filter{Moves: []task.Party{task.Operator}}
	lost := task.Filter{Files: []task.Standing{task.StandingLost}}
	soon := task.Filter{Files: []task.Standing{task.StandingSoon}}
	refused := task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}}
	tests := map[string]struct {
		run   func() error
		uses  string // the step that matters
		walks string // the table that may be walked in order of its key, or "sorted"
	}{
		"newest": {b.listing(task.Filter{}, 0), "", "tasks"},
		"older": {b.listing(task.Filter{}, 9),
			"SEARCH tasks USING INTEGER PRIMARY KEY (rowid<?)", ""},
		"status": {b.listing(failed, 0),
			"SEARCH tasks USING INDEX tasks_by_status (status=?)", ""},
		"status, older": {b.listing(failed, 9),
			"SEARCH tasks USING INDEX tasks_by_status (status=? AND rowid<?)", ""},
		"statuses": {b.listing(several, 9),
			"SEARCH tasks USING INDEX tasks_by_status (status=? AND rowid<?)", "sorted"},
		"category": {b.listing(nsfw, 9),
			"SEARCH tasks USING INDEX tasks_by_category (category=? AND rowid<?)", ""},
		"move": {b.listing(operator, 9),
			"SEARCH tasks USING INDEX tasks_by_category (category=? AND rowid<?)", "sorted"},
		"one task": {func() error { _, err := b.FindTask(b.ctx, "kie", "ok-1"); return err },
			"SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (task_id=? AND provider=?)", ""},
		"timeline": {func() error { _, err := b.TaskEvents(b.ctx, key); return err },
			"SEARCH deliveries USING INDEX deliveries_by_task (task=?)", ""},
		"its deliveries": {
			func() error { _, err := b.TaskDeliveries(b.ctx, key, 5); return err },
			"SEARCH d USING INDEX deliveries_by_task (task=?)", ""},
		"refused": {b.arrivals(refused),
			"SEARCH d USING INDEX deliveries_by_outcome (outcome=? AND rowid<?)", ""},
		"older deliveries": {b.arrivals(task.DeliveryFilter{}),
			"SEARCH d USING INTEGER PRIMARY KEY (rowid<?)", ""},
		"named in refused": {b.arrivals(task.DeliveryFilter{TaskID: "ok-1"}),
			"SEARCH d USING INDEX deliveries_by_named (task_id=? AND rowid<?)", "sorted"},
		"media": {func() error { _, _ = b.FindMedia(b.ctx, "a.mp4"); return nil },
			"SEARCH assets USING INDEX assets_by_path (path=?)", ""},
		"claim": {
			func() error { _, _, _, err := b.ClaimAsset(b.ctx, time.Minute); return err },
			"SCAN assets USING COVERING INDEX assets_open", ""},
		"claim of a free host": {
			func() error { _, _, _, err := b.ClaimAsset(b.ctx, time.Minute, "a"); return err },
			"SCAN assets USING INDEX assets_open", ""},
		"attempts": {func() error { _, err := b.TaskAttempts(b.ctx, key); return err },
			"SEARCH attempts USING PRIMARY KEY (task=?)", ""},
		"claims of the last run": {func() error { _, err := b.VoidClaims(b.ctx); return err },
			"SCAN attempts USING INDEX attempts_running", "assets"},
		"trail": {b.trail(auth.AuditFilter{}), "SEARCH audit USING INTEGER PRIMARY KEY (rowid<?)", ""},
		"trail of a user": {b.trail(auth.AuditFilter{Who: "anna"}),
			"SEARCH audit USING INDEX audit_by_who (who=? AND rowid<?)", ""},
		"trail of both": {b.trail(auth.AuditFilter{Who: "anna", Action: auth.ActRetry}),
			"SEARCH audit USING INDEX audit_by_who_action (who=? AND action=? AND rowid<?)", ""},
		"session": {func() error { _, _, err := b.FindSession(b.ctx, "x"); return err },
			"SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (hash=?)", ""},
		"user": {func() error { _, _ = b.FindUser(b.ctx, "anna"); return nil },
			"SEARCH users USING INDEX sqlite_autoindex_users_1 (name=?)", ""},
		"counts": {func() error { _, _, err := b.CountTasks(b.ctx, nsfw); return err },
			"", "task_counts"},
		"overview": {func() error { _, err := b.Overview(b.ctx, start()); return err },
			"SCAN assets USING COVERING INDEX assets_open", "deliveries"},
		"overview of dead links": {func() error { _, err := b.Overview(b.ctx, start()); return err },
			"SEARCH assets USING COVERING INDEX assets_tried (error=? AND failures>?)", "deliveries"},
		"overview of what is lost": {func() error { _, err := b.Overview(b.ctx, start()); return err },
			"SCAN assets USING COVERING INDEX assets_lost", "deliveries"},
		"tasks that have lost": {b.listing(lost, 9),
			"SCAN assets USING COVERING INDEX assets_lost", ""},
		"tasks about to lose": {b.listing(soon, 9),
			"SEARCH assets USING COVERING INDEX assets_open (expires_at>? AND expires_at<?)", ""},
		"count of those": {func() error { _, _, err := b.CountTasks(b.ctx, lost); return err },
			"SCAN assets USING COVERING INDEX assets_lost", "sorted"},
		"reasons of losses": {func() error { _, err := b.CountLost(b.ctx); return err },
			"SCAN assets USING COVERING INDEX assets_lost", "sorted"},
		"files that are kept": {
			func() error { _, err := b.KeptFiles(b.ctx, "a", 5); return err },
			"SEARCH assets USING INDEX assets_by_path (path>?)", ""},
		"a file that is kept": {
			func() error { _, _, err := b.KeptFile(b.ctx, "a"); return err },
			"SEARCH made_covers USING INDEX made_covers_by_path (path=?)", ""},
		"a sample of files": {
			func() error {
				_, err := b.SampleFiles(b.ctx, 1, func(int64) int64 { return 0 })
				return err
			}, "SEARCH assets USING PRIMARY KEY (task>?)", ""},
		"files that are missing": {
			func() error { _, err := b.MissingFiles(b.ctx, KeptFile{}, 5); return err },
			"SEARCH missing_files USING PRIMARY KEY ((task,role,idx)>(?,?,?))", ""},
		"files about to vanish": {
			func() error { _, err := b.WarnVanishing(b.ctx); return err },
			"SEARCH a USING INDEX assets_open (expires_at>? AND expires_at<?)", ""},
		"and their timelines": {
			func() error { _, err := b.WarnVanishing(b.ctx); return err },
			"SEARCH e USING INDEX events_by_task (task=?)", ""},
	}
	for name, test := range tests {
		checkPlan(t, name, b.plans(name, test.run), test.uses, test.walks)
	}
	load := b.explain(statement{loadTasksText, []any{`["ok-1"]`, "kie"}})
	checkPlan(t, "of a commit", load,
		"SEARCH t USING INDEX sqlite_autoindex_tasks_1 (task_id=? AND provider=?)", "")
}

func checkPlan(t *testing.T, name string, plan []string, uses, walks string) {
	t.Helper()
	text := strings.Join(plan, "\n") + "\n"
	if uses != "" && !strings.Contains(text, uses+"\n") {
		t.Errorf("%s: no %q in\n%s", name, uses, text)
	}
	for _, step := range plan {
		m := slow.FindStringSubmatch(step)
		switch {
		case m == nil, m[0] == sorts && walks == "sorted", m[1] != "" && m[1] == walks:
		default:
			t.Errorf("%s: %s in\n%s", name, step, text)
		}
	}
}
