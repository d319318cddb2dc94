package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"github.com/reelback/reelback/internal/task"
)

func TestRowsHaveTheColumnsOfTheSchema(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rows := []schema.Tabler{taskRow{}, assetRow{}, deliveryRow{}, bodyRow{}, eventRow{},
		signatureRow{}, countRow{}, sourceRow{}, tokenRow{}, labelRow{}, apiTokenRow{},
		recordRow{}, replayRow{}, changeRow{}, userRow{}, sessionRow{}, auditRow{},
		attemptRow{}, coverRow{}, droppedRow{}, missingRow{}}
	seen := []string{"counters"} // written as a map
	for _, row := range rows {
		parsed, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		var columns, keys []string
		err = b.read.Raw("SELECT name FROM pragma_table_info(?) ORDER BY cid", row.TableName()).
			Scan(&columns).Error
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(parsed.DBNames, columns) {
			t.Errorf("%s:\nthe row has   %q\nthe schema is %q", row.TableName(), parsed.DBNames,
				columns)
		}
		err = b.read.Raw("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
			row.TableName()).Scan(&keys).Error
		if err != nil || !slices.Equal(parsed.PrimaryFieldDBNames, keys) {
			t.Errorf("%s: primary key %q, want %q", row.TableName(),
				parsed.PrimaryFieldDBNames, keys)
		}
		seen = append(seen, row.TableName())
	}
	var tables []string
	err := b.read.Raw(`SELECT name FROM sqlite_schema WHERE type = 'table'
		AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'`).Scan(&tables).Error
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(seen)
	slices.Sort(tables)
	if !slices.Equal(seen, tables) {
		t.Errorf("the rows are of %q, the tables %q", seen, tables)
	}
}

// fill gives every field of a struct a value that is not zero.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case f.Type() == reflect.TypeFor[time.Time]():
			f.Set(reflect.ValueOf(time.Unix(int64(1000+i), 5000).UTC()))
		case f.Kind() == reflect.String:
			f.SetString(fmt.Sprintf("text %d", i))
		case f.CanInt():
			f.SetInt(int64(1000 * (i + 1)))
		case f.CanFloat():
			f.SetFloat(float64(i) + 0.5)
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		}
	}
}

func TestRowsLoseNothing(t *testing.T) {
	t.Parallel()
	var tk task.Task
	fill(reflect.ValueOf(&tk).Elem())
	row := newTaskRow(&tk)
	if got := row.task(); !reflect.DeepEqual(got, tk) {
		t.Errorf("task:\ngot  %+v\nwant %+v", got, tk)
	}
	var a task.Asset
	fill(reflect.ValueOf(&a).Elem())
	assetRow := newAssetRow(&a)
	if got := assetRow.asset(); got != a {
		t.Errorf("asset:\ngot  %+v\nwant %+v", got, a)
	}
	var d task.Delivery
	fill(reflect.ValueOf(&d).Elem())
	d.Provider = ""    // of its task, and it has none
	d.Unpacked = false // pages unpack it
	view := deliveryView{Row: newDeliveryRow(&d, nil)}
	if got := view.delivery(); !reflect.DeepEqual(got, d) {
		t.Errorf("delivery:\ngot  %+v\nwant %+v", got, d)
	}
}

func TestTimesAreStoredAsMicrosecondsInUTC(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	var stored struct{ FirstSeenAt, ExpiresAt, ReceivedAt int64 }
	err := b.read.Raw(`SELECT t.first_seen_at, a.expires_at, d.received_at
		FROM tasks t, assets a, deliveries d`).Scan(&stored).Error
	if err != nil {
		t.Fatal(err)
	}
	now := start().UnixMicro()
	if stored.FirstSeenAt != now || stored.ReceivedAt != now ||
		stored.ExpiresAt != start().Add(lifetime).UnixMicro() {
		t.Errorf("stored %+v", stored)
	}
	got := b.find("t-1")
	want := start().UTC().Truncate(time.Microsecond)
	if got.FirstSeenAt != want || got.FirstSeenAt.Location() != time.UTC {
		t.Errorf("read %s, want %s", got.FirstSeenAt, want)
	}
	if !got.CreatedAt.IsZero() {
		t.Errorf("an unknown time is read as %s", got.CreatedAt)
	}
}

func TestSchemaDefendsItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.succeed("t-1", "https://a/1").Key
	for name, statement := range map[string]string{
		"unknown status":       "UPDATE tasks SET status = 'lost'",
		"failed, no category":  "UPDATE tasks SET status = 'failed'",
		"category, not failed": "UPDATE tasks SET category = 'nsfw'",
		"unknown fallback":     "UPDATE tasks SET fallback = ''",
		"unknown cross-check":  "UPDATE tasks SET cross_checked = 'maybe'",
		"no provider":          "UPDATE tasks SET provider = ''",
		"no task id":           "UPDATE tasks SET task_id = ''",
		"never seen":           "UPDATE tasks SET first_seen_at = 0",
		"unknown role":         "UPDATE assets SET role = 'sound'",
		"unknown state":        "UPDATE assets SET state = 'gone'",
		"saved without a path": "UPDATE assets SET state = 'saved', bytes = 1",
		"saved without bytes":  "UPDATE assets SET state = 'saved', path = 'a/b'",
		"path, but not saved":  "UPDATE assets SET path = 'a/b'",
		"negative index":       "UPDATE assets SET idx = -1",
		"unknown outcome":      "UPDATE deliveries SET outcome = 'lost'",
		"task and named task":  "UPDATE deliveries SET task_id = 't-1'",
		"received never":       "UPDATE deliveries SET received_at = 0",
		"text as a number":     "UPDATE deliveries SET bytes = 'many'",
		"event of no kind": fmt.Sprintf(
			"INSERT INTO events VALUES (1, %d, 1, '', '', '', 0)", key),
		"short token": "INSERT INTO source_tokens VALUES (9, 'x', 'n', 'short', 1, 0, 0)",
		"token of no source": "INSERT INTO source_tokens " +
			"VALUES (9, 'x', 'n', 'a-token-that-is-long', 1, 0, 0)",
		"the same task again": "INSERT INTO tasks (" + taskColumns + ") SELECT 99, " +
			strings.TrimPrefix(taskColumns, "key, ") + " FROM tasks",
		"source with no name":   "INSERT INTO sources VALUES ('', 'kie', '', 1)",
		"source of no provider": "INSERT INTO sources VALUES ('x', '', '', 1)",
	} {
		err := b.write.Exec(statement).Error
		if err == nil || !strings.Contains(err.Error(), "constraint failed") &&
			!strings.Contains(err.Error(), "cannot store TEXT") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTwoAssetsCannotHaveOnePath(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1", "https://a/2")
	err := b.write.Exec("UPDATE assets SET state = 'saved', path = 'a/b', bytes = 1").Error
	if err == nil {
		t.Error("they can")
	}
}
