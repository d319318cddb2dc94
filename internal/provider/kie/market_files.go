package kie

import (
	"slices"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// marketFiles reads the result of a job, the same in its callback and in its record. Beside the
// videos Sora names them with the watermark they were made with, and Seedance 2 the frames at both
// ends, the last of which the next job is to begin with:
//
//	{"resultUrls":["…"],"resultWaterMarkUrls":["…"]}
//	{"resultUrls":["…"],"firstFrameUrl":["…"],"lastFrameUrl":["…"]}
//
// First frames are covers, each of the video in its place; last frames are covers behind them.
func marketFiles(env envelope, report *task.Report) {
	result := object(env.data.Get("resultJson"))
	videos := links(result.Get("resultUrls"))
	frames := links(result.Get("firstFrameUrl"))
	addAt(report, task.Video, 0, videos)
	addAt(report, task.Original, 0, without(links(result.Get("resultWaterMarkUrls")), videos))
	addAt(report, task.Cover, 0, frames)
	addAt(report, task.Cover, max(following(videos), following(frames)),
		links(result.Get("lastFrameUrl")))
}

// links reads a list of links, each with its place in it.
func links(v provider.Value) []task.ReportFile {
	var report task.Report
	addFiles(&report, "", v)
	return report.Files
}

// addAt adds links to the report, the first place of whose list is to be the given index.
func addAt(report *task.Report, role task.Role, first int, links []task.ReportFile) {
	for _, l := range links {
		addFile(report, role, first+l.Index, l.URL)
	}
}

// without leaves out the links that stand among others as well: a video that kept its watermark
// is one file.
func without(links, others []task.ReportFile) []task.ReportFile {
	return slices.DeleteFunc(links, func(l task.ReportFile) bool {
		return slices.ContainsFunc(others, func(o task.ReportFile) bool { return o.URL == l.URL })
	})
}

// following returns the first place behind those that are taken.
func following(links []task.ReportFile) int {
	if len(links) == 0 {
		return 0
	}
	return links[len(links)-1].Index + 1
}
