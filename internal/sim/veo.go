package sim

import (
	"fmt"

	"github.com/reelback/reelback/internal/provider/kie"
)

const (
	veoSuccessMsg  = "Veo3.1 video generated successfully."
	veoFallbackMsg = "Veo3.1 video generated successfully (using fallback model)."
	veoExtendedMsg = "Veo3.1 video extension successful."
	veoFailedMsg   = "Failed - Video generation task failed"
	veoTimeoutMsg  = "Internal Error - Timeout"
	veoFlaggedText = "Your prompt was flagged by Website as violating content policies"
	veoProminent   = "public error prominent people upload"
	veoMinor       = "public error minor upload"
)

// veoRefusals are the documented messages under code 400, in the order of provider-facts 3.2.
func veoRefusals() []wording {
	return []wording{
		{veoFlaggedText + ".", "您的提示词被网站标记为违反内容政策"},
		{"Only English prompts are supported at this time.", "仅支持英文提示词"},
		{"Failed to fetch the image. " +
			"Kindly verify any access limits set by you or your service provider.",
			"无法获取图片。请验证您或您的服务提供商设置的任何访问限制"},
		{"public error unsafe image upload.", "公共错误：不安全的图片上传"},
	}
}

// rejectedByFlow is the message under code 422.
func rejectedByFlow(reason string) string {
	return "Your request was rejected by Flow(" + reason + "). You may consider using our other " +
		"fallback channels, which are likely to succeed. Please refer to the documentation."
}

// veoInfo is the info of a success: the links in whatever form, originals where there are any.
func veoInfo(results, originals any) object {
	info := object{"resultUrls": results, "resolution": "1080p"}
	if originals != nil {
		info["originUrls"] = originals
	}
	return info
}

// veoSuccess is the data of a plain success: one 16:9 video, made by the model asked for.
func veoSuccess(taskID string) object {
	return object{
		"taskId":       taskID,
		"promptJson":   text(veoRequest("A paper boat on a grey lake, first light", "16:9")),
		"info":         veoInfo([]string{media("boat.mp4")}, nil),
		"fallbackFlag": false,
	}
}

// veoRequest is the request as promptJson repeats it, secret callback address included.
func veoRequest(prompt, ratio string) object {
	return object{
		"prompt": prompt, "model": "veo3_fast", "aspect_ratio": ratio,
		"generationType": "TEXT_2_VIDEO", "enableTranslation": true, "callBackUrl": callbackMark,
	}
}

// documentedVeo returns what is documented for Veo 3.1.
func documentedVeo() []Callback {
	b := &builder{product: kie.Veo, prefix: "veo_task_doc"}
	addVeoLinks(b)
	addVeoMembers(b)
	addVeoMessages(b)
	addVeoFailures(b)
	return b.callbacks
}

// veoVariant adds a success that differs from the plain one in its data.
func veoVariant(b *builder, title string, change func(data object)) {
	b.add("success, "+title, func(id string) any {
		data := veoSuccess(id)
		change(data)
		return envelope(200, veoSuccessMsg, data)
	})
}

// addVeoLinks adds the forms of resultUrls: the page shows lists, the schema says string.
func addVeoLinks(b *builder) {
	one, two := media("reef.mp4"), media("whale.mp4")
	forms := []struct {
		title              string
		results, originals any
	}{
		{"one video", []string{one}, nil},
		{"one 9:16 video with its original",
			[]string{media("city-tall.mp4")}, []string{media("neon-rain.mp4")}},
		{"originUrls empty", []string{one}, []string{}},
		{"several videos", []string{one, two, media("dunes.mp4")}, nil},
		{"several videos with originals",
			[]string{media("tea.mp4"), media("lanterns.mp4")},
			[]string{media("tea.mp4@original"), media("lanterns.mp4@original")}},
		{"resultUrls as a JSON string", text([]string{one, two}), nil},
		{"resultUrls and originUrls as JSON strings",
			text([]string{media("room.mp4")}), text([]string{media("room.mp4@original")})},
		{"resultUrls as a bracketed string", "[" + one + ", " + two + "]", nil},
		{"resultUrls as a comma list", one + "," + two, nil},
		{"resultUrls as a plain string", one, nil},
	}
	for _, form := range forms {
		veoVariant(b, form.title, func(data object) {
			data["info"] = veoInfo(form.results, form.originals)
		})
	}
}

