package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// The statements of a commit are prepared once for the writing connection. Through GORM each
// transaction would parse them anew, which was measured at half of a commit's time.
type statements struct {
	loadTasks, updateTask, loadSignatures *sql.Stmt

	insertTask, addAsset, putAsset, insertDelivery, insertBody, addCount, addLabel,
	addSignature insertion
}

const (
	taskColumns = "key, provider, task_id, product, model, parent_task_id, status, code, " +
		"message, category, fallback, resolution, prompt, cross_checked, note, first_seen_at, " +
		"created_at, completed_at, first_delivery_at, deliveries, result_hash, " +
		"registered_at, next_query_at, queries, credits"
	assetColumns = "task, role, idx, state, source_url, path, bytes, sha256, content_type, " +
		"width, height, duration_us, expires_at, error, failures, next_try_at, claim, " +
		"lease_until, frame_rate, codec, fast_start"
	freshColumns    = "task, role, idx, state, source_url, expires_at, error"
	deliveryColumns = "id, source, outcome, code, reason, task, task_id, received_at, " +
		"remote_addr, bytes, truncated"
	countColumns = "status, product, category, fallback, resolution, n"
)

// One text whatever the number of ids, which come as a JSON array.
const loadTasksText = "SELECT t.* FROM json_each(?) AS id " +
	"JOIN tasks AS t ON t.provider = ? AND t.task_id = id.value"

// addAsset adds an asset of a new task, of which nothing has been saved yet.
func addAsset() insertText {
	const nothing = ", path, bytes, sha256, content_type, width, height, duration_us, failures, " +
		"next_try_at, claim, lease_until"
	t := insertInto("assets", freshColumns)
	t.into = strings.Replace(t.into, freshColumns, freshColumns+nothing, 1)
	t.row = strings.TrimSuffix(t.row, ")") + ", '', 0, '', '', 0, 0, 0, 0, 0, 0, 0)"
	return t
}

// putAsset adds an asset to a task that is there. One that is there already, with a link that was
// of no use, gets a new start; its claim grows, so that nobody still holds the old one.
func putAsset() insertText {
	return insertInto("assets", assetColumns).onConflict(`(task, role, idx) DO UPDATE SET
		state = excluded.state, source_url = excluded.source_url,
		expires_at = excluded.expires_at, error = excluded.error, failures = excluded.failures,
		next_try_at = excluded.next_try_at, lease_until = excluded.lease_until,
		claim = assets.claim + 1`)
}

func updateTaskText() string {
	set := strings.ReplaceAll(strings.TrimPrefix(taskColumns, "key, "), ",", " = ?,") + " = ?"
	return "UPDATE tasks SET " + set + " WHERE key = ?"
}

// prepare prepares the statements on the one writing connection.
func (s *Store) prepare(ctx context.Context) error {
	pool, err := s.write.DB()
	if err != nil {
		return err
	}
	for target, text := range map[**sql.Stmt]string{
		&s.hot.loadTasks:      loadTasksText,
		&s.hot.updateTask:     updateTaskText(),
		&s.hot.loadSignatures: loadSignaturesText,
	} {
		if *target, err = pool.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("prepare %q: %w", text, err)
		}
	}
	for target, text := range map[*insertion]insertText{
		&s.hot.insertTask:     insertInto("tasks", taskColumns),
		&s.hot.addAsset:       addAsset(),
		&s.hot.putAsset:       putAsset(),
		&s.hot.insertDelivery: insertInto("deliveries", deliveryColumns),
		&s.hot.insertBody:     insertInto("delivery_bodies", "delivery, headers, body"),
		&s.hot.addCount: insertInto("task_counts", countColumns).onConflict(
			"(status, product, category, fallback, resolution) DO UPDATE SET n = n + excluded.n"),
		&s.hot.addLabel:     insertInto("task_labels", "label, task").onConflict("DO NOTHING"),
		&s.hot.addSignature: insertInto("seen_signatures", "signature, body_hash, seen_at"),
	} {
		if *target, err = prepareInsertion(ctx, pool, text); err != nil {
			return fmt.Errorf("prepare %q: %w", text.rows(1), err)
		}
	}
	return nil
}

// close gives the statements back.
func (h *statements) close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{h.loadTasks, h.updateTask, h.loadSignatures} {
		errs = append(errs, closeStatement(stmt))
	}
	for _, i := range []insertion{h.insertTask, h.addAsset, h.putAsset, h.insertDelivery,
		h.insertBody, h.addCount, h.addLabel, h.addSignature} {
		errs = append(errs, i.close())
	}
	return errors.Join(errs...)
}

// The values of a row, in the order of its columns.

func (r taskRow) values(to []any) []any {
	return append(to, r.Key, r.Provider, r.TaskID, r.Product, r.Model, r.ParentTaskID,
		string(r.Status), r.Code, r.Message, string(r.Category), string(r.Fallback), r.Resolution,
		r.Prompt, string(r.CrossChecked), r.Note, r.FirstSeenAt, r.CreatedAt, r.CompletedAt,
		r.FirstDeliveryAt, r.Deliveries, r.ResultHash, r.RegisteredAt, r.NextQueryAt, r.Queries,
		r.Credits)
}

func (r assetRow) values(to []any) []any {
	return append(to, r.Task, string(r.Role), r.Idx, string(r.State), r.SourceURL, r.Path, r.Bytes,
		r.SHA256, r.ContentType, r.Width, r.Height, r.DurationUs, r.ExpiresAt, r.Error, r.Failures,
		r.NextTryAt, r.Claim, r.LeaseUntil, r.FrameRate, r.Codec, r.FastStart)
}

func (a freshAsset) values(to []any) []any {
	return append(to, a.Task, string(a.Role), a.Index, string(a.State), a.SourceURL,
		micros(a.ExpiresAt), a.Error)
}

func (r deliveryRow) values(to []any) []any {
	return append(to, r.ID, r.Source, string(r.Outcome), r.Code, r.Reason, r.Task, r.TaskID,
		r.ReceivedAt, r.RemoteAddr, r.Bytes, r.Truncated)
}

func (r bodyRow) values(to []any) []any {
	return append(to, r.Delivery, r.Headers, r.Body)
}

func (r countRow) values(to []any) []any {
	return append(to, string(r.Status), r.Product, string(r.Category), string(r.Fallback),
		r.Resolution, r.N)
}
