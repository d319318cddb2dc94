package diagnosis

import (
	"slices"

	"github.com/reelback/reelback/internal/task"
)

// known is one documented or recorded message and what it must be read as.
type known struct {
	code    int
	message string
	want    task.Category
	retry   Retry
}

// runwayMessages are the ten of the Runway pages, Chinese and English, with the spellings seen.
func runwayMessages() []known {
	return []known{
		{400, "获取图像信息失败", task.InputUnreachable, RetryNo},
		{400, "Get image info failed.", task.InputUnreachable, RetryNo},
		{400, "get image info failed.", task.InputUnreachable, RetryNo},
		{400, "检测到不当内容，请替换图像或视频", task.UnsafeMedia, RetryNo},
		{400, "检测到不当内容,请替换图像或视频", task.UnsafeMedia, RetryNo},
		{400, "Inappropriate content detected. Please replace the image or video.",
			task.UnsafeMedia, RetryNo},
		{400, "图像格式不正确", task.InputFormat, RetryNo},
		{400, "Incorrect image format.", task.InputFormat, RetryNo},
		{400, "请稍后重试。您可以升级到标准会员以立即开始生成", task.MembershipRequired, RetryLater},
		{400, "Please try again later. You can upgrade to Standard membership to start generating now.",
			task.MembershipRequired, RetryLater},
		{400, "已达到并发生成限制", task.ConcurrencyLimit, RetryLater},
		{400, "Reached the limit for concurrent generations.", task.ConcurrencyLimit, RetryLater},
		{400, "不支持的宽度或高度，请调整尺寸后重试", task.InputDimensions, RetryNo},
		{400, "Unsupported width or height. Please adjust the size and try again.",
			task.InputDimensions, RetryNo},
		{400, "由于网络原因上传失败，请重新输入", task.UploadFailed, RetryYes},
		{400, "Upload failed due to network reasons, please re-enter.", task.UploadFailed, RetryYes},
		{400, "您的提示词被我们的AI审核器捕获。请调整后重试！", task.ContentPolicy, RetryNo},
		{400, "您的提示词被我们的AI审核器捕获。请调整后重试!", task.ContentPolicy, RetryNo},
		{400, "Your prompt was caught by our AI moderator. Please adjust it and try again!",
			task.ContentPolicy, RetryNo},
		{400, "Your prompt was caught by our AI moderator.  Please adjust it and try again!",
			task.ContentPolicy, RetryNo},
		{400, "您的提示词/负面提示词不能超过2048个字符。请检查您的输入是否过长",
			task.PromptTooLong, RetryNo},
		{400, "Your prompt/negative prompt cannot exceed 2048 characters. " +
			"Please check if your input is too long.", task.PromptTooLong, RetryNo},
		{400, "您的视频创建提示词包含NSFW内容，这不符合我们的政策。请修改您的提示词并重新生成",
			task.NSFW, RetryNo},
		{400, "Your video creation prompt contains NSFW content, which isn't allowed under our " +
			"policy. Kindly revise your prompt and generate again.", task.NSFW, RetryNo},
	}
}

// veoMessages are those of the Veo pages.
func veoMessages() []known {
	return []known{
		{400, "您的提示词被网站标记为违反内容政策", task.ContentPolicy, RetryNo},
		{400, "Your prompt was flagged by Website as violating content policies.",
			task.ContentPolicy, RetryNo},
		{400, "Your prompt was flagged by Website as violating content policies",
			task.ContentPolicy, RetryNo},
		{400, "仅支持英文提示词", task.PromptLanguage, RetryNo},
		{400, "Only English prompts are supported at this time.", task.PromptLanguage, RetryNo},
		{400, "English prompts only.", task.PromptLanguage, RetryNo},
		{400, "无法获取图片。请验证您或您的服务提供商设置的任何访问限制", task.InputUnreachable, RetryNo},
		{400, "Failed to fetch the image. Kindly verify any access limits set by you or your " +
			"service provider.", task.InputUnreachable, RetryNo},
		{400, "Unable to retrieve image. Please verify any access restrictions set by you.",
			task.InputUnreachable, RetryNo},
		{400, "公共错误：不安全的图片上传", task.UnsafeMedia, RetryNo},
		{400, "公共错误:不安全的图片上传", task.UnsafeMedia, RetryNo},
		{400, "public error unsafe image upload.", task.UnsafeMedia, RetryNo},
		{400, "Public error: unsafe image upload", task.UnsafeMedia, RetryNo},
		{422, "public error minor upload", task.Likeness, RetryNo},
		{422, "public error prominent people upload", task.Likeness, RetryNo},
		{422, "PUBLIC_ERROR_PROMINENT_PEOPLE_UPLOAD", task.Likeness, RetryNo},
		{500, "Internal Error, Please try again later.", task.ProviderError, RetryYes},
		{500, "Internal Error - Timeout", task.Timeout, RetryYes},
		{500, "Timeout", task.Timeout, RetryYes},
		{501, "Failed - Video generation task failed", task.GenerationFailed, RetryOnce},
		{422, "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly.",
			task.UnknownCategory, RetryLater},
		{422, "4k is processing. It should be ready in 5-10 minutes.",
			task.UnknownCategory, RetryLater},
		{500, "The 4K version of this video is unavailable. Please try a different video.",
			task.ProviderError, RetryNo},
	}
}