// addVeoMembers adds the states of the other members.
func addVeoMembers(b *builder) {
	b.add("success, fallbackFlag true", func(id string) any {
		data := veoSuccess(id)
		data["fallbackFlag"] = true
		return envelope(200, veoFallbackMsg, data)
	})
	veoVariant(b, "fallbackFlag null", func(data object) { data["fallbackFlag"] = nil })
	veoVariant(b, "fallbackFlag missing", func(data object) { delete(data, "fallbackFlag") })
	veoVariant(b, "promptJson as an object", func(data object) {
		data["promptJson"] = veoRequest("A paper boat on a grey lake, first light", "16:9")
	})
	veoVariant(b, "promptJson in Chinese", func(data object) {
		data["promptJson"] = text(veoRequest("清晨的湖面上漂着一只纸船", "16:9"))
	})
	veoVariant(b, "promptJson missing", func(data object) { delete(data, "promptJson") })
	veoVariant(b, "720p", func(data object) {
		info := veoInfo([]string{media("boat.mp4")}, nil)
		info["resolution"] = "720p"
		data["info"] = info
	})
	veoVariant(b, "unknown members", func(data object) {
		data["creditsConsumed"], data["mediaIds"] = 60, []string{"m-1"}
		data["costs"] = object{"unit": "credits", "total": 60.5}
	})
	b.add("success, code as a string", func(id string) any {
		return envelope("200", veoSuccessMsg, veoSuccess(id))
	})
}

// addVeoMessages adds the other messages of a success; the code decides, never the message.
func addVeoMessages(b *builder) {
	for _, msg := range []string{
		veoExtendedMsg, "Video generated successfully.", "Veo3 video generated successfully.",
		"Veo3.1 视频生成成功。",
	} {
		b.add("success, "+msg, func(id string) any { return envelope(200, msg, veoSuccess(id)) })
	}
}

// addVeoFailures adds every documented failure.
func addVeoFailures(b *builder) {
	fail := func(title string, code any, msg string) {
		b.add(title, func(id string) any {
			return envelope(code, msg, object{"taskId": id, "fallbackFlag": false})
		})
	}
	for i, words := range veoRefusals() {
		fail(fmt.Sprintf("refusal %d", i+1), 400, words.en)
		fail(fmt.Sprintf("refusal %d in Chinese", i+1), 400, words.zh)
	}
	fail("refusal 1 without the full stop", 400, veoFlaggedText)
	fail("refusal 2 of an extension", 400, "English prompts only.")
	fail("refusal 3 of an extension", 400,
		"Unable to retrieve image. Please verify any access restrictions "+
			"set by you or your service provider.")
	fail("refusal 4 with a colon", 400, "Public error: unsafe image upload")
	for _, reason := range []string{veoMinor, veoFlaggedText, veoProminent} {
		fail("rejected by Flow, "+reason, 422, rejectedByFlow(reason))
	}
	fail("rejected by Flow, not a fallback trigger", 422,
		rejectedByFlow("public error unsafe image upload"))
	for _, msg := range []string{"Internal Error, Please try again later.", veoTimeoutMsg, "Timeout"} {
		fail("server error, "+msg, 500, msg)
	}
	fail("generation failed", 501, veoFailedMsg)
	fail("generation failed, code as a string", "501", veoFailedMsg)
	b.add("generation failed, nothing but the id", func(id string) any {
		return envelope(501, veoFailedMsg, object{"taskId": id})
	})
	b.add("server error, data null", func(id string) any {
		body := envelope(500, veoTimeoutMsg, nil)
		body["taskId"] = id
		return body
	})
}
