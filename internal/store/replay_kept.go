package store

import (
	"bytes"
	"errors"
	"slices"

	"github.com/reelback/reelback/internal/task"
)

// readKept reads the deliveries of the tasks and rebuilds each task once all of its own are read.
func (h *histories) readKept(keys []int64) (err error) {
	if len(keys) == 0 {
		return nil
	}
	rows, err := h.db.Raw(`SELECT d.*, b.body FROM deliveries AS d
		JOIN delivery_bodies AS b ON b.delivery = d.id
		WHERE d.task IN ? ORDER BY d.task, d.id`, keys).Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	one := gathering{reader: h.reader}
	for rows.Next() {
		var k keptRow
		if err := h.db.ScanRows(rows, &k); err != nil {
			return err
		}
		if one.key != *k.Row.Task {
			h.close(&one)
			one = gathering{reader: h.reader, key: *k.Row.Task}
		}
		one.add(&k)
	}
	h.close(&one)
	return rows.Err()
}

func (h *histories) close(one *gathering) {
	if s := h.subjects[one.key]; s != nil {
		h.finish(s, one.kept, one.trouble)
		delete(h.subjects, one.key)
	}
}

// gathering is the deliveries of one task as they are read.
type gathering struct {
	reader  Reader
	key     int64
	kept    []task.Kept
	size    int
	trouble string

	last   keptRow // a provider that repeats itself sends the same body
	report task.Report
	err    error
}

func (g *gathering) add(k *keptRow) {
	g.size += len(k.Body)
	if len(g.kept) >= mostKept || g.size > mostKeptBytes {
		g.trouble = task.LeftTooMany
		return
	}
	if g.last.Row.ID == 0 || g.last.Row.Source != k.Row.Source ||
		!bytes.Equal(g.last.Body, k.Body) {
		g.report, g.err = g.reader.Delivery(k.Row.Source, k.Body)
		g.last = *k
	}
	g.kept = append(g.kept, newKept(&k.Row, g.report, g.err))
}

func newKept(r *deliveryRow, report task.Report, err error) task.Kept {
	k := task.Kept{ID: r.ID, ReceivedAt: fromMicros(r.ReceivedAt), Outcome: r.Outcome,
		Reason: r.Reason, Code: r.Code, Report: report}
	switch {
	case errors.Is(err, ErrSourceGone):
		k.Trouble = task.LeftSource
	case err != nil, report.TaskID == "":
		k.Trouble = task.LeftUnreadable
	}
	return k
}

// finish rebuilds a task once its history is complete.
func (h *histories) finish(s *subject, kept []task.Kept, trouble string) {
	r := rebuilt{subject: *s, row: h.rows[s.key]}
	past := task.History{Deliveries: kept, Events: h.events[s.key], Trouble: trouble}
	for _, id := range s.extra {
		if k, ok := h.extra[id]; ok {
			report, err := h.reader.Delivery(k.Row.Source, k.Body)
			past.Deliveries = append(past.Deliveries, newKept(&k.Row, report, err))
		}
	}
	slices.SortStableFunc(past.Deliveries, func(a, b task.Kept) int { return int(a.ID - b.ID) })
	if r.row != nil {
		r.before = r.row.task()
		r.before.Assets = h.assets[s.key]
		past.Task = &r.before
	}
	if record, ok := h.records[s.key]; ok && r.row != nil {
		past.RecordAt = fromMicros(record.At)
		read, err := h.reader.Record(r.before, record.Body, past.RecordAt)
		if past.Record = &read; err != nil {
			past.Trouble = task.LeftRecord
		}
	}
	if r.left = past.LeftAlone(); r.left == "" && len(past.Deliveries) > 0 {
		r.Rebuilt = task.Rebuild(past, h.store.rules)
	}
	h.out = append(h.out, r)
}
