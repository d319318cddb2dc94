package sim

import (
	"fmt"

	"github.com/reelback/reelback/internal/provider/kie"
)

// Documented returns every documented callback of Runway's extension and generation and of Veo
// 3.1, each about a task of its own: both forms where pages contradict each other, the messages
// in both languages, and the variants seen in public clients. The ids never change.
func Documented() Scenario {
	s := Scenario{Name: "documented"}
	s.Callbacks = append(s.Callbacks, documentedRunway(kie.RunwayExtend, "doc_extend")...)
	s.Callbacks = append(s.Callbacks, documentedRunway(kie.Runway, "doc_runway")...)
	s.Callbacks = append(s.Callbacks, documentedVeo()...)
	return s
}

// builder collects callbacks of one product and numbers their tasks.
type builder struct {
	product   string
	prefix    string // of the task ids
	callbacks []Callback
}

func (b *builder) add(title string, body func(taskID string) any) {
	id := fmt.Sprintf("%s_%03d", b.prefix, len(b.callbacks)+1)
	b.callbacks = append(b.callbacks, Callback{
		Product: b.product,
		TaskID:  id,
		Title:   title,
		Body:    text(body(id)),
	})
}
