package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// statedResult reads the records of Runway and of the jobs API, which name their state:
//
//	{"taskId":"…","parentTaskId":"","state":"success","generateTime":"2026-09-21 14:13:20",
//	 "generateParam":{"prompt":"…"},"videoInfo":{"videoUrl":"…","imageUrl":"…"},
//	 "failCode":0,"failMsg":"","expireFlag":0}
//
// A job's record is the data of its callback. One that names no state tells nothing.
func statedResult(env envelope) task.Result {
	if env.data.Get("state").Text() == "" {
		return task.ResultUnclear
	}
	return env.stateResult()
}

func runwayFiles(env envelope, report *task.Report) {
	info := env.data.Get("videoInfo")
	addLink(report, task.Video, info.Get("videoUrl"))
	addLink(report, task.Cover, info.Get("imageUrl"))
}

// veoResult reads the flag of Veo's records; 2 is a failure before the generation, 3 one in it:
//
//	{"taskId":"…","paramJson":"{…}","successFlag":1,"fallbackFlag":false,
//	 "response":{"resultUrls":["…"],"originUrls":["…"],"resolution":"1080p"},
//	 "errorCode":null,"errorMessage":"","createTime":…,"completeTime":…}
func veoResult(env envelope) task.Result {
	switch flag, ok := env.data.Get("successFlag").Integer(); {
	case !ok:
		return task.ResultUnclear
	case flag == 0:
		return task.ResultRunning
	case flag == 1:
		return task.ResultSucceeded
	case flag == 2, flag == 3:
		return task.ResultFailed
	}
	return task.ResultUnclear
}

// veoFiles reads the links of a generation or, where the response has mediaIds and the record no
// fallbackFlag, of an upgrade to 4K. An extension has the piece it added in resultUrls, as its
// callback does, and the whole film in fullResultUrls.
func veoFiles(env envelope, report *task.Report) {
	response := env.response()
	report.Resolution = resolution(response)
	results := response.First("resultUrls", "result_urls")
	if !env.data.Has("fallbackFlag") && response.Has("mediaIds", "media_ids") {
		addFiles(report, task.Upscale, results)
		addFiles(report, task.Cover, response.First("imageUrls", "image_urls"))
		return
	}
	if !hasLinks(results) {
		results = response.Get("fullResultUrls")
	}
	addFiles(report, task.Video, results)
	addFiles(report, task.Original, response.Get("originUrls"))
}

// alephResult reads Aleph's records, whose flag is 0 for what runs as well as for what failed:
//
//	{"taskId":"…","paramJson":"{…}","successFlag":0,
//	 "response":{"resultVideoUrl":"…","resultImageUrl":"…"},
//	 "errorCode":0,"errorMessage":"","createTime":"…","completeTime":"…"}
//
// That an error or a time of completion tells the two apart is a guess.
func alephResult(env envelope) task.Result {
	flag, ok := env.data.Get("successFlag").Integer()
	code, coded := number(env.data.Get("errorCode"))
	switch {
	case !ok || flag != 0 && flag != 1:
		return task.ResultUnclear
	case flag == 1:
		return task.ResultSucceeded
	case coded && code != 0 && code != success, env.reason() != "",
		!timeOf(env.data.Get("completeTime")).IsZero():
		return task.ResultFailed
	}
	return task.ResultRunning
}

func alephFiles(env envelope, report *task.Report) {
	addLink(report, task.Video, env.response().First("resultVideoUrl", "result_video_url"))
	addLink(report, task.Cover, env.response().First("resultImageUrl", "result_image_url"))
}

// lumaResult reads Luma's records, which are Veo's with one more flag: 4 is a task whose callback
// could not be delivered. Where it has links it has succeeded.
func lumaResult(env envelope) task.Result {
	flag, _ := env.data.Get("successFlag").Integer()
	if flag == 4 && hasLinks(env.response().Get("resultUrls")) {
		return task.ResultSucceeded
	}
	return veoResult(env)
}

func lumaFiles(env envelope, report *task.Report) {
	addFiles(report, task.Video, env.response().Get("resultUrls"))
}

// response returns the result inside a record. Like other objects it may come in a string.
func (e envelope) response() provider.Value { return object(e.data.Get("response")) }
