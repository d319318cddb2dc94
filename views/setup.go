package views

import (
	"strings"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// FirstDeliveryFragment is the line that waits for the first callback.
const FirstDeliveryFragment = "first-delivery"

// leastDisk is the free space below which saving is at risk.
const leastDisk = 2_000_000_000

// SetupInput is what the first-run page shows.
type SetupInput struct {
	Sources       []SetupSource
	HasHMACKey    bool
	HasAPIKey     bool
	PublicURLSet  bool
	Repaired      int64          // lost callbacks that were repaired, in all
	DiskFree      int64          // bytes; 0 when unknown
	FirstDelivery *task.Delivery // the first one since Since; nil before
	Since         time.Time      // since when the page waits
}

// SetupSource is an address to give to a provider.
type SetupSource struct {
	Name    string
	Product string // empty for a source that takes every product
	URL     string // absolute, with the token to give out; empty where there is none
	Open    bool   // it needs no token
	Tokens  []task.SourceToken
	Chosen  bool   // the page is to show its tokens
	Problem string // a ProblemToken… key of why they were not changed; empty otherwise
}

// SetupProps are the first-run page, ready to be shown.
type SetupProps struct {
	Sources []SourceLine
	Samples []Sample
	Signed  bool // samples sign themselves with a key from the environment
	Arrival Arrival
	Checks  []Check
	Score   string // "3 of 4 in order"
}

// SourceLine is an address with its secret hidden in the middle.
type SourceLine struct {
	ID     string // of the element
	Name   string
	Before string // the address up to the secret
	Secret string // "k7Qm…9xT2"; empty when there is none
	URL    string // the whole, to be copied
	Tokens SourceTokens
}

// Arrival is the line that tells of the first callback.
type Arrival struct {
	Came    bool
	Title   string
	Text    string
	Outcome ui.StatusProps
	URL     string // of the task, or else of the delivery
	Action  string
}

// Check is a finding with its cure.
type Check struct {
	Status string // "ok" or "warn"
	Icon   string
	Title  string
	Text   string
	Option string // the option that cures it; empty when there is nothing to cure
	Link   string // what has come of it, and where to see that; empty for nothing
	URL    string
}

// NewSetup builds the first-run page.
func NewSetup(f Frame, in SetupInput) SetupProps {
	p := SetupProps{
		Samples: newSamples(f, in),
		Signed:  in.HasHMACKey,
		Arrival: newArrival(f, in),
		Checks:  newChecks(f, in),
	}
	for _, s := range in.Sources {
		p.Sources = append(p.Sources, newSourceLine(f, s))
	}
	fine := 0
	for _, c := range p.Checks {
		if c.Status == "ok" {
			fine++
		}
	}
	p.Score = f.T.T("setup.score", "Fine", fine, "All", len(p.Checks))
	return p
}

func newSourceLine(f Frame, s SetupSource) SourceLine {
	line := SourceLine{ID: "source-" + s.Name, Name: sourceName(f, s), Before: s.URL, URL: s.URL,
		Tokens: newSourceTokens(f, s)}
	if at := strings.LastIndexByte(s.URL, '/'); at >= 0 && !s.Open {
		line.Before, line.Secret = s.URL[:at+1], task.MaskSecret(s.URL[at+1:])
		if !f.Can(auth.Admin) {
			line.URL, line.Secret = "", "…"
		}
	}
	return line
}

func sourceName(f Frame, s SetupSource) string {
	if s.Product == "" {
		return f.T.T("setup.any_product", "Source", s.Name)
	}
	return ProductText(f.T, s.Product)
}

func newArrival(f Frame, in SetupInput) Arrival {
	d := in.FirstDelivery
	if d == nil {
		return Arrival{Title: f.T.T("setup.waiting"),
			Text: f.T.T("setup.waiting_text", "Time", f.ClockSeconds(in.Since))}
	}
	a := Arrival{
		Came:    true,
		Title:   f.T.T("setup.came"),
		Text:    f.T.T("setup.came_text", "When", f.Ago(d.ReceivedAt), "What", whatHappened(f, *d)),
		Outcome: OutcomeStatusOf(f.T, d.Outcome),
		URL:     taskURL(f, *d),
		Action:  f.T.T("delivery.open_task"),
	}
	if a.URL == "" {
		a.URL, a.Action = f.Link.Delivery(d.ID), f.T.T("setup.open_delivery")
	}
	return a
}

// newChecks looks at what is commonly forgotten.
func newChecks(f Frame, in SetupInput) []Check {
	checks := []Check{
		newCheck(f, "public", "--public-url", in.PublicURLSet),
		newCheck(f, "hmac", "--kie-hmac-key", in.HasHMACKey),
		newCheck(f, "api", "--kie-api-key", in.HasAPIKey),
	}
	if in.Repaired > 0 {
		checks[2].Link, checks[2].URL = RepairedText(f, in.Repaired), f.Link.Loss(nil)
	}
	if in.DiskFree > 0 {
		disk := newCheck(f, "disk", "--data-dir", in.DiskFree >= leastDisk)
		disk.Text = f.T.T(diskText(in.DiskFree), "Free", f.T.Bytes(in.DiskFree))
		checks = append(checks, disk)
	}
	return checks
}

func newCheck(f Frame, id, option string, ok bool) Check {
	if ok {
		return Check{Status: "ok", Icon: "saved", Title: f.T.T("setup.check." + id),
			Text: f.T.T("setup.fine." + id)}
	}
	return Check{Status: "warn", Icon: "warn", Title: f.T.T("setup.missing." + id),
		Text: f.T.T("setup.cure." + id), Option: option}
}

func diskText(free int64) string {
	if free < leastDisk {
		return "setup.cure.disk"
	}
	return "setup.fine.disk"
}
