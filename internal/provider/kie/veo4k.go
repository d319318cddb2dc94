package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// veo4KDialect reads the upgrade of a Veo video to 4K, in its two spellings:
//
//	{"code":200,"msg":"4K Video generated successfully.",
//	 "data":{"taskId":"…","info":{"resultUrls":["…"],"imageUrls":["…"]}}}
//	{"code":200,"msg":"…",
//	 "data":{"task_id":"…","result_urls":["…"],"media_ids":["…"],"image_urls":["…"]}}
//	{"code":500,"msg":"The 4K version of this video is unavailable.","data":{"taskId":"…"}}
//
// The id is that of the task upgraded, so the video gets a role of its own and is added to the
// files the task has. Code 422 means three things here: still processing, success when there are
// links, else failure.
type veo4KDialect struct{}

// Name implements provider.Dialect.
func (veo4KDialect) Name() string { return "veo4k" }

// Product implements provider.Dialect: the task is Veo's.
func (veo4KDialect) Product() string { return Veo }

// Recognises implements provider.Dialect. A generation may be in 4K from the start and say so in
// its message; what only generations have tells it apart, above all the fallbackFlag.
func (veo4KDialect) Recognises(doc provider.Document) provider.Fit {
	env := open(doc)
	switch {
	case env.blankSuccess():
		return provider.Certain
	case env.data.Has("fallbackFlag"):
		return provider.Foreign
	case env.data.Has("result_urls", "media_ids", "mediaIds"):
		return provider.Certain
	case !env.idInData() || generated(env):
		return provider.Foreign
	case env.data.Get("info").Has("imageUrls", "image_urls"), env.says("4k"):
		return provider.Certain
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (veo4KDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Veo)
	if err != nil {
		return report, err
	}
	info := env.data.Get("info")
	report.Resolution = resolution(info)
	switch {
	case env.blankSuccess():
		report.Result = task.ResultSucceeded
	case env.processing():
		report.Result = task.ResultRunning
	}
	if report.Result == task.ResultSucceeded {
		addFiles(&report, task.Upscale, env.upgraded())
		covers := info.First("imageUrls", "image_urls")
		if !covers.Present() {
			covers = env.data.First("imageUrls", "image_urls")
		}
		addFiles(&report, task.Cover, covers)
	}
	return report, nil
}

// blankSuccess says whether a 422 is the one that means success: "The video has been generated
// successfully", with links.
func (e envelope) blankSuccess() bool { return e.coded && e.code == 422 && hasLinks(e.upgraded()) }

// upgraded returns the links of an upgrade, wherever they are.
func (e envelope) upgraded() provider.Value {
	if v := e.data.Get("info").First("resultUrls", "result_urls"); v.Present() {
		return v
	}
	return e.data.First("resultUrls", "result_urls", "resultUrl")
}
