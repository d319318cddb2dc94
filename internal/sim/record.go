package sim

import (
	"strings"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
)

// ledger is the provider's own record of every task it was ever given. It goes by what the provider
// did, not by what it sent: a task whose callback is lost on the way has ended all the same.
type ledger struct {
	now func() time.Time

	mu    sync.Mutex
	tasks map[string]entry // by family and id
}

// entry is the record of one task.
type entry struct {
	callback Callback // of its last news; the body counts only once the task has ended
	address  string   // to call back
	parent   string   // the task that this one extends, empty where it does not
	begun    time.Time
	ended    time.Time // zero while it runs
}

func newLedger(opt Options) *ledger {
	return &ledger{now: opt.Now, tasks: make(map[string]entry)}
}

// family returns the product under whose endpoint a task's record is.
func family(product string) string {
	if product == kie.RunwayExtend {
		return kie.Runway
	}
	return product
}

func ledgerKey(product, taskID string) string { return family(product) + " " + taskID }

// begin enters the tasks of a scenario as running, unless they are known. Addresses are those to
// call back, by position; nil leaves them empty.
func (l *ledger) begin(s Scenario, addresses []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, c := range s.Callbacks {
		key := ledgerKey(c.Product, c.TaskID)
		if _, known := l.tasks[key]; known {
			continue
		}
		e := entry{callback: c, begun: l.now(), parent: parentOf(s.Callbacks[:i], c)}
		if addresses != nil {
			e.address = addresses[i]
		}
		l.tasks[key] = e
	}
}

// end enters what the callbacks tell. Saying it twice changes nothing.
func (l *ledger) end(callbacks []Callback) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range callbacks {
		key := ledgerKey(c.Product, c.TaskID)
		e := l.tasks[key]
		if e.ended.IsZero() || e.callback.Body != c.Body {
			e.callback, e.ended = c, l.now()
		}
		l.tasks[key] = e
	}
}

func (l *ledger) find(product, taskID string) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.tasks[ledgerKey(product, taskID)]
	return e, known
}

// spent returns the credits all tasks have cost so far.
func (l *ledger) spent() (sum int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.tasks {
		if !e.ended.IsZero() && tell(e.callback.Body).succeeded() {
			sum += cost(e.callback.Product)
		}
	}
	return sum
}

// Begin puts the tasks of a scenario on record: they run until Send comes to their callbacks, or
// End is called.
func (p *Provider) Begin(s Scenario) { p.ledger.begin(s, nil) }

// End puts the tasks of a scenario on record as ended, as their callbacks say, without sending one.
func (p *Provider) End(s Scenario) {
	p.ledger.begin(s, nil)
	p.ledger.end(s.Callbacks)
}

// story is the course of one Send: what the provider has got done so far.
type story struct {
	ledger    *ledger
	callbacks []Callback
	told      int
}

func (p *Provider) begin(s Scenario, addresses []string) *story {
	p.ledger.begin(s, addresses)
	return &story{ledger: p.ledger, callbacks: s.Callbacks}
}

// reach enters what the first n callbacks tell, those that are dropped or late among them.
func (s *story) reach(n int) {
	if n > s.told {
		s.ledger.end(s.callbacks[s.told:n])
		s.told = n
	}
}

// parentOf makes up the task an extension continues: in a story, which has prompts, the video that
// came just before or the last one of the same clip, else one that nobody has heard of.
func parentOf(before []Callback, c Callback) string {
	if c.Product != kie.RunwayExtend {
		return ""
	}
	clip := clipOf(c.Body)
	for i := len(before) - 1; i >= 0 && c.Prompt != ""; i-- {
		b := before[i]
		if family(b.Product) != kie.Runway || b.TaskID == c.TaskID || clipOf(b.Body) == "" {
			continue
		}
		if i == len(before)-1 || clipOf(b.Body) == clip {
			return b.TaskID
		}
	}
	return newUUID(newRand(0, "parent of "+c.TaskID))
}

// clipOf returns the name of the first clip a body links to, empty without one.
func clipOf(body string) string {
	_, after, _ := strings.Cut(body, mediaMark)
	name, _, _ := strings.Cut(after, ".")
	return name
}
