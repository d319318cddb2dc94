package task

import (
	"fmt"
	"testing"
)

func TestWhatIsNoTaskIDIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"a list with a short one":   {uuidA + "\nabc\n" + veoA, "[{abc form}]"},
		"numbers in a list":         {"17\n18\n17", "[{17 form} {18 form}]"},
		"a UUID cut short":          {"ee603959-debb-48d1-98c4 " + veoA, "[{ee603959-debb-48d1-98c4 form}]"},
		"one that cannot be one":    {"task_id: a/1, task_id: boat", "[{a/1 no_id} {boat no_id}]"},
		"nothing":                   {"task_id: null", "[]"},
		"another one is named":      {"task_id: " + uuidA + " " + uuidB, "[{" + uuidB + " another}]"},
		"the video's":               {"task_id: " + uuidA + ", video_id: " + uuidB, "[{" + uuidB + " other_id}]"},
		"its parent":                {"parent_task_id: " + uuidB, "[{" + uuidB + " other_id}]"},
		"taken elsewhere":           {"video_id: " + uuidA + "\ntask_id: " + uuidA, "[]"},
		"secrets are not told":      {"api_key: " + hexA + " token=" + hexA + " Bearer " + hexA, "[]"},
		"nor is what is only words": {"the customer has paid 17 EUR on 2026-11-21 for runway", "[]"},
		"the head of a column":      {"task_id\n" + uuidA, "[]"},
	} {
		_, passed := FindIDs(c.text, nil)
		if got := fmt.Sprint(passed); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
