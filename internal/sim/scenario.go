package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/provider/kie"
)

// Scenario is a list of callbacks in the order in which the provider sends them.
type Scenario struct {
	Name      string
	Callbacks []Callback
}

// Callback is one callback about one task.
type Callback struct {
	Product string // "runway-extend", "runway" or "veo3.1"
	TaskID  string // also where the body does not name it
	Title   string // what this callback shows, for people
	Prompt  string // what the task was asked for, also where the callback does not repeat it
	// Body is the JSON, with {media:tea.mp4} where a link stands ({media:tea.mp4@2} for another
	// link to the same file) and {callback} where the callback's own address stands. Links are
	// made when the callback is sent, so that they can die some time after.
	Body string
}

// Scenarios returns the scenarios by name; the seed changes the ids of the day.
func Scenarios(seed uint64) map[string]Scenario {
	scenarios := make(map[string]Scenario)
	for _, s := range []Scenario{Documented(), Day(seed)} {
		scenarios[s.Name] = s
	}
	return scenarios
}

// Target says where callbacks go: complete callback addresses by source, "runway-extend",
// "runway", "veo3.1". What has none of its own goes to "kie", which takes every shape.
type Target map[string]string

// address returns the callback address for a product.
func (t Target) address(product string) (string, error) {
	raw := t[product]
	if raw == "" {
		raw = t[kie.Name]
	}
	if raw == "" {
		return "", fmt.Errorf("no callback address for %s", product)
	}
	u, err := url.Parse(raw)
	if err != nil { // url.Parse's error repeats the address, which holds a secret
		return "", fmt.Errorf("the callback address for %s is no URL", product)
	}
	if u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf("callback address for %s: want http://host/path", product)
	}
	return u.String(), nil
}

// limitedTo returns the part of the scenario that the target has an address for.
func (s Scenario) limitedTo(t Target) Scenario {
	part := Scenario{Name: s.Name}
	for _, c := range s.Callbacks {
		if t[c.Product] != "" || t[kie.Name] != "" {
			part.Callbacks = append(part.Callbacks, c)
		}
	}
	return part
}

const (
	mediaMark    = "{media:"
	callbackMark = "{callback}"
)

// render puts real addresses in the place of the marks.
func (c Callback) render(address string, link func(ref, taskID string) string) string {
	var out strings.Builder
	rest := strings.ReplaceAll(c.Body, callbackMark, address)
	for {
		before, after, found := strings.Cut(rest, mediaMark)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		ref, tail, _ := strings.Cut(after, "}")
		out.WriteString(link(ref, c.TaskID))
		rest = tail
	}
}

// media returns the mark of a link.
func media(ref string) string { return mediaMark + ref + "}" }

// object is a JSON object in the making.
type object map[string]any

// text returns v as JSON, characters such as & as they are.
func text(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "" // cannot be: the scenarios hold strings, numbers, lists and objects only
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// envelope returns the outermost object of every callback.
func envelope(code any, msg string, data any) object {
	return object{"code": code, "msg": msg, "data": data}
}
