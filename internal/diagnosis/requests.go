package diagnosis

import "github.com/reelback/reelback/internal/task"

// requestRules are about the prompt and the parameters. Of those, the prompt comes first: its
// messages name it, while "must be between" and the like fit anything.
func requestRules() []rule {
	return []rule{
		{category: task.PromptTooLong, variant: "2048", phrases: []string{
			"cannot exceed 2048 characters", "不能超过2048个字符"}},
		{category: task.PromptTooLong, phrases: []string{
			"prompt*exceed*characters", "cannot exceed*characters", "prompt is too long",
			"prompt too long", "check if your input is too long", "不能超过*个字符",
			"提示词过长", "输入是否过长"}},
		{category: task.PromptLanguage, phrases: []string{
			"english prompts", "english prompt", "only english", "prompt must be in english",
			"英文提示词", "仅支持英文"}},
		{category: task.InvalidParameter, variant: "range", phrases: []string{
			"must be between", "必须介于"}},
		{category: task.InvalidParameter, variant: "model", phrases: []string{
			"only supports the*model", "model not found", "model is not supported"}},
		{category: task.InvalidParameter, phrases: []string{
			"parameter*specified in the request*not valid",
			"parameters*specified in the request*not valid",
			"invalid parameter", "invalid parameters", "parameter is invalid",
			"参数错误", "参数无效", "无效参数", "参数格式不正确"}},
	}
}

// mediaRules are about the picture or video that was sent along.
func mediaRules() []rule {
	return []rule{
		{category: task.InputUnreachable, phrases: []string{
			"get image info failed", "failed to fetch the image", "failed to fetch image",
			"unable to retrieve image", "unable to retrieve the image", "unable to fetch the image",
			"failed to download the image", "failed to download image",
			"获取图像信息失败", "获取图片信息失败", "无法获取图片", "无法获取图像"}},
		{category: task.InputFormat, phrases: []string{
			"incorrect image format", "unsupported image format", "invalid image format",
			"file type is not supported", "图像格式不正确", "图片格式不正确", "格式不正确"}},
		{category: task.InputDimensions, phrases: []string{
			"unsupported width or height", "不支持的宽度或高度"}},
		{category: task.UploadFailed, phrases: []string{
			"upload failed", "网络原因上传失败", "上传失败"}},
	}
}

// troubles lists the words that only name a kind of trouble. A code with a meaning of its own
// knows better; 400, 422, 500 and 501 do not.
func troubles() []rule {
	return []rule{
		{category: task.Maintenance, phrases: []string{
			"under maintenance", "undergoing maintenance", "system maintenance", "系统维护", "维护中"}},
		{category: task.Unauthorized, phrases: []string{
			"do not have access permissions", "unauthorized", "invalid api key",
			"api key is invalid", "没有访问权限"}},
		{category: task.NotFound, variant: "record", retry: RetryOnce, phrases: []string{
			"record is null", "recordinfo is null", "record info is null",
			"supports records within 14 days", "record result data is blank",
			"record result data is empty", "record result data is not exist",
			"record result data not exist", "record result data does not exist",
			"record status is not success"}},
		{category: task.NotFound, phrases: []string{"task not found", "task does not exist", "任务不存在"}},
		{category: task.Timeout, phrases: []string{
			"timeout", "timed out", "time out", "超时"}},
		{category: task.GenerationFailed, phrases: []string{
			"generation task failed", "generation failed", "playground task failed",
			"视频生成任务失败", "生成失败"}},
		{category: task.ProviderError, phrases: []string{
			"internal error", "internal server error", "server is busy", "server error",
			"内部错误", "服务器繁忙", "服务器错误"}},
	}
}
