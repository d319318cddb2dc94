package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/reelback/reelback/internal/provider/kie"
)

func TestDayFollowsFromItsSeed(t *testing.T) {
	t.Parallel()
	if !slices.Equal(Day(1).Callbacks, Day(1).Callbacks) {
		t.Error("the same seed makes another day")
	}
	other := make(map[string]bool)
	for _, c := range Day(2).Callbacks {
		other[c.TaskID] = true
	}
	for _, c := range Day(1).Callbacks {
		if other[c.TaskID] {
			t.Errorf("task %s is there on both days", c.TaskID)
		}
	}
}

func TestDayIsABelievableDayOfWork(t *testing.T) {
	t.Parallel()
	d := readDay(t)
	between(t, "tasks", len(d.succeeded), 34, 40)
	good, fallback, several, chinese := 0, 0, 0, 0
	for id, ok := range d.succeeded {
		if ok {
			good++
		}
		if d.fallback[id] {
			fallback++
		}
		if d.videos[id] > 1 {
			several++
		}
		if strings.IndexFunc(d.prompts[id], isChinese) >= 0 {
			chinese++
		}
	}
	between(t, "percent of success", good*100/len(d.succeeded), 77, 83)
	between(t, "tasks of the fallback model", fallback, 2, 4)
	between(t, "tasks with several videos", several, 3, 6)
	between(t, "Chinese prompts", chinese, 3, 6)
	between(t, "tall videos", d.tall, 6, 12)
	between(t, "kinds of failure", len(d.messages), 6, 10)
	for _, product := range []string{kie.RunwayExtend, kie.Runway, kie.Veo} {
		between(t, "tasks of "+product, d.products[product], 8, 20)
	}
}

func TestDayTellsEveryPromptWhereTheProviderDoes(t *testing.T) {
	t.Parallel()
	for _, c := range Day(1).Callbacks {
		if c.Prompt == "" {
			t.Errorf("task %s has no prompt", c.TaskID)
		}
		if got := strings.Contains(c.Body, c.Prompt); got != (c.Product == kie.Veo) {
			t.Errorf("%s callback with prompt: %v: %s", c.Product, got, c.Body)
		}
	}
}

func TestDayRepeatsOneCallbackAndHasOneLateSuccess(t *testing.T) {
	t.Parallel()
	var repeated, late int
	first := make(map[string]int)
	day := Day(1).Callbacks
	for i, c := range day {
		was, seen := first[c.TaskID]
		switch {
		case !seen:
			first[c.TaskID] = i
		case day[was].Body == c.Body:
			repeated++
		case day[was].Title == "failed" && strings.Contains(c.Body, `"code":200`):
			late++
		default:
			t.Errorf("task %s: second callback %s", c.TaskID, c.Body)
		}
		if seen && i-was < 4 {
			t.Errorf("task %s is heard of again after %d callbacks, want some time", c.TaskID, i-was)
		}
	}
	if repeated != 1 || late != 1 {
		t.Errorf("%d repeated and %d late callbacks, want one each", repeated, late)
	}
}

// TestDayClaimsMoreThanThereIsOnce keeps the warning about it something to notice.
func TestDayClaimsMoreThanThereIsOnce(t *testing.T) {
	t.Parallel()
	claims := make(map[string]int)
	for _, c := range Day(1).Callbacks {
		var e struct {
			Code int
			Data struct{ Info struct{ Resolution string } }
		}
		if err := json.Unmarshal([]byte(c.Body), &e); err != nil {
			t.Fatal(err)
		}
		if c.Product == kie.Veo && e.Code == 200 {
			claims[e.Data.Info.Resolution]++
		}
	}
	// Every clip has 270 lines, on its shorter side.
	if claims["1080p"] != 1 || claims["270p"] < 10 || len(claims) != 2 {
		t.Errorf("the claims are %v", claims)
	}
}

func TestDayUsesTheFormOfIDsThatDocumentsPrint(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	veo := regexp.MustCompile(`^veo_task_[0-9a-f]{12}$`)
	for _, c := range Day(3).Callbacks {
		form := uuid
		if c.Product == kie.Veo {
			form = veo
		}
		if !form.MatchString(c.TaskID) {
			t.Errorf("%s task is called %q", c.Product, c.TaskID)
		}
	}
}

// dayFacts are the facts of a day by task id; of several callbacks the success counts.
type dayFacts struct {
	succeeded, fallback map[string]bool
	videos              map[string]int
	prompts             map[string]string
	products            map[string]int
	messages            map[string]bool // of failures
	tall                int
}

func readDay(t *testing.T) dayFacts {
	t.Helper()
	d := dayFacts{
		succeeded: map[string]bool{}, fallback: map[string]bool{}, videos: map[string]int{},
		prompts: map[string]string{}, products: map[string]int{}, messages: map[string]bool{},
	}
	for _, c := range Day(1).Callbacks {
		var e struct {
			Code int
			Msg  string
			Data struct {
				FallbackFlag bool
				Info         struct{ ResultUrls, OriginUrls []string }
			}
		}
		if err := json.Unmarshal([]byte(c.Body), &e); err != nil {
			t.Fatalf("%s: %v", c.Body, err)
		}
		if _, seen := d.succeeded[c.TaskID]; !seen {
			d.products[c.Product]++
		}
		d.prompts[c.TaskID] = c.Prompt
		if e.Code != 200 {
			d.messages[e.Msg] = true
			d.succeeded[c.TaskID] = d.succeeded[c.TaskID] || false
			continue
		}
		d.succeeded[c.TaskID] = true
		d.fallback[c.TaskID] = e.Data.FallbackFlag
		d.videos[c.TaskID] = len(e.Data.Info.ResultUrls)
		d.tall += len(e.Data.Info.OriginUrls)
	}
	return d
}

func between(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %d, want %d to %d", what, got, low, high)
	}
}

func isChinese(r rune) bool { return unicode.Is(unicode.Han, r) }
