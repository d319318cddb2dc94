package sim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
)

// told is a callback's body, opened.
type told struct {
	code int
	msg  string
	data object
}

// tell opens a body as far as all shapes agree. It is a reading of its own, so that a record says
// what the callback says and not what the program makes of it.
func tell(body string) told {
	var root object
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&root) != nil {
		return told{}
	}
	t := told{msg: words(root["msg"]), data: member(root, "data")}
	t.code, _ = strconv.Atoi(words(root["code"])) // 0 is no success
	return t
}

func (t told) succeeded() bool { return t.code == 200 }

// words returns a string or a number as text, empty for nothing.
func words(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func member(o object, name string) object {
	m, _ := o[name].(map[string]any)
	return m
}

// cost returns what a video of a product costs in credits.
func cost(product string) int {
	switch product {
	case kie.Veo:
		return 60
	case kie.Market:
		return 55
	case kie.Aleph:
		return 110
	}
	return 12
}

// record returns the data of the answer to a question about the task. The links in body are real.
func (e entry) record(body string) object {
	t := tell(body)
	var data object
	switch family(e.callback.Product) {
	case kie.Runway:
		data = e.runwayRecord(t)
	case kie.Veo:
		data = e.veoRecord(t)
	case kie.Market:
		data = e.marketRecord(t)
	case kie.Aleph:
		data = e.alephRecord(t)
	default:
		data = e.flagged(t, object{"resultUrls": t.data["resultUrls"]})
		data["promptJson"] = e.request(t)
	}
	if !e.running() && t.succeeded() {
		data["creditsConsumed"] = cost(e.callback.Product)
	}
	return data
}

func (e entry) running() bool { return e.ended.IsZero() }

func (e entry) runwayRecord(t told) object {
	data := object{
		"taskId": e.callback.TaskID, "parentTaskId": e.parent, "state": "generating",
		"generateParam": object{
			"prompt": e.callback.Prompt, "imageUrl": "", "expandPrompt": false,
		},
		"generateTime": nil, "videoInfo": nil, "failCode": 0, "failMsg": "", "expireFlag": 0,
	}
	switch {
	case e.running():
		return data
	case t.succeeded():
		data["state"] = "success"
		data["videoInfo"] = object{
			"videoId": t.data["video_id"], "taskId": e.callback.TaskID,
			"videoUrl": t.data["video_url"], "imageUrl": t.data["image_url"],
		}
	default:
		data["state"], data["failCode"], data["failMsg"] = "fail", t.code, t.msg
	}
	data["generateTime"] = e.ended.UTC().Format(time.DateTime)
	return data
}

func (e entry) veoRecord(t told) object {
	info := member(t.data, "info")
	data := e.flagged(t, object{
		"resultUrls": info["resultUrls"], "originUrls": info["originUrls"],
		"resolution": info["resolution"],
	})
	data["paramJson"] = e.request(t)
	if flag, there := t.data["fallbackFlag"]; there && !e.running() {
		data["fallbackFlag"] = flag
	}
	return data
}

// flagged returns what the records of Veo and Luma have in common.
func (e entry) flagged(t told, response object) object {
	data := object{
		"taskId": e.callback.TaskID, "successFlag": 0, "response": nil, "errorCode": nil,
		"errorMessage": "", "createTime": e.begun.UnixMilli(), "completeTime": nil,
	}
	if e.running() {
		return data
	}
	data["completeTime"] = e.ended.UnixMilli()
	if t.succeeded() {
		response["taskId"] = e.callback.TaskID
		data["successFlag"], data["response"] = 1, response
		return data
	}
	data["successFlag"], data["errorCode"], data["errorMessage"] = 2, t.code, t.msg
	if t.code >= 500 {
		data["successFlag"] = 3
	}
	return data
}

// request returns the request as JSON in a string, with the address to call back.
func (e entry) request(t told) string {
	switch echoed := t.data["promptJson"].(type) {
	case string:
		return echoed
	case map[string]any:
		return text(echoed)
	}
	request := text(veoRequest(e.callback.Prompt, "16:9"))
	return strings.ReplaceAll(request, callbackMark, e.address)
}

// marketRecord needs no making: the callback is the record.
func (e entry) marketRecord(t told) object {
	if !e.running() {
		return t.data
	}
	return object{
		"taskId": e.callback.TaskID, "model": t.data["model"], "param": t.data["param"],
		"state": "generating", "resultJson": "", "failCode": "", "failMsg": "",
		"createTime": e.begun.UnixMilli(), "updateTime": e.begun.UnixMilli(), "completeTime": nil,
	}
}

// alephRecord has the same flag for what runs and what failed.
func (e entry) alephRecord(t told) object {
	data := object{
		"taskId": e.callback.TaskID, "paramJson": text(object{"prompt": e.callback.Prompt}),
		"successFlag": 0, "response": nil, "errorCode": 0, "errorMessage": "",
		"createTime": e.begun.UTC().Format(time.RFC3339), "completeTime": nil,
	}
	if e.running() {
		return data
	}
	data["completeTime"] = e.ended.UTC().Format(time.RFC3339)
	if t.succeeded() {
		data["successFlag"] = 1
		data["response"] = object{
			"taskId":         e.callback.TaskID,
			"resultVideoUrl": t.data["result_video_url"],
			"resultImageUrl": t.data["result_image_url"],
		}
		return data
	}
	data["errorCode"], data["errorMessage"] = t.code, t.msg
	return data
}
