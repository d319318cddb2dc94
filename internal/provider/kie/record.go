package kie

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// Record is what kie.ai itself has on file about a task. Unlike a callback, whose body is signed
// by nobody, it can be believed.
type Record struct {
	// Report says what a callback would say of the task as it stands now, so that the two can be
	// compared. Code is the callback's: 200, or the one the failure is known by; 0 while it runs.
	// Message is there for failures only: the envelope's words are about the question.
	Report task.Report
	// Params is the request as an object, without the addresses to call back, which hold secrets;
	// nil when the record has none.
	Params json.RawMessage
	// Expired says that the provider calls its links dead.
	Expired bool
	// Raw is the answer as it came: evidence, with all the secrets it may echo.
	Raw []byte
}

// recordShape is one of the endpoints that answer with records, and how to read them.
type recordShape struct {
	product string
	path    string
	// result says how far the task has come.
	result func(envelope) task.Result
	// files adds the links of a success.
	files func(envelope, *task.Report)
	// failCode is the code that stands for a failure whose record has none; fixed says that the
	// product's callbacks know no other.
	failCode int
	fixed    bool
}

// recordShapes lists the endpoints, the most used first.
func recordShapes() []recordShape {
	return []recordShape{
		{Market, "/api/v1/jobs/recordInfo", statedResult, marketFiles, 501, true},
		{Veo, "/api/v1/veo/record-info", veoResult, veoFiles, 501, false},
		{Runway, "/api/v1/runway/record-detail", statedResult, runwayFiles, 500, false},
		{Aleph, "/api/v1/aleph/record-info", alephResult, alephFiles, 400, false},
		{Luma, "/api/v1/modify/record-info", lumaResult, lumaFiles, 500, false},
	}
}

// ReadRecord reads an answer of the endpoint that has the records of a product. The error is an
// *APIError: the answer is an error, or cannot be read as a record.
func ReadRecord(product string, answer []byte) (Record, error) {
	for _, shape := range recordShapes() {
		if shape.product == family(product) {
			return shape.readAnswer(product, answer)
		}
	}
	return Record{}, &APIError{Kind: ErrRefused, Message: "a product without records"}
}

func (s recordShape) readAnswer(product string, answer []byte) (Record, error) {
	env, err := judge(200, answer)
	if err != nil {
		return Record{}, err
	}
	record, err := s.read(product, env)
	if err != nil {
		return Record{}, err
	}
	record.Params, record.Raw = readParams(answer), answer
	return record, nil
}

// read makes a record of an answer that is none of an error.
func (s recordShape) read(product string, env envelope) (Record, error) {
	if !env.data.Present() || empty(env.data) {
		return Record{}, &APIError{Kind: ErrNoRecord, Code: env.code, Message: "data is empty"}
	}
	report, err := env.report(s.product)
	if err != nil {
		return Record{}, unreadable(err)
	}
	report.Result, report.Code, report.Message = s.result(env), 0, ""
	report.CreatedAt = timeOf(env.data.Get("createTime"))
	switch report.Result {
	case task.ResultSucceeded:
		report.Code = success
		s.files(env, &report)
	case task.ResultFailed:
		report.Code = s.failure(env)
		report.Message = env.reason()
	}
	if report.Result == task.ResultSucceeded || report.Result == task.ResultFailed {
		report.CompletedAt = timeOf(env.data.First("completeTime", "generateTime"))
	}
	s.kinship(product, env, &report)
	return Record{Report: report, Expired: env.expired()}, nil
}

// failure returns the code a callback about the failure would have.
func (s recordShape) failure(env envelope) int {
	code, ok := number(env.data.First("errorCode", "failCode"))
	switch {
	case s.fixed:
		return s.failCode
	case ok && code != 0 && code != success:
		return code
	case env.failed():
		return env.code
	}
	return s.failCode
}

// kinship reads the task that this one extends. Runway's generations and extensions share an
// endpoint, and only an extension has a parent; where a record is silent the asker knows best.
func (s recordShape) kinship(product string, env envelope, report *task.Report) {
	parent := env.data.Get("parentTaskId").Literal()
	if strings.TrimSpace(parent) != "" && parent != report.TaskID && len(parent) <= MaxID {
		report.ParentTaskID = parent
	}
	if s.product == Runway && (report.ParentTaskID != "" || product == RunwayExtend) {
		report.Product = RunwayExtend
	}
}

// reason returns why the task failed, in the provider's words. Those of the envelope are about the
// question, unless its code says failure.
func (e envelope) reason() string {
	words := firstText(e.data.Get("errorMessage"), e.data.Get("failMsg"))
	if words == "" && e.failed() {
		words = e.message()
	}
	return provider.Clip(words, maxMessage)
}

// amount reads a number of credits, which may have a fraction.
func amount(v provider.Value) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(v.Literal()), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return n, true
}

// expired reads Runway's expireFlag: 1 once the links are dead, after 14 days.
func (e envelope) expired() bool {
	flag := e.data.Get("expireFlag")
	n, _ := flag.Integer()
	yes, _ := flag.Truth()
	return n == 1 || yes
}

// timeOf reads a time of a record: milliseconds since 1970, RFC 3339, or a date and a time without
// a zone. The documentation has all three, for Veo two of them in one page. That a time without a
// zone is UTC is a guess; Client drops what would lie in the future.
func timeOf(v provider.Value) time.Time {
	if t := moment(v); !t.IsZero() {
		return t
	}
	for _, layout := range [...]string{time.RFC3339Nano, time.DateTime} {
		t, err := time.Parse(layout, strings.TrimSpace(v.Text()))
		if t = t.UTC(); err == nil && t.Year() >= 2000 && t.Year() < 2100 {
			return t
		}
	}
	return time.Time{}
}
