package sim

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/reelback/reelback/internal/provider/kie"
)

// job is one task of the day: what was asked for and what became of it.
type job struct {
	product string
	prompt  string
	// clips are the results; several only with Veo. Empty for a failure.
	clips []string
	// original is the clip before Veo changed its shape, empty when it did not.
	original string
	fallback bool
	// claimed is the resolution that Veo says the results have, empty for what they do have.
	claimed string

	code int    // of a failure
	msg  string // of a failure

	// again is said a second time: the provider repeats a callback later in the day.
	again bool
	// late is a job whose time-out was reported before its success was.
	late bool
	// gone adds a result whose link is dead on arrival.
	gone bool
}

// Distances, in callbacks, at which a repeated and a late callback follow the first.
const (
	againAfter = 5
	lateAfter  = 9
)

// Day returns a day's work of a small studio: 36 tasks, 29 of them with videos, some results of
// the fallback model, one callback repeated, one success that arrives long after the provider
// had given the task up, one result that is gone already, and one that is smaller than said. The
// seed gives the ids, so that each seed is another day.
func Day(seed uint64) Scenario {
	r := newRand(seed, "day")
	d := daybook{due: make(map[int][]Callback)}
	for i, j := range dayJobs() {
		first, later := j.callbacks(r)
		d.write(i, first)
		switch {
		case j.again:
			d.due[i+againAfter] = append(d.due[i+againAfter], first)
		case j.late:
			d.due[i+lateAfter] = append(d.due[i+lateAfter], later)
		}
	}
	d.finish()
	return Scenario{Name: "day", Callbacks: d.callbacks}
}

// daybook holds the callbacks of the day in order, and those still to come by position.
type daybook struct {
	callbacks []Callback
	due       map[int][]Callback
}

func (d *daybook) write(position int, c Callback) {
	d.callbacks = append(d.callbacks, c)
	d.callbacks = append(d.callbacks, d.due[position]...)
	delete(d.due, position)
}

// finish writes what is due after the last job; the distances keep that to a handful.
func (d *daybook) finish() {
	for position := 0; len(d.due) > 0; position++ {
		d.callbacks = append(d.callbacks, d.due[position]...)
		delete(d.due, position)
	}
}

// callbacks returns the first callback of a job, and the second of one that is late.
func (j job) callbacks(r *rand.Rand) (first, later Callback) {
	id, videoID := j.newID(r), newUUID(r)
	base := Callback{Product: j.product, TaskID: id, Prompt: j.prompt}
	failed, done := base, base
	failed.Title, done.Title = "failed", j.title()
	failed.Body, done.Body = text(j.failure(id)), text(j.success(id, videoID))
	switch {
	case j.late:
		done.Title += ", after a time-out"
		return failed, done
	case len(j.clips) == 0:
		return failed, Callback{}
	}
	return done, Callback{}
}

func (j job) title() string {
	n := len(j.clips)
	switch {
	case j.gone:
		return fmt.Sprintf("%d videos, one gone already", n+1)
	case n == 1:
		return "one video"
	}
	return fmt.Sprintf("%d videos", n)
}

// newID returns an id as the product's documents print them.
func (j job) newID(r *rand.Rand) string {
	if j.product == kie.Veo {
		return "veo_task_" + hex.EncodeToString(randomBytes(r, 6))
	}
	return newUUID(r)
}

func (j job) success(taskID, videoID string) object {
	if j.product != kie.Veo {
		clip := strings.Join(j.clips, "") // one at most
		return envelope(200, runwaySuccessMsg, runwaySuccess(taskID, videoID, clip))
	}
	var results []string
	for i, clip := range j.clips {
		results = append(results, media(fmt.Sprintf("%s.mp4@%d", clip, i)))
	}
	if j.gone {
		results = append(results, media("gone.mp4"))
	}
	var originals any
	ratio := "16:9"
	if j.original != "" {
		originals, ratio = []string{media(j.original + ".mp4@original")}, "9:16"
	}
	msg := veoSuccessMsg
	if j.fallback {
		msg = veoFallbackMsg
	}
	info := veoInfo(results, originals)
	info["resolution"] = cmp.Or(j.claimed, resolution(j.clips))
	return envelope(200, msg, object{
		"taskId":       taskID,
		"promptJson":   text(veoRequest(j.prompt, ratio)),
		"info":         info,
		"fallbackFlag": j.fallback,
	})
}

func (j job) failure(taskID string) object {
	if j.product != kie.Veo {
		return envelope(j.code, j.msg, runwayFailure(j.product, taskID))
	}
	return envelope(j.code, j.msg, object{
		"taskId":       taskID,
		"promptJson":   text(veoRequest(j.prompt, "16:9")),
		"fallbackFlag": false,
	})
}

// newUUID returns a random UUID of version 4.
func newUUID(r *rand.Rand) string {
	b := randomBytes(r, 16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
