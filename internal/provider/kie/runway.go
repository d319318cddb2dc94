package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// runwayDialect reads Runway's generations and extensions:
//
//	{"code":200,"msg":"…",
//	 "data":{"task_id":"…","video_id":"…","video_url":"…","image_url":"…"}}
//
// A failed extension has only task_id in data, a failed generation the others as empty strings.
type runwayDialect struct{}

// Name implements provider.Dialect.
func (runwayDialect) Name() string { return "runway" }

// Product implements provider.Dialect; an extension is told apart by its source.
func (runwayDialect) Product() string { return Runway }

// Recognises implements provider.Dialect. A task_id alone is Runway's, too, when the code says
// failure, or nothing else is there that would want to be understood.
func (runwayDialect) Recognises(doc provider.Document) provider.Fit {
	env := open(doc)
	switch {
	case env.idInData() && env.data.Has("video_url", "image_url", "video_id"):
		return provider.Certain
	case !env.data.Has("task_id"):
		return provider.Foreign
	case env.failed(), env.succeeded() && env.data.Only("task_id"):
		return provider.Possible
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (runwayDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Runway)
	if err == nil && report.Result == task.ResultSucceeded {
		addLink(&report, task.Video, env.data.Get("video_url"))
		addLink(&report, task.Cover, env.data.Get("image_url"))
	}
	return report, err
}
