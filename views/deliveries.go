package views

import (
	"slices"
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// DeliveryListFragment is what the page re-reads when a delivery arrives.
const DeliveryListFragment = "delivery-list"

// DeliveriesInput is what the list of deliveries shows.
type DeliveriesInput struct {
	Deliveries []task.Delivery // one page, newest first; headers and body are not needed
	Filter     task.DeliveryFilter
	Sources    []string // to choose from
	Older      string   // cursor of the next page; empty at the end
	Newest     bool     // this is the first page
	Repaired   int64    // lost callbacks that were repaired, in all
}

// DeliveriesProps are the list of deliveries, ready to be shown.
type DeliveriesProps struct {
	Tabs     []ui.TabProps
	Facets   []ui.FacetProps
	ClearURL string // the list without a filter; empty when there is none
	Replay   string // what a replay of all that match would do; empty without any
	Rows     []DeliveryRow
	Empty    ui.EmptyProps // shown instead of no rows
	Pager    ui.PagerProps
	Newest   bool // new deliveries appear on this page
	Repaired int64
}

// DeliveryRow is a delivery as a line of the list.
type DeliveryRow struct {
	URL      string
	Number   string // "#48211"
	Outcome  ui.StatusProps
	What     string // what happened, in plain words
	TaskID   ui.CopyProps
	TaskURL  string // empty when it names no task
	Source   string
	Address  string
	Bytes    string
	Received ui.TimeProps
}

// NewDeliveries builds the list of deliveries.
func NewDeliveries(f Frame, in DeliveriesInput) DeliveriesProps {
	p := DeliveriesProps{
		Tabs:   outcomeTabs(f, in.Filter),
		Facets: deliveryFacets(f, in),
		Empty:  noDeliveries(f, in),
		Pager:  deliveriesPager(f, in),
		Newest: in.Newest, Repaired: in.Repaired,
	}
	if query.Deliveries(in.Filter).Encode() != "" {
		p.ClearURL = f.Link.Deliveries(nil)
	}
	for _, d := range in.Deliveries {
		p.Rows = append(p.Rows, newDeliveryRow(f, d))
	}
	if len(p.Rows) > 0 {
		p.Replay = f.Link.DeliveriesReplay(query.Deliveries(in.Filter))
	}
	return p
}

func newDeliveryRow(f Frame, d task.Delivery) DeliveryRow {
	r := DeliveryRow{
		URL:      f.Link.Delivery(d.ID),
		Number:   deliveryNumber(d.ID),
		Outcome:  OutcomeStatusOf(f.T, d.Outcome),
		What:     whatHappened(f, d),
		Source:   d.Source,
		Address:  d.RemoteAddr,
		Bytes:    deliverySize(f, d),
		Received: f.TimeAgo(d.ReceivedAt),
	}
	if d.TaskID != "" {
		r.TaskID = copyID(f, d.TaskID)
		r.TaskURL = taskURL(f, d)
	}
	return r
}

// deliverySize says how long a body was. Of one that was cut only the bound is known: it was more.
func deliverySize(f Frame, d task.Delivery) string {
	if !d.Truncated {
		return f.T.Bytes(d.Bytes)
	}
	return f.T.T("delivery.more_than", "Bytes", boundText(f, d.Bytes))
}

// boundText prints a bound as the documentation writes it.
func boundText(f Frame, n int64) string {
	const mebi = 1 << 20
	if n > 0 && n%mebi == 0 {
		return strconv.FormatInt(n/mebi, 10) + " MiB"
	}
	return f.T.Bytes(n)
}

// taskURL links to the task a delivery names. A refused delivery made no task, whatever it
// claims, and so links nowhere.
func taskURL(f Frame, d task.Delivery) string {
	if d.TaskID == "" || d.Provider == "" || d.Outcome == task.Refused {
		return ""
	}
	return f.Link.Task(d.Provider, d.TaskID)
}

func deliveryNumber(id int64) string { return "#" + strconv.FormatInt(id, 10) }

func deliveriesURL(f Frame, filter task.DeliveryFilter) string {
	return f.Link.Deliveries(query.Deliveries(filter))
}

// outcomeTabs lists every outcome; there are no counts of deliveries.
func outcomeTabs(f Frame, filter task.DeliveryFilter) []ui.TabProps {
	chosen := filter.Outcomes
	filter.Outcomes = nil
	tabs := []ui.TabProps{{URL: deliveriesURL(f, filter), Text: f.T.T("deliveries.all"),
		Current: len(chosen) == 0}}
	for _, o := range task.Outcomes() {
		filter.Outcomes = []task.Outcome{o}
		tab := ui.TabProps{URL: deliveriesURL(f, filter), Text: OutcomeText(f.T, o),
			Icon: StatusIcon(string(o)), Status: string(o)}
		for _, c := range chosen {
			tab.Current = tab.Current || c == o
		}
		tabs = append(tabs, tab)
	}
	return tabs
}

func deliveryFacets(f Frame, in DeliveriesInput) []ui.FacetProps {
	filter := in.Filter
	facets := []ui.FacetProps{
		facet(f, "source", in.Sources, filter.Sources,
			func(v string) string { return v },
			func(v []string) string {
				next := filter
				next.Sources = v
				return deliveriesURL(f, next)
			}),
		timeFacet(f, "received", filter.From, filter.To, func(from, to time.Time) string {
			next := filter
			next.From, next.To = from, to
			return deliveriesURL(f, next)
		}),
	}
	facets = slices.DeleteFunc(facets, pointless)
	if filter.TaskID == "" {
		return facets
	}
	next := filter
	next.TaskID = ""
	p := newFacet(f, "task", deliveriesURL(f, next))
	p.Value = ShortID(filter.TaskID)
	return append(facets, p)
}

// noDeliveries is what stands in place of rows: nothing yet, or nothing that matches.
func noDeliveries(f Frame, in DeliveriesInput) ui.EmptyProps {
	if len(query.Deliveries(in.Filter)) == 0 && in.Newest {
		return ui.EmptyProps{Art: ui.ArtReel, Title: f.T.T("deliveries.none_yet"),
			Text: f.T.T("deliveries.none_yet_text"), ActionIcon: "setup",
			ActionText: f.T.T("deliveries.set_up"), ActionURL: f.Link.Setup()}
	}
	return ui.EmptyProps{Art: ui.ArtLens, Title: f.T.T("deliveries.no_match"),
		Text: f.T.T("deliveries.no_match_text"), ActionIcon: "close",
		ActionText: f.T.T("action.clear"), ActionURL: f.Link.Deliveries(nil)}
}

func deliveriesPager(f Frame, in DeliveriesInput) ui.PagerProps {
	p := ui.PagerProps{NewerText: f.T.T("deliveries.newest"), OlderText: f.T.T("action.older"),
		Label: f.T.T("action.pages")}
	if !in.Newest {
		p.NewerURL = deliveriesURL(f, in.Filter)
	}
	if in.Older != "" {
		p.OlderURL = f.Link.Deliveries(atCursor(query.Deliveries(in.Filter), in.Older))
	}
	return p
}
