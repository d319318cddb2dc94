package diagnosis

import "github.com/reelback/reelback/internal/task"

// byTellingCode reads the codes of kie.ai that have one meaning each.
func byTellingCode(code int) (finding, bool) {
	switch code {
	case 401:
		return finding{category: task.Unauthorized}, true
	case 402:
		return finding{category: task.InsufficientCredits}, true
	case 404:
		return finding{category: task.NotFound}, true
	case 408:
		return finding{category: task.Timeout}, true
	case 429, 430:
		return finding{category: task.RateLimited}, true
	case 433:
		return finding{category: task.RateLimited, variant: "cap"}, true
	case 451:
		return finding{category: task.InputUnreachable}, true
	case 455:
		return finding{category: task.Maintenance}, true
	case 505:
		return finding{category: task.ProviderError, variant: "disabled", retry: RetryNo}, true
	}
	return finding{}, false
}

// byVagueCode reads what is left when no words are known. 500 and 501 stand for anything that
// went wrong; other codes keep the category open and only hint whether repeating helps.
func byVagueCode(code int) finding {
	switch {
	case code == 500:
		return finding{category: task.ProviderError}
	case code == 501:
		return finding{category: task.GenerationFailed}
	case code >= 400 && code <= 499:
		return finding{category: task.UnknownCategory, variant: "refused", retry: RetryNo}
	case code >= 502 && code <= 599:
		return finding{category: task.UnknownCategory, variant: "server", retry: RetryYes}
	}
	return finding{category: task.UnknownCategory}
}

// usualRetry returns what holds for a category unless words or code say more.
func usualRetry(category task.Category) Retry {
	switch category {
	case task.UploadFailed, task.Timeout, task.ProviderError:
		return RetryYes
	case task.ConcurrencyLimit, task.RateLimited, task.MembershipRequired,
		task.InsufficientCredits, task.Maintenance:
		return RetryLater
	case task.GenerationFailed:
		return RetryOnce
	case task.Unauthorized, task.NotFound:
		return RetryNo
	}
	if category.Move() == task.Creator {
		return RetryNo
	}
	return RetryUnknown
}
