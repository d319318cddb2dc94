package route

import (
	"net/url"
	"strconv"
)

// The patterns of replays. What is fixed in them comes before the number in Delivery.
const (
	DeliveriesReplay = "/deliveries/replay"
	Replays          = "/deliveries/replays"
	Replay           = "/deliveries/replays/:id"
	ReplayUndo       = "/deliveries/replays/:id/undo"
)

// DeliveriesReplay links to what a replay of the deliveries of a query would do, and is where one
// is asked for.
func (l Links) DeliveriesReplay(q url.Values) string { return l.with(DeliveriesReplay, q) }

// Replays links to the list of replays.
func (l Links) Replays() string { return l.base + Replays }

// ReplaysBusy links to that list for somebody whose replay had to wait for another.
func (l Links) ReplaysBusy() string { return l.base + Replays + "?busy=1" }

// Replay links to the page of one replay.
func (l Links) Replay(id int64) string {
	return l.fill(Replay, ":id", strconv.FormatInt(id, 10))
}

// ReplayUndo is where the undoing of a replay is posted.
func (l Links) ReplayUndo(id int64) string {
	return l.fill(ReplayUndo, ":id", strconv.FormatInt(id, 10))
}
