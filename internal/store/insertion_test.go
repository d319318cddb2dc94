package store

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

func TestRowsAreAddedWhateverTheirNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var want []deliveryRow
	for n := range 2*rowsAtOnce + 2 {
		var rows []deliveryRow
		for i := range n {
			rows = append(rows, deliveryRow{ID: int64(1000*n + i + 1), Source: "kie",
				Outcome: task.Refused, Reason: fmt.Sprintf("row %d of %d", i, n), ReceivedAt: 1})
		}
		err := b.inTx(b.ctx, func(tx *gorm.DB) error {
			return insertRows(tx, b.hot.insertDelivery, rows)
		})
		if err != nil {
			t.Fatalf("%d rows: %v", n, err)
		}
		want = append(want, rows...)
	}
	var got []deliveryRow
	if err := b.read.Order("id").Find(&got).Error; err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d rows came out of %d, or otherwise than they went in", len(got), len(want))
	}
}

func TestOneBadRowAmongManyIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for bad := range rowsAtOnce + 1 {
		err := b.inTx(b.ctx, func(tx *gorm.DB) error {
			rows := make([]deliveryRow, rowsAtOnce+1)
			for i := range rows {
				rows[i] = deliveryRow{ID: int64(i + 1), Outcome: task.Refused, ReceivedAt: 1}
			}
			rows[bad].Outcome = "nonsense"
			return insertRows(tx, b.hot.insertDelivery, rows)
		})
		if err == nil {
			t.Errorf("row %d was stored although the table refuses it", bad)
		}
	}
	var left int64
	if err := b.read.Model(&deliveryRow{}).Count(&left).Error; err != nil || left != 0 {
		t.Errorf("%d rows are left of transactions that failed (%v)", left, err)
	}
}

func TestARowThatIsThereIsPutAnewAmongMany(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var rows []assetRow
	for i := range rowsAtOnce + 3 {
		rows = append(rows, assetRow{Task: 1, Role: task.Video, Idx: i, State: task.Pending,
			SourceURL: "https://example.com/old"})
	}
	put := func() {
		t.Helper()
		err := b.inTx(b.ctx, func(tx *gorm.DB) error {
			return insertRows(tx, b.hot.putAsset, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put()
	for i := range rows {
		rows[i].SourceURL = "https://example.com/new"
	}
	put()
	var got []assetRow
	if err := b.read.Order("idx").Find(&got).Error; err != nil {
		t.Fatal(err)
	}
	if len(got) != len(rows) {
		t.Fatalf("%d assets, want %d", len(got), len(rows))
	}
	for i, a := range got {
		if a.SourceURL != rows[i].SourceURL || a.Claim != 1 {
			t.Errorf("asset %d: %s with claim %d, want the new link and a grown claim", i,
				a.SourceURL, a.Claim)
		}
	}
}
