package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// lumaDialect reads Luma modify, which kie no longer lists:
//
//	{"code":200,"msg":"Modify record generated successfully.",
//	 "data":{"taskId":"…","promptJson":"{…}","resultUrls":["…"]}}
//	{"code":500,"msg":"Modify record generation failed.",
//	 "data":{"taskId":"…","promptJson":"{…}"}}
type lumaDialect struct{}

// Name implements provider.Dialect.
func (lumaDialect) Name() string { return "luma" }

// Product implements provider.Dialect.
func (lumaDialect) Product() string { return Luma }

// Recognises implements provider.Dialect.
func (lumaDialect) Recognises(doc provider.Document) provider.Fit {
	env := open(doc)
	switch {
	case !env.data.Has("taskId"):
		return provider.Foreign
	case env.data.Has("resultUrls"), env.says("modify record"):
		return provider.Certain
	}
	return provider.Foreign
}

// Read implements provider.Dialect.
func (lumaDialect) Read(doc provider.Document) (task.Report, error) {
	env := open(doc)
	report, err := env.report(Luma)
	if err == nil && report.Result == task.ResultSucceeded {
		addFiles(&report, task.Video, env.data.Get("resultUrls"))
	}
	return report, err
}
