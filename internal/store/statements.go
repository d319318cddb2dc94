package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// The statements of a commit are prepared once for the writing connection. Through GORM each
// transaction would parse them anew, which was measured at half of a commit's time.
type statements struct {
	loadTasks, insertTask, updateTask, addAsset, putAsset, insertDelivery, insertBody,
	addCount, addLabel, loadSignatures, addSignature *sql.Stmt
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

func insertText(table, columns string) string {
	n := strings.Count(columns, ",") + 1
	return "INSERT INTO " + table + " (" + columns + ") VALUES (?" +
		strings.Repeat(", ?", n-1) + ")"
}

// The text of a statement that adds an asset of a new task, of which nothing has been saved yet.
func addAssetText() string {
	return "INSERT INTO assets (" + freshColumns + ", path, bytes, sha256, content_type, width, " +
		"height, duration_us, failures, next_try_at, claim, lease_until) " +
		"VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, '', '', 0, 0, 0, 0, 0, 0, 0)"
}

// The text of a statement that adds an asset to a task that is there. One that is there already, with a link that was of
// no use, gets a new start; its claim grows, so that nobody still holds the old one.
func putAssetText() string {
	return insertText("assets", assetColumns) + ` ON CONFLICT (task, role, idx) DO UPDATE SET
		state = excluded.state, source_url = excluded.source_url,
		expires_at = excluded.expires_at, error = excluded.error, failures = excluded.failures,
		next_try_at = excluded.next_try_at, lease_until = excluded.lease_until,
		claim = assets.claim + 1`
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
		&s.hot.insertTask:     insertText("tasks", taskColumns),
		&s.hot.updateTask:     updateTaskText(),
		&s.hot.addAsset:       addAssetText(),
		&s.hot.putAsset:       putAssetText(),
		&s.hot.insertDelivery: insertText("deliveries", deliveryColumns),
		&s.hot.insertBody:     insertText("delivery_bodies", "delivery, headers, body"),
		&s.hot.addCount: insertText("task_counts", countColumns) + " ON CONFLICT " +
			"(status, product, category, fallback, resolution) DO UPDATE SET n = n + excluded.n",
		&s.hot.addLabel:       insertText("task_labels", "label, task") + " ON CONFLICT DO NOTHING",
		&s.hot.loadSignatures: loadSignaturesText,
		&s.hot.addSignature:   insertText("seen_signatures", "signature, body_hash, seen_at"),
	} {
		if *target, err = pool.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("prepare %q: %w", text, err)
		}
	}
	return nil
}

// close gives the statements back.
func (h *statements) close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{h.loadTasks, h.insertTask, h.updateTask, h.addAsset,
		h.putAsset, h.insertDelivery, h.insertBody, h.addCount, h.addLabel, h.loadSignatures,
		h.addSignature} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

// inTransaction returns a statement for use in a transaction of GORM's.
func inTransaction(tx *gorm.DB, stmt *sql.Stmt) *sql.Stmt {
	return tx.Statement.ConnPool.(*gorm.PreparedStmtTX).Tx.StmtContext(tx.Statement.Context, stmt)
}

// insertRows runs a statement once for each row. The driver guards each run that can be cancelled
// with a goroutine of its own, so only the way from row to row can be.
func insertRows[Row interface{ values() []any }](tx *gorm.DB, stmt *sql.Stmt, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	prepared := inTransaction(tx, stmt)
	ctx := context.WithoutCancel(tx.Statement.Context)
	for _, row := range rows {
		if err := tx.Statement.Context.Err(); err != nil {
			return err
		}
		if _, err := prepared.ExecContext(ctx, row.values()...); err != nil {
			return err
		}
	}
	return nil
}

// The values of a row, in the order of its columns.

func (r taskRow) values() []any {
	return []any{r.Key, r.Provider, r.TaskID, r.Product, r.Model, r.ParentTaskID,
		string(r.Status), r.Code, r.Message, string(r.Category), string(r.Fallback), r.Resolution,
		r.Prompt, string(r.CrossChecked), r.Note, r.FirstSeenAt, r.CreatedAt, r.CompletedAt,
		r.FirstDeliveryAt, r.Deliveries, r.ResultHash, r.RegisteredAt, r.NextQueryAt, r.Queries, r.Credits}
}

func (r assetRow) values() []any {
	return []any{r.Task, string(r.Role), r.Idx, string(r.State), r.SourceURL, r.Path, r.Bytes,
		r.SHA256, r.ContentType, r.Width, r.Height, r.DurationUs, r.ExpiresAt, r.Error, r.Failures,
		r.NextTryAt, r.Claim, r.LeaseUntil, r.FrameRate, r.Codec, r.FastStart}
}

func (r freshAsset) values() []any {
	return []any{r.Task, string(r.Role), r.Idx, string(r.State), r.SourceURL, r.ExpiresAt, r.Error}
}

func (r deliveryRow) values() []any {
	return []any{r.ID, r.Source, string(r.Outcome), r.Code, r.Reason, r.Task, r.TaskID,
		r.ReceivedAt, r.RemoteAddr, r.Bytes, r.Truncated}
}

func (r bodyRow) values() []any { return []any{r.Delivery, r.Headers, r.Body} }

func (r countRow) values() []any {
	return []any{string(r.Status), r.Product, string(r.Category), string(r.Fallback),
		r.Resolution, r.N}
}
