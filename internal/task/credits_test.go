package task

import "testing"

// TestACallbackTellsWhatTheTaskHasCost until the provider's record does.
func TestACallbackTellsWhatTheTaskHasCost(t *testing.T) {
	t.Parallel()
	costing := func(r Report, credits float64) Report {
		r.Credits = credits
		return r
	}
	w := &world{}
	steps := []struct {
		name string
		do   func()
		want float64
	}{
		{"a failure may be charged", func() { w.deliver(costing(failure("no"), 3)) }, 3},
		{"the success that comes after all", func() {
			w.deliver(costing(success("https://a/1"), 55))
		}, 55},
		{"another success is not applied", func() {
			w.deliver(costing(success("https://b/1"), 99))
		}, 55},
		{"an upscale costs on its own", func() {
			w.deliver(costing(upscale("https://a/4k"), 120))
		}, 55},
		{"a silent record", func() { w.confirm(record(success("https://a/1"))) }, 55},
		{"the record", func() { w.confirm(record(costing(success("https://a/1"), 54.5))) }, 54.5},
	}
	for _, step := range steps {
		if step.do(); w.task.Credits != step.want {
			t.Errorf("%s: %v credits, want %v", step.name, w.task.Credits, step.want)
		}
	}
	first := Apply(nil, costing(upscale("https://a/4k"), 120), at(1), testRules())
	if first.Task.Credits != 0 {
		t.Errorf("what an upscale has cost counts as the task's: %v", first.Task.Credits)
	}
}

// TestAReplayFindsCostsAndKeepsThem reads a callback again whose costs nobody understood.
func TestAReplayFindsCostsAndKeepsThem(t *testing.T) {
	t.Parallel()
	c := Apply(nil, success("https://a/1"), at(1), testRules())
	before := c.Task
	before.Assets = c.Assets
	told := success("https://a/1")
	told.Credits = 55
	h := History{Task: &before, Deliveries: []Kept{kept(1, Applied, "", told)}}
	got := Rebuild(h, testRules())
	if !got.Changed || got.Task.Credits != 55 {
		t.Errorf("changed %v, %v credits", got.Changed, got.Task.Credits)
	}
	before.Credits = 60 // from a record that is not kept
	if got := Rebuild(h, testRules()); got.Changed || got.Task.Credits != 60 {
		t.Errorf("changed %v, %v credits", got.Changed, got.Task.Credits)
	}
}
