package task

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Registration is what an application tells of a task it has submitted, before or after the
// provider calls back.
type Registration struct {
	Provider     string
	Product      string
	TaskID       string
	Prompt       string
	ParentTaskID string
	Labels       []string // words of the application's own, such as a customer number
	AspectRatio  string   // as submitted, "16:9"; empty when it does not say
	Fallback     bool     // whether the provider's fallback was asked for
}

// The bounds of a registration, in bytes and in number.
const (
	maxRegisteredText = 32 << 10
	maxLabels         = 20
	maxLabel          = 200
	maxName           = 256
)

// Tidy takes off the space that is around ids where they were copied, as is done to those of
// callbacks.
func (r *Registration) Tidy() {
	r.TaskID, r.ParentTaskID = strings.TrimSpace(r.TaskID), strings.TrimSpace(r.ParentTaskID)
}

// Check says everything that keeps a registration from being taken.
func (r *Registration) Check() error {
	var errs []error
	for field, value := range map[string]string{
		"provider": r.Provider, "product": r.Product, "task_id": r.TaskID,
	} {
		switch {
		case value == "":
			errs = append(errs, fmt.Errorf("the %s is missing: give one", field))
		case len(value) > maxName || strings.TrimSpace(value) != value:
			errs = append(errs, fmt.Errorf("the %s must have at most %d bytes and no space around it",
				field, maxName))
		}
	}
	for field, value := range map[string]string{
		"provider": r.Provider, "product": r.Product, "task_id": r.TaskID,
		"parent_task_id": r.ParentTaskID,
	} {
		if strings.ContainsAny(value, "\x00\uFFFD") || !utf8.ValidString(value) {
			errs = append(errs, fmt.Errorf("the %s has NUL or characters that are no UTF-8", field))
		}
	}
	if r.TaskID == "." || r.TaskID == ".." {
		errs = append(errs, fmt.Errorf("the task_id is %s, which no address can name", r.TaskID))
	}
	if len(r.ParentTaskID) > maxName {
		errs = append(errs, fmt.Errorf("the parent_task_id is longer than %d bytes", maxName))
	}
	if len(r.Prompt) > maxRegisteredText {
		errs = append(errs, fmt.Errorf("the prompt is longer than %d bytes", maxRegisteredText))
	}
	if len(r.Labels) > maxLabels {
		errs = append(errs, fmt.Errorf("there are more than %d labels", maxLabels))
	}
	for _, l := range r.Labels {
		if !GoodLabel(l) {
			errs = append(errs, fmt.Errorf("the label %.40q must have 1 to %d bytes, "+
				"something to be seen, no control characters and no space around it", l, maxLabel))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// GoodLabel says whether a text can be a label.
func GoodLabel(text string) bool {
	return text != "" && len(text) <= maxLabel && utf8.ValidString(text) &&
		strings.TrimSpace(text) == text && !strings.ContainsFunc(text, unicode.IsControl) &&
		isSeen(text)
}

// isSeen says whether there is something to be seen of a text: of direction marks and other
// formats alone there is not.
func isSeen(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r)
	})
}

// CleanLabels makes labels of what an address says: what cannot be in a label is left out, and
// what is too long or too many is cut.
func CleanLabels(texts []string) []string {
	var labels []string
	for _, text := range texts {
		text = strings.ToValidUTF8(text, "")
		text = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, text)
		for len(text) > maxLabel {
			_, size := utf8.DecodeLastRuneInString(text)
			text = text[:len(text)-size]
		}
		text = strings.TrimSpace(text)
		if isSeen(text) && len(labels) < maxLabels && !slices.Contains(labels, text) {
			labels = append(labels, text)
		}
	}
	return labels
}

// Warning is something that the provider is likely to refuse, or that is not as it is known here.
type Warning string

// The warnings about a registration.
const (
	WarnPromptLength   Warning = "prompt_too_long"     // more than 2,048 characters
	WarnPromptLanguage Warning = "prompt_not_english"  // for Veo
	WarnFallbackShape  Warning = "fallback_needs_16_9" // fallback serves 16:9 only
	WarnOtherProduct   Warning = "other_product"       // the task is known as that one's, and stays it
	promptLimit                = 2048                  // characters, of Runway's message 9
)

// Warnings returns what in a registration is likely to be refused by the provider.
func (r *Registration) Warnings() []Warning {
	var warnings []Warning
	if utf8.RuneCountInString(r.Prompt) > promptLimit {
		warnings = append(warnings, WarnPromptLength)
	}
	veo := strings.HasPrefix(r.Product, "veo")
	if veo && !mostlyLatin(r.Prompt) {
		warnings = append(warnings, WarnPromptLanguage)
	}
	if veo && r.Fallback && r.AspectRatio != "" && r.AspectRatio != "16:9" {
		warnings = append(warnings, WarnFallbackShape)
	}
	return warnings
}

// Against returns what in a registration its task, as it stands with it, says otherwise.
func (r *Registration) Against(t *Task) []Warning {
	if r.Product != "" && t.Product != r.Product {
		return []Warning{WarnOtherProduct}
	}
	return nil
}

// mostlyLatin says whether a text could be English: most of its letters are Latin.
func mostlyLatin(text string) bool {
	latin, letters := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
	}
	return 2*latin >= letters
}

// Register returns the task as it stands once a registration is known: a new one that waits, or
// the known one with what it lacked. What a delivery or record has told is not replaced.
func Register(current *Task, r Registration, now time.Time) Task {
	t := start(current, Report{Provider: r.Provider, Product: r.Product, TaskID: r.TaskID}, now)
	for field, value := range map[*string]string{
		&t.Product: r.Product, &t.Prompt: r.Prompt, &t.ParentTaskID: r.ParentTaskID,
	} {
		if *field == "" {
			*field = value
		}
	}
	if exacter(r.Product, t.Product) {
		t.Product = r.Product // who submitted it knows
	}
	if t.RegisteredAt.IsZero() {
		t.RegisteredAt = now
	}
	t.Labels = slices.Clone(t.Labels)
	for _, l := range r.Labels {
		if !slices.Contains(t.Labels, l) {
			t.Labels = append(t.Labels, l)
		}
	}
	slices.Sort(t.Labels)
	return t
}
