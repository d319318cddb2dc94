package kie

import (
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// marketDialect reads the jobs API, which serves Sora, Kling, Wan, Seedance and many more by their
// slug. The callback is the job's record:
//
//	{"code":200,"msg":"…","data":{"taskId":"…","model":"wan/2-6-text-to-video",
//	 "state":"success","param":"{…}","resultJson":"{\"resultUrls\":[\"…\"]}",
//	 "failCode":null,"failMsg":null,"createTime":1790000000000,"completeTime":1790000081000}}
type marketDialect struct{}

// Name implements provider.Dialect.
func (marketDialect) Name() string { return "market" }

// Product implements provider.Dialect.
func (marketDialect) Product() string { return Market }

// Recognises implements provider.Dialect.
func (marketDialect) Recognises(doc provider.Document) provider.Fit {
	if doc.Get("data").Has("state", "resultJson", "failCode", "failMsg") {
		return provider.Certain
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (marketDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Market)
	if err != nil {
		return report, err
	}
	report.Result = env.stateResult()
	report.CreatedAt = moment(env.data.Get("createTime"))
	report.CompletedAt = moment(env.data.Get("completeTime"))
	switch report.Result {
	case task.ResultSucceeded:
		marketFiles(env, &report)
	case task.ResultFailed:
		env.readFailure(&report)
	}
	return report, nil
}

// stateResult goes by the state, which a record has even where the envelope has no code. A state
// and a code that contradict each other are not for us to judge, except that a failure is one in
// a record that was fetched (and so has code 200). Code 0 is taken for success here and only here.
func (e envelope) stateResult() task.Result {
	uncoded := !e.root.Get("code").Present()
	accepted := uncoded || e.coded && (e.code == success || e.code == 0)
	state := strings.ToLower(strings.TrimSpace(e.data.Get("state").Text()))
	switch {
	case state == "":
		return e.result()
	case state == "fail":
		return task.ResultFailed
	case !accepted:
		return task.ResultUnclear
	}
	switch state {
	case "success":
		return task.ResultSucceeded
	case "wait", "waiting", "queuing", "queueing", "generating":
		return task.ResultRunning
	}
	return task.ResultUnclear
}

// readFailure prefers the job's own reason to the envelope's, which is always "Playground task
// failed.", and its code where the envelope's does not say failure.
func (e envelope) readFailure(report *task.Report) {
	if reason := firstText(e.data.Get("failMsg")); reason != "" {
		report.Message = provider.Clip(reason, maxMessage)
	}
	if code, ok := number(e.data.Get("failCode")); ok && !e.failed() {
		report.Code = code
	}
}

// moment reads a time in milliseconds since 1970; the zero time if it is missing or lies outside
// the years 2000 to 2099.
func moment(v provider.Value) time.Time {
	const from, to = 946_684_800_000, 4_102_444_800_000
	ms, ok := v.Integer()
	if !ok || ms < from || ms >= to {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
