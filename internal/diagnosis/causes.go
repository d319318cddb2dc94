package diagnosis

import "github.com/reelback/reelback/internal/task"

// rule says what some words mean. The phrases are written as fold leaves them, so that they can
// be compared with a folded text; one of them is enough.
type rule struct {
	category task.Category
	variant  string
	retry    Retry // empty: the usual one of the category
	from, to int   // the codes under which it holds, both included; zero: all
	phrases  []string
}

// match returns the meaning of the first rule that knows words of the folded text.
func match(rules []rule, code int, text string) (finding, bool) {
	for _, r := range rules {
		if r.to != 0 && (code < r.from || code > r.to) {
			continue
		}
		for _, phrase := range r.phrases {
			if contains(text, phrase) {
				return finding{r.category, r.variant, r.retry, true}, true
			}
		}
	}
	return finding{}, false
}

// causes lists the words that name a cause and therefore outweigh any code, strongest first:
// credits and rates arrive under several codes, copyright messages also speak of safety, and
// those about people speak of policies.
func causes() []rule {
	var all []rule
	for _, part := range [][]rule{
		accountRules(), literalRules(), contentRules(), requestRules(), mediaRules(), weakRules(),
	} {
		all = append(all, part...)
	}
	return all
}

// accountRules are about the account: how much it has, how much it may do at once.
func accountRules() []rule {
	return []rule{
		{category: task.InsufficientCredits, phrases: []string{
			"credits are insufficient", "credits insufficient", "insufficient credits",
			"insufficient credit", "insufficient balance", "not enough credits", "please top up",
			"积分不足", "余额不足"}},
		{category: task.ConcurrencyLimit, phrases: []string{
			"concurrent generations", "concurrent generation", "too many concurrent",
			"concurrency limit", "并发生成限制", "并发限制"}},
		{category: task.RateLimited, variant: "cap", phrases: []string{
			"usage limit", "sub key*limit", "使用上限"}},
		{category: task.RateLimited, phrases: []string{
			"call frequency*too high", "too many requests", "rate limit", "rate limited",
			"调用频率", "频率过高", "请求过于频繁"}},
		{category: task.MembershipRequired, phrases: []string{
			"standard membership", "upgrade to*membership", "标准会员", "升级到*会员"}},
	}
}

// literalRules are single sentences of kie.ai whose plain reading or whose code would mislead.
func literalRules() []rule {
	required := []string{"this field is required", "field required", "此字段为必填项"}
	return []rule{
		{category: task.InvalidParameter, variant: "option", phrases: []string{
			"not within the range of allowed options", "不在允许的选项范围内"}},
		{category: task.InvalidParameter, variant: "field", from: 400, to: 499, phrases: required},
		// Known to pass by itself under 500: the same payload succeeded minutes later.
		{category: task.ProviderError, variant: "field", phrases: required},
		// A premature question for the 1080p or 4K version, not a failure of the task.
		{category: task.UnknownCategory, variant: "processing", retry: RetryLater, phrases: []string{
			"1080p is processing", "4k is processing"}},
		{category: task.ProviderError, variant: "upscale", retry: RetryNo, phrases: []string{
			"4k version of this video is unavailable"}},
	}
}

// contentRules are about what may not be shown, in the order copyright, people, safety.
func contentRules() []rule {
	return []rule{
		// About the finished video, and each run gives another one.
		{category: task.Copyright, variant: "output", retry: RetryOnce, phrases: []string{
			"output video*copyright", "generated video*copyright",
			"outputvideosensitivecontentdetected policyviolation"}},
		{category: task.Copyright, phrases: []string{
			"copyright", "copyrighted", "similarity to third party", "版权", "侵权"}},
		{category: task.Likeness, variant: "minors", phrases: []string{
			"minor upload", "minors", "未成年"}},
		{category: task.Likeness, variant: "prominent", phrases: []string{
			"prominent people", "prominent person", "public figure", "public figures",
			"celebrity", "celebrities", "知名人物", "公众人物", "名人上传"}},
		{category: task.Likeness, variant: "photorealistic", phrases: []string{
			"photorealistic people", "photorealistic person", "逼真人物", "写实人物", "真人"}},
		{category: task.Likeness, phrases: []string{
			"real people", "real person", "persons likeness", "likeness of", "肖像"}},
		{category: task.NSFW, phrases: []string{
			"nsfw content", "contains nsfw", "not safe for work", "nudity", "sexual content",
			"nsfw内容", "色情", "裸露"}},
		{category: task.UnsafeMedia, variant: "image", phrases: []string{
			"unsafe image upload", "unsafe image", "不安全的图片", "不安全图片"}},
		{category: task.UnsafeMedia, phrases: []string{
			"inappropriate content", "replace the image or video", "不当内容"}},
		{category: task.ContentPolicy, variant: "sensitive", phrases: []string{
			"flagged as sensitive", "sensitive content", "敏感内容"}},
		{category: task.ContentPolicy, phrases: []string{
			"content policies", "content policy", "ai moderator", "content moderation",
			"flagged by website", "violate our guardrails", "内容政策", "内容策略",
			"审核器", "内容审核", "违规内容"}},
	}
}

// weakRules come last among the causes: words that point at content only if nothing else does.
func weakRules() []rule {
	return []rule{
		{category: task.ContentPolicy, variant: "rejected", phrases: []string{
			"input was rejected", "输入被拒绝"}},
	}
}
