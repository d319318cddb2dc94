package kie

import (
	"strings"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// alephDialect reads Runway Aleph, the only shape with the task id beside data:
//
//	{"code":200,"msg":"…","taskId":"…",
//	 "data":{"result_video_url":"…","result_image_url":"…"}}
//	{"code":400,"msg":"…","taskId":"…","data":null}
//
// The documentation describes Runway's shape as well, and its sample receiver mixes the two, so
// both spellings are read. Runway's own shape is taken for Aleph only at an Aleph source.
type alephDialect struct{}

// Name implements provider.Dialect.
func (alephDialect) Name() string { return "aleph" }

// Product implements provider.Dialect.
func (alephDialect) Product() string { return Aleph }

// Recognises implements provider.Dialect.
func (alephDialect) Recognises(doc provider.Document) provider.Fit {
	env := open(doc)
	top := env.root.Get("taskId").Present()
	switch {
	case env.data.Has("result_video_url", "result_image_url"):
		return provider.Certain
	case env.idInData():
		return runwayDialect{}.Recognises(doc)
	case top && env.data.Has("video_url", "image_url"):
		return provider.Certain
	case env.bareFailure(), top && env.succeeded() && empty(env.data):
		return provider.Possible
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (alephDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Aleph)
	if err == nil && report.Result == task.ResultSucceeded {
		addLink(&report, task.Video, env.data.First("result_video_url", "video_url"))
		addLink(&report, task.Cover, env.data.First("result_image_url", "image_url"))
	}
	return report, err
}

// bareFailure says whether there is nothing but a failing code and an id beside data.
func (e envelope) bareFailure() bool {
	return e.root.Get("taskId").Present() && e.failed() && (!e.data.Present() || empty(e.data))
}

// bareProduct is whose failure a bare one is: that of the product the source is for. Where a source
// takes all, an id may tell; else it is Aleph's, the only one whose documents show such a callback.
func (e envelope) bareProduct(product string) string {
	id, _ := e.taskID()
	switch {
	case product != "":
		return product
	case strings.HasPrefix(id, "veo_"):
		return Veo
	}
	return Aleph
}

// empty says whether v is null or has nothing in it.
func empty(v provider.Value) bool {
	return v.Kind() == provider.Null || v.Kind() == provider.Object && v.Len() == 0
}
