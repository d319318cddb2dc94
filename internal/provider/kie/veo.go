package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// veoDialect reads Veo's generations and extensions:
//
//	{"code":200,"msg":"…","data":{"taskId":"…","promptJson":"{…}","fallbackFlag":false,
//	 "info":{"resultUrls":["…"],"originUrls":["…"],"resolution":"1080p"}}}
//	{"code":501,"msg":"…","data":{"taskId":"…","fallbackFlag":false}}
//
// Originals come only with other aspect ratios than 16:9. The answer to a question for the 1080p
// version, data.resultUrl, is read as the video.
type veoDialect struct{}

// Name implements provider.Dialect.
func (veoDialect) Name() string { return "veo" }

// Product implements provider.Dialect.
func (veoDialect) Product() string { return Veo }

// Recognises implements provider.Dialect. A taskId alone is Veo's, too, when the code says
// failure, or nothing else is there that would want to be understood.
func (veoDialect) Recognises(doc provider.Document) provider.Fit {
	env := open(doc)
	switch {
	case generated(env), env.data.Get("info").Has("resultUrls"), env.data.Has("resultUrl"):
		return provider.Certain
	case !env.data.Has("taskId"):
		return provider.Foreign
	case env.failed():
		return provider.Possible
	case env.succeeded() && env.data.Only("taskId", "promptJson", "info") && bare(env):
		return provider.Possible
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (veoDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Veo)
	if err != nil {
		return report, err
	}
	info := env.data.Get("info")
	report.Resolution = resolution(info)
	switch {
	case env.processing():
		report.Result = task.ResultRunning
	case report.Result == task.ResultSucceeded:
		addFiles(&report, task.Video, info.Get("resultUrls"))
		if len(report.Files) == 0 {
			addLink(&report, task.Video, env.data.Get("resultUrl"))
		}
		addFiles(&report, task.Original, info.Get("originUrls"))
	}
	return report, nil
}

// generated says whether there is a member that only generations and extensions have.
func generated(env envelope) bool {
	return env.data.Has("fallbackFlag") ||
		env.data.Get("info").Has("originUrls", "fullResultUrls", "resolution")
}

// bare says whether there is no info, or nothing in it.
func bare(env envelope) bool {
	info := env.data.Get("info")
	return !info.Present() || empty(info)
}

// resolution returns the resolution as kie names it, "1080p".
func resolution(info provider.Value) string {
	return provider.Clip(info.Get("resolution").Literal(), maxWord)
}
