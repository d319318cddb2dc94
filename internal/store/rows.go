package store

import (
	"encoding/json"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// Rows mirror the tables; a test compares each with the schema that the migrations make.

type taskRow struct {
	Key             int64 `gorm:"primaryKey"`
	Provider        string
	TaskID          string
	Product         string
	Model           string
	ParentTaskID    string
	Status          task.Status
	Code            int
	Message         string
	Category        task.Category
	Fallback        task.Fallback
	Resolution      string
	Prompt          string
	CrossChecked    task.CrossCheck
	Note            string
	FirstSeenAt     int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	CompletedAt     int64
	FirstDeliveryAt int64
	Deliveries      int
	ResultHash      int64
	RegisteredAt    int64
	NextQueryAt     int64 // 0 where nothing has decided yet, -1 for never again
	Queries         int
	Credits         float64
}

func (taskRow) TableName() string { return "tasks" }

func newTaskRow(t *task.Task) taskRow {
	return taskRow{
		Key: t.Key, Provider: t.Provider, TaskID: t.TaskID, Product: t.Product, Model: t.Model,
		ParentTaskID: t.ParentTaskID, Status: t.Status, Code: t.Code, Message: t.Message,
		Category: t.Category, Fallback: t.Fallback, Resolution: t.Resolution, Prompt: t.Prompt,
		CrossChecked: t.CrossChecked, Note: t.Note, FirstSeenAt: micros(t.FirstSeenAt),
		CreatedAt: micros(t.CreatedAt), CompletedAt: micros(t.CompletedAt),
		FirstDeliveryAt: micros(t.FirstDeliveryAt), Deliveries: t.Deliveries,
		ResultHash: t.ResultHash, RegisteredAt: micros(t.RegisteredAt), Credits: t.Credits,
	}
}

func (r *taskRow) task() task.Task {
	return task.Task{
		Key: r.Key, Provider: r.Provider, TaskID: r.TaskID, Product: r.Product, Model: r.Model,
		ParentTaskID: r.ParentTaskID, Status: r.Status, Code: r.Code, Message: r.Message,
		Category: r.Category, Fallback: r.Fallback, Resolution: r.Resolution, Prompt: r.Prompt,
		CrossChecked: r.CrossChecked, Note: r.Note, FirstSeenAt: fromMicros(r.FirstSeenAt),
		CreatedAt: fromMicros(r.CreatedAt), CompletedAt: fromMicros(r.CompletedAt),
		FirstDeliveryAt: fromMicros(r.FirstDeliveryAt), Deliveries: r.Deliveries,
		ResultHash: r.ResultHash, RegisteredAt: fromMicros(r.RegisteredAt), Credits: r.Credits,
	}
}

type assetRow struct {
	Task        int64     `gorm:"primaryKey;autoIncrement:false"`
	Role        task.Role `gorm:"primaryKey"`
	Idx         int       `gorm:"primaryKey;autoIncrement:false"`
	State       task.AssetState
	SourceURL   string
	Path        string
	Bytes       int64
	SHA256      string `gorm:"column:sha256"`
	ContentType string
	Width       int
	Height      int
	DurationUs  int64
	ExpiresAt   int64
	Error       string
	Failures    int
	NextTryAt   int64
	Claim       int64
	LeaseUntil  int64
	FrameRate   float64
	Codec       string
	FastStart   bool
}

func (assetRow) TableName() string { return "assets" }

// freshAsset is an asset that nobody has tried to save yet.
type freshAsset struct{ *task.Asset }

func newAssetRow(a *task.Asset) assetRow {
	return assetRow{
		Task: a.Task, Role: a.Role, Idx: a.Index, State: a.State, SourceURL: a.SourceURL,
		Path: a.Path, Bytes: a.Bytes, SHA256: a.SHA256, ContentType: a.ContentType,
		Width: a.Width, Height: a.Height, DurationUs: a.Duration.Microseconds(),
		ExpiresAt: micros(a.ExpiresAt), Error: a.Error, Failures: a.Failures,
		NextTryAt: micros(a.NextTryAt), Claim: a.Claim, FrameRate: a.FrameRate, Codec: a.Codec,
		FastStart: a.FastStart,
	}
}

func (r *assetRow) asset() task.Asset {
	return task.Asset{
		Task: r.Task, Role: r.Role, Index: r.Idx, State: r.State, SourceURL: r.SourceURL,
		Path: r.Path, Bytes: r.Bytes, SHA256: r.SHA256, ContentType: r.ContentType,
		Width: r.Width, Height: r.Height,
		Duration:  time.Duration(r.DurationUs) * time.Microsecond,
		ExpiresAt: fromMicros(r.ExpiresAt), Error: r.Error, Failures: r.Failures,
		NextTryAt: fromMicros(r.NextTryAt), Claim: r.Claim, FrameRate: r.FrameRate,
		Codec: r.Codec, FastStart: r.FastStart,
	}
}

type deliveryRow struct {
	ID         int64 `gorm:"primaryKey"`
	Source     string
	Outcome    task.Outcome
	Code       int
	Reason     string
	Task       *int64 // nil when it acted on no task
	TaskID     string // as claimed, where Task is nil
	ReceivedAt int64
	RemoteAddr string
	Bytes      int64
	Truncated  bool
}

func (deliveryRow) TableName() string { return "deliveries" }

func newDeliveryRow(d *task.Delivery, key *int64) deliveryRow {
	r := deliveryRow{
		ID: d.ID, Source: d.Source, Outcome: d.Outcome, Code: d.Code, Reason: d.Reason, Task: key,
		ReceivedAt: micros(d.ReceivedAt), RemoteAddr: d.RemoteAddr, Bytes: d.Bytes,
		Truncated: d.Truncated,
	}
	if key == nil {
		r.TaskID = d.TaskID
	}
	return r
}

type bodyRow struct {
	Delivery int64 `gorm:"primaryKey;autoIncrement:false"`
	Headers  string
	Body     []byte
}

func (bodyRow) TableName() string { return "delivery_bodies" }

func newBodyRow(d *task.Delivery) bodyRow {
	headers, err := json.Marshal(d.Headers)
	if err != nil || d.Headers == nil {
		headers = []byte("[]") // strings always marshal; nil would read "null"
	}
	body := d.Body
	if body == nil {
		body = []byte{}
	}
	return bodyRow{Delivery: d.ID, Headers: string(headers), Body: body}
}

type eventRow struct {
	ID     int64 `gorm:"primaryKey"`
	Task   int64
	At     int64
	Kind   task.EventKind
	Detail string
	Role   task.Role
	Idx    int
}

func (eventRow) TableName() string { return "events" }

// recordRow is the provider's last record of a task.
type recordRow struct {
	Task   int64 `gorm:"primaryKey;autoIncrement:false"`
	At     int64
	Result task.Result
	Body   []byte
}

func (recordRow) TableName() string { return "records" }

// micros returns the time as a column has it; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