// serviceMessages, requestMessages and accountMessages were seen in production and in recorded
// answers.
func serviceMessages() []known {
	return []known{
		{500, "Internal Error", task.ProviderError, RetryYes},
		{500, "internal error, please try again later", task.ProviderError, RetryYes},
		{500, "the server is busy", task.ProviderError, RetryYes},
		{501, "Internal server error", task.ProviderError, RetryYes},
		{500, "Internal server error in moderation service", task.ProviderError, RetryYes},
		{500, "This field is required", task.ProviderError, RetryYes},
		{400, "The input or output was flagged as sensitive. Please try again with different " +
			"inputs. (E005)", task.ContentPolicy, RetryNo},
		{500, "The request failed because the output video may be related to copyright " +
			"restrictions.", task.Copyright, RetryOnce},
		{500, "OutputVideoSensitiveContentDetected.PolicyViolation", task.Copyright, RetryOnce},
		{500, "This content may violate our guardrails concerning similarity to third-party " +
			"content.", task.Copyright, RetryNo},
		{500, "We currently do not support uploads of images containing photorealistic people",
			task.Likeness, RetryNo},
		{400, "Your input was rejected.", task.ContentPolicy, RetryNo},
		{501, "Playground task failed.", task.GenerationFailed, RetryOnce},
		{500, "Modify record generation failed.", task.GenerationFailed, RetryOnce},
	}
}

func requestMessages() []known {
	return []known{
		{422, "This field is required", task.InvalidParameter, RetryNo},
		{500, "resolution is not within the range of allowed options",
			task.InvalidParameter, RetryNo},
		{500, "This aspect_ratio is not within the range of allowed options",
			task.InvalidParameter, RetryNo},
		{500, "mode is not within the range of allowed options", task.InvalidParameter, RetryNo},
		{500, "image_size is not within the range of allowed options",
			task.InvalidParameter, RetryNo},
		{500, "nsfw_checker is not within the range of allowed options",
			task.InvalidParameter, RetryNo},
		{422, "reference_video_urls duration must be between 1 and 15 seconds",
			task.InvalidParameter, RetryNo},
		{422, "Each reference audio must be between 2 and 30 seconds",
			task.InvalidParameter, RetryNo},
		{422, "Reference to video only supports the Veo Fast model and Veo Lite model.",
			task.InvalidParameter, RetryNo},
		{400, "The parameters `ratio` and `duration` specified in the request are not valid: " +
			"see the documentation", task.InvalidParameter, RetryNo},
		{400, "The parameter `content[1]` specified in the request is not valid: bad url",
			task.InvalidParameter, RetryNo},
		{400, "Input was rejected: the parameter `seed` specified in the request is not valid",
			task.InvalidParameter, RetryNo},
		{400, "prompt cannot exceed 800 characters", task.PromptTooLong, RetryNo},
	}
}

func accountMessages() []known {
	return []known{
		{402, "The current credits are insufficient. Please top up.",
			task.InsufficientCredits, RetryLater},
		{429, "The current credits are insufficient. Please top up.",
			task.InsufficientCredits, RetryLater},
		{500, "Credits insufficient : Your current balance isn’t enough to run this request. " +
			"Please top up to continue.", task.InsufficientCredits, RetryLater},
		{429, "Your call frequency is too high. Please try again later.",
			task.RateLimited, RetryLater},
		{430, "Your call frequency is too high. Please try again later.",
			task.RateLimited, RetryLater},
		{500, "Your call frequency is too high. Please try again later.",
			task.RateLimited, RetryLater},
		{401, "You do not have access permissions", task.Unauthorized, RetryNo},
		{422, "record is null", task.NotFound, RetryOnce},
		{422, "recordInfo is null", task.NotFound, RetryOnce},
		{422, "Temporarily supports records within 14 days", task.NotFound, RetryOnce},
		{422, "record result data is blank", task.NotFound, RetryOnce},
		{422, "record result data is not exist", task.NotFound, RetryOnce},
		{422, "record result data is empty", task.NotFound, RetryOnce},
		{422, "record status is not success", task.NotFound, RetryOnce},
	}
}

// sampleSubstrings are what the providers' own sample handlers look for, and the English that
// does match, each inside a sentence and under a code that says nothing.
func sampleSubstrings() []known {
	return []known{
		{400, "发现不当内容。", task.UnsafeMedia, RetryNo},
		{400, "some inappropriate content here", task.UnsafeMedia, RetryNo},
		{400, "该图格式不正确。", task.InputFormat, RetryNo},
		{400, "an incorrect image format was sent", task.InputFormat, RetryNo},
		{400, "超过并发生成限制。", task.ConcurrencyLimit, RetryLater},
		{400, "too many concurrent generations now", task.ConcurrencyLimit, RetryLater},
		{400, "含有 NSFW 内容。", task.NSFW, RetryNo},
		{400, "it has nsfw content inside", task.NSFW, RetryNo},
		{400, "与内容政策不符。", task.ContentPolicy, RetryNo},
		{400, "against our content policies here", task.ContentPolicy, RetryNo},
		{400, "请使用英文提示词。", task.PromptLanguage, RetryNo},
		{400, "please use english prompts here", task.PromptLanguage, RetryNo},
		{400, "有不安全的图片。", task.UnsafeMedia, RetryNo},
		{400, "an unsafe image upload was seen", task.UnsafeMedia, RetryNo},
	}
}

func allMessages() []known {
	return slices.Concat(runwayMessages(), veoMessages(), serviceMessages(), requestMessages(),
		accountMessages(), sampleSubstrings())
}
