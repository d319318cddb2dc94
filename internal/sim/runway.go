package sim

import (
	"fmt"

	"github.com/reelback/reelback/internal/provider/kie"
)

const runwaySuccessMsg = "All generated successfully."

// wording is one message in the provider's two languages. The Chinese pages translate them;
// on the wire only English was ever seen.
type wording struct{ en, zh string }

// runwayRefusals are the documented messages under code 400, in the order of provider-facts 3.1.
func runwayRefusals() []wording {
	return []wording{
		{"Get image info failed.", "获取图像信息失败"},
		{"Inappropriate content detected. Please replace the image or video.",
			"检测到不当内容，请替换图像或视频"},
		{"Incorrect image format.", "图像格式不正确"},
		{"Please try again later. You can upgrade to Standard membership to start generating now.",
			"请稍后重试。您可以升级到标准会员以立即开始生成"},
		{"Reached the limit for concurrent generations.", "已达到并发生成限制"},
		{"Unsupported width or height. Please adjust the size and try again.",
			"不支持的宽度或高度，请调整尺寸后重试"},
		{"Upload failed due to network reasons, please re-enter.",
			"由于网络原因上传失败，请重新输入"},
		{"Your prompt was caught by our AI moderator. Please adjust it and try again!",
			"您的提示词被我们的AI审核器捕获。请调整后重试！"},
		{"Your prompt/negative prompt cannot exceed 2048 characters. " +
			"Please check if your input is too long.",
			"您的提示词/负面提示词不能超过2048个字符。请检查您的输入是否过长"},
		{"Your video creation prompt contains NSFW content, which isn't allowed under our policy. " +
			"Kindly revise your prompt and generate again.",
			"您的视频创建提示词包含NSFW内容，这不符合我们的政策。请修改您的提示词并重新生成"},
	}
}

// runwaySuccess is the data of a finished generation or extension.
func runwaySuccess(taskID, videoID, clip string) object {
	return object{
		"task_id": taskID, "video_id": videoID,
		"video_url": media(clip + ".mp4"), "image_url": media(clip + ".png"),
	}
}

// runwayFailure is the data of a failure: a failed extension has nothing but the id, a failed
// generation has the other members as empty strings.
func runwayFailure(product, taskID string) object {
	if product == kie.RunwayExtend {
		return object{"task_id": taskID}
	}
	return object{"task_id": taskID, "video_id": "", "video_url": "", "image_url": ""}
}

// documentedRunway returns what is documented for one of the two Runway products.
func documentedRunway(product, prefix string) []Callback {
	b := builder{product: product, prefix: prefix}
	success := func(id string) object { return runwaySuccess(id, "vid_"+id, "coast-dawn") }
	failure := func(id string) object { return runwayFailure(product, id) }

	b.add("success", func(id string) any { return envelope(200, runwaySuccessMsg, success(id)) })
	b.add("success, code as a string", func(id string) any {
		return envelope("200", runwaySuccessMsg, success(id))
	})
	b.add("success, unknown members", func(id string) any {
		data := success(id)
		data["creditsConsumed"], data["seed"], data["tags"] = 12, nil, []string{"new"}
		body := envelope(200, runwaySuccessMsg, data)
		body["traceId"], body["success"] = "a1b2c3", true
		return body
	})
	for i, words := range runwayRefusals() {
		b.add(fmt.Sprintf("refusal %d", i+1), func(id string) any {
			return envelope(400, words.en, failure(id))
		})
		b.add(fmt.Sprintf("refusal %d in Chinese", i+1), func(id string) any {
			return envelope(400, words.zh, failure(id))
		})
	}
	b.add("failure, code as a string", func(id string) any {
		return envelope("400", runwayRefusals()[2].en, failure(id))
	})
	b.add("server error", func(id string) any {
		return envelope(500, "Internal Error, Please try again later.", failure(id))
	})
	b.add("server error, data null", func(id string) any {
		body := envelope(500, "Internal Error, Please try again later.", nil)
		body["taskId"] = id
		return body
	})
	return b.callbacks
}
