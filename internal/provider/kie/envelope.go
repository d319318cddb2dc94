package kie

import (
	"strings"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// The bounds of what a report takes over, in bytes. A longer id is refused, because a shortened
// one would be another task's; the other texts are shortened.
const (
	MaxID      = 256
	maxWord    = 256 // model, resolution
	maxMessage = 8 << 10
	maxPrompt  = 32 << 10
	maxHint    = 512 // of the message, when looking for a phrase
)

// success is the only code that says so. "Any 2xx" would be wrong, and so would be the HTTP
// status, which is 200 for errors too.
const success = 200

// envelope is a callback opened as far as all shapes agree: {"code":…,"msg":…,"data":…}.
type envelope struct {
	root, data provider.Value
	code       int
	coded      bool // code is a whole number, or a string that holds one
}

func open(doc provider.Document) envelope {
	env := envelope{root: doc.Value, data: doc.Get("data")}
	env.code, env.coded = number(doc.Get("code"))
	return env
}

// number reads a code. kie's have three digits; what an int32 cannot hold is none.
func number(v provider.Value) (int, bool) {
	n, ok := v.Integer()
	if !ok || int64(int32(n)) != n {
		return 0, false
	}
	return int(n), true
}

// succeeded says whether the code says so.
func (e envelope) succeeded() bool { return e.coded && e.code == success }

// failed says whether the code says so. Zero does not: it is no documented code, and one public
// client takes it for success.
func (e envelope) failed() bool { return e.coded && e.code != success && e.code != 0 }

// result is what the code alone says.
func (e envelope) result() task.Result {
	switch {
	case e.succeeded():
		return task.ResultSucceeded
	case e.failed():
		return task.ResultFailed
	}
	return task.ResultUnclear
}

// report returns a report with what every shape has in the same places, and the result that the
// code alone gives.
func (e envelope) report(product string) (task.Report, error) {
	id, err := e.taskID()
	if err != nil {
		return task.Report{}, err
	}
	report := task.Report{
		Provider: Name,
		Product:  product,
		TaskID:   id,
		Result:   e.result(),
		Code:     e.code,
		Message:  provider.Clip(e.message(), maxMessage),
		Fallback: e.fallback(),
		Credits:  e.credits(),
	}
	e.readRequest(&report)
	return report, nil
}

// message returns the provider's words. Which name carries them depends on the shape and its age.
func (e envelope) message() string {
	return firstText(e.root.Get("msg"), e.root.Get("message"), e.root.Get("errorMessage"),
		e.data.Get("errorMessage"), e.data.Get("failMsg"))
}

// says looks for a phrase, given in lower case, at the beginning of the message. It is for telling
// shapes apart, never for telling success from failure: the wording changes.
func (e envelope) says(phrase string) bool {
	return strings.Contains(strings.ToLower(provider.Clip(e.message(), maxHint)), phrase)
}

// processing says whether an upgrade to 1080p or 4K is still under way. kie says so with codes
// that mean failure everywhere else (400, 422), so that only the words tell: "4k is processing. It
// should be ready in 5-10 minutes…".
func (e envelope) processing() bool {
	return e.failed() && (e.says("4k is processing") || e.says("1080p is processing"))
}

// fallback reads the flag that Veo sends. Without it nothing is known, whatever the message says.
func (e envelope) fallback() task.Fallback {
	yes, ok := e.data.Get("fallbackFlag").Truth()
	switch {
	case !ok:
		return task.FallbackUnknown
	case yes:
		return task.FallbackYes
	}
	return task.FallbackNo
}

// maxCredits is more than any task costs: kie sells credits at about half a cent. Callbacks are
// signed by nobody, and their numbers go to pages and sums.
const maxCredits = 1_000_000_000

// credits reads what the task has cost: creditsConsumed, in older answers consumeCredits, in records
// and in callbacks. Both were seen in public code only, but for the jobs API.
func (e envelope) credits() float64 {
	n, ok := amount(e.data.First("creditsConsumed", "consumeCredits"))
	if !ok || n < 0 || n > maxCredits {
		return 0
	}
	return n
}

// readRequest reads what kie echoes of the request: promptJson (Veo, Luma; a string, in one older
// sample an object), param (Market, with the model's own fields below input) or, in records only,
// paramJson (Veo, Luma, Aleph) and generateParam (Runway). The address to call back is in it too,
// with its secret, and is left where it is.
func (e envelope) readRequest(report *task.Report) {
	request := object(e.data.First(requestNames()...))
	input := object(request.Get("input"))
	report.Model = provider.Clip(firstText(e.data.Get("model"), request.Get("model")), maxWord)
	report.Prompt = provider.Clip(firstText(request.Get("prompt"), input.Get("prompt")), maxPrompt)

	// A guess: the request of an extension names its parent taskId. That of a 4K upgrade does
	// too, but keeps the parent's id as its own.
	parent := request.Get("taskId").Literal()
	if parent != report.TaskID && len(parent) <= MaxID && !lossy(parent) {
		report.ParentTaskID = parent
	}
}

// requestNames are the members of data that echo the request.
func requestNames() []string {
	return []string{"promptJson", "paramJson", "param", "generateParam"}
}

// object returns an object that may have been put into a string; a Missing value for all else.
func object(v provider.Value) provider.Value {
	if v.Kind() == provider.String {
		v, _ = provider.ParseText(v.Text()) // unreadable is as good as missing
	}
	if v.Kind() != provider.Object {
		return provider.Value{}
	}
	return v
}

// firstText returns the first string that is not blank.
func firstText(values ...provider.Value) string {
	for _, v := range values {
		if text := v.Text(); strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}
