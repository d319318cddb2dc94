package task

// Category is why a task failed; empty for a task that did not.
type Category string

// The categories. Their keys are part of the API.
const (
	ContentPolicy    Category = "content_policy"
	NSFW             Category = "nsfw"
	UnsafeMedia      Category = "unsafe_media"
	Likeness         Category = "likeness" // prominent people, minors, photorealistic people
	Copyright        Category = "copyright"
	PromptTooLong    Category = "prompt_too_long"
	PromptLanguage   Category = "prompt_language"
	InputUnreachable Category = "input_unreachable"
	InputFormat      Category = "input_format"
	InputDimensions  Category = "input_dimensions"
	InvalidParameter Category = "invalid_parameter"

	ConcurrencyLimit    Category = "concurrency_limit"
	RateLimited         Category = "rate_limited"
	MembershipRequired  Category = "membership_required"
	InsufficientCredits Category = "insufficient_credits"
	Unauthorized        Category = "unauthorized"
	NotFound            Category = "not_found"

	UploadFailed     Category = "upload_failed"
	Timeout          Category = "timeout"
	ProviderError    Category = "provider_error"
	GenerationFailed Category = "generation_failed"
	Maintenance      Category = "maintenance"

	UnknownCategory Category = "unknown"
)

// Party is whose move it is after a failure.
type Party string

// The parties.
const (
	Creator       Party = "creator"
	Operator      Party = "operator"
	ProviderParty Party = "provider"
	NobodyKnows   Party = "unknown"
)

// group is a party with the categories in which the next move is its own.
type group struct {
	party      Party
	categories []Category
}

func groups() []group {
	return []group{
		{Creator, []Category{ContentPolicy, NSFW, UnsafeMedia, Likeness, Copyright, PromptTooLong,
			PromptLanguage, InputUnreachable, InputFormat, InputDimensions, InvalidParameter}},
		{Operator, []Category{ConcurrencyLimit, RateLimited, MembershipRequired,
			InsufficientCredits, Unauthorized, NotFound}},
		{ProviderParty, []Category{UploadFailed, Timeout, ProviderError, GenerationFailed,
			Maintenance}},
		{NobodyKnows, []Category{UnknownCategory}},
	}
}

// Categories lists every category, grouped by whose move it is.
func Categories() []Category {
	var all []Category
	for _, g := range groups() {
		all = append(all, g.categories...)
	}
	return all
}

// Move returns whose move it is after a failure of this category.
func (c Category) Move() Party {
	for _, g := range groups() {
		for _, in := range g.categories {
			if in == c {
				return g.party
			}
		}
	}
	return NobodyKnows
}
