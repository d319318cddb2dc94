package store

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

func TestStatementsNameEveryColumn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for table, columns := range map[string]string{"tasks": taskColumns, "assets": assetColumns,
		"deliveries": deliveryColumns, "task_counts": countColumns} {
		var want []string
		err := b.read.Raw("SELECT name FROM pragma_table_info(?) ORDER BY cid", table).
			Find(&want).Error
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Split(columns, ", "); !slices.Equal(got, want) {
			t.Errorf("%s:\nnamed are  %q\nthe table's %q", table, got, want)
		}
	}
}

// TestStatementsStoreEveryColumn stores rows whose columns all differ and reads them by GORM.
func TestStatementsStoreEveryColumn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var tk taskRow
	fill(reflect.ValueOf(&tk).Elem())
	tk.Status, tk.Category, tk.Fallback, tk.CrossChecked = task.Failed, task.NSFW, "yes", "confirmed"
	var a assetRow
	fill(reflect.ValueOf(&a).Elem())
	a.Task, a.Role, a.State = tk.Key, task.Cover, task.SavedAsset
	var d deliveryRow
	fill(reflect.ValueOf(&d).Elem())
	d.Outcome = task.Conflicting // of no task: one that acted on a task has no id of its own
	body := bodyRow{Delivery: d.ID, Headers: "[]", Body: []byte("x")}
	var n countRow
	fill(reflect.ValueOf(&n).Elem())
	err := b.inTx(b.ctx, func(tx *gorm.DB) error {
		for _, err := range []error{
			insertRows(tx, b.hot.insertTask, []taskRow{tk}),
			insertRows(tx, b.hot.putAsset, []assetRow{a}),
			insertRows(tx, b.hot.insertDelivery, []deliveryRow{d}),
			insertRows(tx, b.hot.insertBody, []bodyRow{body}),
			insertRows(tx, b.hot.addCount, []countRow{n}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkRow(b, tk)
	checkRow(b, a)
	checkRow(b, d)
	checkRow(b, body)
	checkRow(b, n)

	tk.Message, tk.Status, tk.Category, tk.Deliveries = "other", task.Saved, "", 77
	err = b.inTx(b.ctx, func(tx *gorm.DB) error { return (&batch{store: b.Store, tx: tx}).update(tk) })
	if err != nil {
		t.Fatal(err)
	}
	checkRow(b, tk)
}

func checkRow[Row any](b *bundle, want Row) {
	b.t.Helper()
	var got []Row
	if err := b.read.Find(&got).Error; err != nil {
		b.t.Fatal(err)
	}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		b.t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTasksAreFoundAgainByAnyId(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []string{"a", "A", "a\x00b", "a\x00c", "é", "e\u0301", `"quoted"`, `back\slash`,
		"<&>", "\u2028", "视频", "1", "01", "1e3", "null", "true", "[1]", " ", "\ufffd", "🎬"} {
		for want := 1; want <= 3; want++ {
			b.commit(b.incoming(id, task.ResultFailed))
			if got := b.find(id); got.TaskID != id || got.Deliveries != want {
				t.Errorf("%q: %d deliveries of %q", id, got.Deliveries, got.TaskID)
			}
		}
	}
	b.checkCounts()
}
