package store

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// The bounds of one task's history: more than this is not held at once.
const (
	mostKept      = 5000
	mostKeptBytes = 64 << 20
)

// keptRow is a delivery with its body.
type keptRow struct {
	Row  deliveryRow `gorm:"embedded"`
	Body []byte
}

// rebuilt is a subject with what its history makes of it today.
type rebuilt struct {
	subject
	row    *taskRow // as it stands; nil where it is not there
	before task.Task
	left   string  // a Left… key: it is left alone
	fault  error   // why, where that is LeftBroken
	named  []int64 // then: deliveries by which to tell of it
	task.Rebuilt
}

// histories reads the histories of tasks and rebuilds each. Deliveries come one task after the
// other, so that only one history is held at a time.
type histories struct {
	store  *Store
	reader Reader
	db     *gorm.DB // of a transaction or for reading

	subjects map[int64]*subject // those that are there, by key
	rows     map[int64]*taskRow
	assets   map[int64][]task.Asset
	events   map[int64][]task.Event
	records  map[int64]recordRow
	extra    map[int64]keptRow

	out []rebuilt
}

// rebuildAll rebuilds tasks from what a connection sees.
func (s *Store) rebuildAll(db *gorm.DB, reader Reader, subjects []subject) ([]rebuilt, error) {
	h := &histories{store: s, reader: reader, db: db}
	var keys []int64
	err := h.load(subjects, &keys)
	if err == nil {
		err = h.loadExtra(subjects)
	}
	if err != nil {
		return nil, fmt.Errorf("load what is to be rebuilt: %w", err)
	}
	if err := h.readKept(keys); err != nil {
		return nil, fmt.Errorf("read kept deliveries: %w", err)
	}
	for i := range subjects {
		s := &subjects[i]
		// A task that is registered, and no more, has nothing but the refused ones.
		if s.key == 0 || len(s.extra) > 0 && h.subjects[s.key] != nil {
			h.finish(s, nil, "")
		}
	}
	return h.out, nil
}

// load finds the tasks and reads all of them but the deliveries.
func (h *histories) load(subjects []subject, keys *[]int64) error {
	if err := h.findKeys(subjects); err != nil {
		return err
	}
	h.subjects = make(map[int64]*subject, len(subjects))
	for i := range subjects {
		if key := subjects[i].key; key != 0 {
			h.subjects[key] = &subjects[i]
			*keys = append(*keys, key)
		}
	}
	var rows []taskRow
	if err := h.db.Where("key IN ?", *keys).Find(&rows).Error; err != nil {
		return err
	}
	h.rows = make(map[int64]*taskRow, len(rows))
	for i := range rows {
		h.rows[rows[i].Key] = &rows[i]
	}
	var err error
	if h.assets, err = assetsOf(h.db, *keys); err != nil {
		return err
	}
	if err := h.loadEvents(*keys); err != nil {
		return err
	}
	var records []recordRow
	h.records = make(map[int64]recordRow)
	err = h.db.Where("task IN ?", *keys).Find(&records).Error
	for _, r := range records {
		h.records[r.Task] = r
	}
	return err
}

// findKeys gives the subjects that are known by their id alone their keys.
func (h *histories) findKeys(subjects []subject) error {
	ids := make(map[string][]string)
	for i := range subjects {
		if s := &subjects[i]; s.key == 0 {
			ids[s.id.provider] = append(ids[s.id.provider], s.id.taskID)
		}
	}
	found := make(map[identity]int64)
	for provider, taskIDs := range ids {
		var rows []taskRow
		err := h.db.Select("key, task_id").Where("provider = ? AND task_id IN ?", provider, taskIDs).
			Find(&rows).Error
		if err != nil {
			return err
		}
		for _, r := range rows {
			found[identity{provider, r.TaskID}] = r.Key
		}
	}
	for i := range subjects {
		if s := &subjects[i]; s.key == 0 {
			s.key = found[s.id]
		}
	}
	return nil
}

func (h *histories) loadEvents(keys []int64) error {
	var rows []eventRow
	err := h.db.Where("task IN ? AND kind IN ?", keys, []task.EventKind{
		task.EventAttempt, task.EventAssetSaved, task.EventAssetFailed, task.EventAssetExpired,
		task.EventRetry, task.EventAdopted, task.EventConfirmed, task.EventDisagrees,
		task.EventRepaired}).
		Order("task, id").Find(&rows).Error
	h.events = make(map[int64][]task.Event)
	for _, r := range rows {
		h.events[r.Task] = append(h.events[r.Task], task.Event{At: fromMicros(r.At), Kind: r.Kind,
			Detail: r.Detail, Role: r.Role, Index: r.Idx})
	}
	return err
}

// loadExtra reads the refused deliveries that are to act, as far as they are still refused.
func (h *histories) loadExtra(subjects []subject) error {
	h.extra = make(map[int64]keptRow)
	var ids []int64
	for i := range subjects {
		ids = append(ids, subjects[i].extra...)
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []keptRow
	err := h.db.Table("deliveries AS d").Select("d.*, b.body").
		Joins("JOIN delivery_bodies AS b ON b.delivery = d.id").
		Where("d.id IN ? AND d.task IS NULL", ids).Find(&rows).Error
	for _, r := range rows {
		h.extra[r.Row.ID] = r
	}
	return err
}
