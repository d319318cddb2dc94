package task

import "time"

// Result is how far a report says the generation has come.
type Result string

// The results a report can carry.
const (
	ResultRunning   Result = "running"
	ResultSucceeded Result = "succeeded"
	ResultFailed    Result = "failed"
	ResultUnclear   Result = "unclear" // a task id, but a shape not understood
)

// Report is what a provider dialect understood from a delivery or a query, in words that are
// the same for every provider.
type Report struct {
	Provider     string
	Product      string
	Model        string
	TaskID       string
	ParentTaskID string

	Result   Result
	Code     int
	Message  string
	Category Category // of a failure
	Fallback Fallback

	Resolution  string
	Prompt      string
	Credits     float64   // what the task has cost; 0 when the provider does not say
	CreatedAt   time.Time // the provider's, zero when it does not say
	CompletedAt time.Time

	Files []ReportFile
	Note  string // a Note… key
}

// ReportFile is one link of a report. The link may be unusable: that is for Apply to judge.
type ReportFile struct {
	Role  Role
	Index int
	URL   string
}
