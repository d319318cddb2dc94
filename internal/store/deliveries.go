package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// deliveryView is a delivery as lists read it, with the id of the task it acted on.
type deliveryView struct {
	Row           deliveryRow `gorm:"embedded"`
	OwnerProvider string
	OwnerID       string
}

func (v *deliveryView) delivery() task.Delivery {
	d := task.Delivery{
		ID: v.Row.ID, Source: v.Row.Source, Outcome: v.Row.Outcome, Code: v.Row.Code,
		Reason: v.Row.Reason, Provider: v.OwnerProvider, TaskID: v.OwnerID,
		ReceivedAt: fromMicros(v.Row.ReceivedAt),
		RemoteAddr: v.Row.RemoteAddr, Bytes: v.Row.Bytes, Truncated: v.Row.Truncated,
	}
	if v.Row.Task == nil {
		d.TaskID = v.Row.TaskID
	}
	return d
}

func deliveryViews(db *gorm.DB) *gorm.DB {
	return db.Table("deliveries AS d").
		Select("d.*, t.provider AS owner_provider, t.task_id AS owner_id").
		Joins("LEFT JOIN tasks AS t ON t.key = d.task")
}

// ListDeliveries returns a page of the deliveries that match, newest first and without headers
// and body, and the id the next page starts before, 0 at the end.
func (s *Store) ListDeliveries(ctx context.Context, f task.DeliveryFilter, p task.Page) (
	[]task.Delivery, int64, error,
) {
	p = p.Clamp()
	db := s.read.WithContext(ctx)
	q := matchingDeliveries(deliveryViews(db), f)
	if p.Before > 0 {
		q = q.Where("d.id < ?", p.Before)
	}
	var views []deliveryView
	if err := q.Order("d.id DESC").Limit(p.Limit + 1).Find(&views).Error; err != nil {
		return nil, 0, fmt.Errorf("list deliveries: %w", err)
	}
	next := int64(0)
	if len(views) > p.Limit {
		views = views[:p.Limit]
		next = views[len(views)-1].Row.ID
	}
	deliveries := make([]task.Delivery, len(views))
	for i := range views {
		deliveries[i] = views[i].delivery()
	}
	return deliveries, next, nil
}

// matchingDeliveries narrows a query on deliveries AS d to those that match the filter.
func matchingDeliveries(q *gorm.DB, f task.DeliveryFilter) *gorm.DB {
	q = in(q, "d.outcome", f.Outcomes)
	if len(f.Outcomes) > 0 && !slices.Contains(f.Outcomes, task.Applied) {
		q = q.Where("d.outcome <> 'applied'") // says that the partial index will do
	}
	q = in(q, "d.source", f.Sources)
	if !f.From.IsZero() {
		q = q.Where("d.received_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("d.received_at < ?", micros(f.To))
	}
	if f.TaskID != "" {
		const owners = "SELECT key FROM tasks WHERE task_id = ?"
		q = q.Where("(d.task IN ("+owners+") OR (d.task IS NULL AND d.task_id = ?))",
			f.TaskID, f.TaskID)
	}
	if f.ID > 0 {
		q = q.Where("d.id = ?", f.ID)
	}
	return q
}

// FindDelivery returns a delivery with its headers and body, or ErrNotFound.
func (s *Store) FindDelivery(ctx context.Context, id int64) (task.Delivery, error) {
	db := s.read.WithContext(ctx)
	var views []deliveryView
	if err := deliveryViews(db).Where("d.id = ?", id).Limit(1).Find(&views).Error; err != nil {
		return task.Delivery{}, fmt.Errorf("find delivery: %w", err)
	}
	if len(views) == 0 {
		return task.Delivery{}, fmt.Errorf("delivery %d: %w", id, ErrNotFound)
	}
	found := []task.Delivery{views[0].delivery()}
	err := withBodies(db, found)
	return found[0], err
}

// TaskDeliveries returns up to limit deliveries of a task, newest first, with headers and body.
func (s *Store) TaskDeliveries(ctx context.Context, key int64, limit int) ([]task.Delivery, error) {
	db := s.read.WithContext(ctx)
	var views []deliveryView
	err := deliveryViews(db).Where("d.task = ?", key).Order("d.id DESC").Limit(limit).
		Find(&views).Error
	if err != nil {
		return nil, fmt.Errorf("list the task's deliveries: %w", err)
	}
	deliveries := make([]task.Delivery, len(views))
	for i := range views {
		deliveries[i] = views[i].delivery()
	}
	return deliveries, withBodies(db, deliveries)
}

func withBodies(db *gorm.DB, deliveries []task.Delivery) error {
	ids := make([]int64, len(deliveries))
	at := make(map[int64]int, len(deliveries))
	for i := range deliveries {
		ids[i] = deliveries[i].ID
		at[ids[i]] = i
	}
	var bodies []bodyRow
	if err := db.Where("delivery IN ?", ids).Find(&bodies).Error; err != nil {
		return fmt.Errorf("load delivery bodies: %w", err)
	}
	for _, b := range bodies {
		d := &deliveries[at[b.Delivery]]
		d.Body = b.Body
		if err := json.Unmarshal([]byte(b.Headers), &d.Headers); err != nil {
			return fmt.Errorf("read the headers of delivery %d: %w", d.ID, err)
		}
	}
	return nil
}

// eventLimit bounds a timeline; a task with more deliveries than this shows the newest.
const eventLimit = 1000

// TaskEvents returns a task's timeline, oldest first: its deliveries, its attempts at assets,
// and what people did.
func (s *Store) TaskEvents(ctx context.Context, key int64) ([]task.Event, error) {
	db := s.read.WithContext(ctx)
	var deliveries []deliveryRow
	err := db.Where("task = ?", key).Order("id DESC").Limit(eventLimit).Find(&deliveries).Error
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	var rows []eventRow
	err = db.Where("task = ?", key).Order("id DESC").Limit(eventLimit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	slices.Reverse(deliveries)
	slices.Reverse(rows)
	events := make([]task.Event, 0, len(deliveries)+len(rows))
	for _, d := range deliveries {
		events = append(events, task.Event{At: fromMicros(d.ReceivedAt), Kind: task.EventDelivery,
			Detail: string(d.Outcome), Delivery: d.ID, Code: d.Code})
	}
	for _, r := range rows {
		events = append(events, task.Event{At: fromMicros(r.At), Kind: r.Kind, Detail: r.Detail,
			Role: r.Role, Index: r.Idx})
	}
	slices.SortStableFunc(events, func(a, b task.Event) int { return a.At.Compare(b.At) })
	return events, nil
}
