package views

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// lossDays is a number of days up to that of pages, with nothing in them.
func lossDays(n int) []task.DayTally {
	days := make([]task.DayTally, n)
	for i := range days {
		days[i].Day = pageNow().UTC().Truncate(24*time.Hour).AddDate(0, 0, -i)
	}
	return days
}

// lossInput is a month in which callbacks came on today and eight days ago, and some were lost.
func lossInput() LossInput {
	days := lossDays(30)
	days[0].Tally = task.Tally{Applied: 10, Repaired: 2,
		Answers: task.AnswerTimes{N: 10, P50: 3100 * time.Microsecond, P99: 48 * time.Millisecond,
			Max: 1234 * time.Millisecond}}
	days[8].Tally = task.Tally{Applied: 90, Repeated: 4, Refused: 7, Unkept: 1, Busy: 2, Repaired: 1,
		Lost: 1, UnknownSource: 3}
	sum := task.Tally{Applied: 100, Repeated: 4, Refused: 7, Unkept: 1, Busy: 2, Repaired: 3, Lost: 1,
		UnknownSource: 3, Answers: days[0].Answers}
	all := sum
	all.Applied, all.Repaired, all.Answers = 12_345, 9, task.AnswerTimes{}
	return LossInput{Loss: task.Loss{Days: days, Sum: sum, All: all}, CanAsk: true, Limit: 50}
}

func TestTheVerdictOnLoss(t *testing.T) {
	t.Parallel()
	en, zh := pageFrame(t, i18n.English), pageFrame(t, i18n.Chinese)
	for name, tt := range map[string]struct {
		repaired, lost int64
		canAsk         bool
		en, zh         string
	}{
		"none": {0, 0, true, "In the last 30 days no callback was lost on its way.",
			"最近 30 天没有回调在途中丢失。"},
		"one": {1, 0, true,
			"In the last 30 days 1 callback was lost on its way, and it was repaired.",
			"最近 30 天有 1 个回调在途中丢失，1 个全部补回。"},
		"all": {1234, 0, true,
			"In the last 30 days 1,234 callbacks were lost on their way, and all 1,234 were repaired.",
			"最近 30 天有 1,234 个回调在途中丢失，1,234 个全部补回。"},
		"some": {7, 1, true,
			"In the last 30 days 8 callbacks were lost on their way, and 7 of them were repaired.",
			"最近 30 天有 8 个回调在途中丢失，其中 7 个已补回。"},
		"no key": {0, 0, false,
			"Whether callbacks get lost cannot be told, because the provider cannot be asked.",
			"无法查询服务商，因此不知道是否有回调丢失。"},
		"no key any more": {2, 0, false,
			"In the last 30 days 2 callbacks were lost on their way, and all 2 were repaired.",
			"最近 30 天有 2 个回调在途中丢失，2 个全部补回。"},
	} {
		in := LossInput{CanAsk: tt.canAsk, Loss: task.Loss{Days: lossDays(30),
			Sum: task.Tally{Repaired: tt.repaired, Lost: tt.lost}}}
		p := NewLoss(en, in)
		if got := p.Verdict; got != tt.en {
			t.Errorf("%s: %q", name, got)
		}
		if got := NewLoss(zh, in).Verdict; got != tt.zh {
			t.Errorf("%s: %q", name, got)
		}
		if cured := p.Option == "--kie-api-key"; cured == tt.canAsk {
			t.Errorf("%s: the cure is %q %q", name, p.Cure, p.Option)
		}
	}
}

func TestDaysWithoutDataAreShownOnlyAfterTheFirstWithSome(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewLoss(f, lossInput())
	if len(p.Days) != 9 || len(p.Chart.Bars) != 30 {
		t.Errorf("%d days, %d bars", len(p.Days), len(p.Chart.Bars))
	}
	for _, n := range p.Days[1].Numbers {
		if !n.Zero || n.URL != "" {
			t.Errorf("a day without anything has %+v", n)
		}
	}
	if p := NewLoss(f, LossInput{Loss: task.Loss{Days: lossDays(30)}}); len(p.Days) != 1 ||
		p.Days[0].Key != "2026-11-21" {
		t.Errorf("of a month without anything there are %d days", len(p.Days))
	}
	if p := NewLoss(f, LossInput{}); len(p.Days) != 0 || len(p.Figures) != 0 {
		t.Errorf("of no day: %+v", p)
	}
}

// TestEveryNumberLeadsToWhatItCounts looks at a day's line, whose links keep to that day in UTC
// whatever the zone of the viewer.
func TestEveryNumberLeadsToWhatItCounts(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	f.Zone = shanghai()
	const day = "from=2026-11-13T00%3A00%3A00Z"
	const to = "&to=2026-11-14T00%3A00%3A00Z"
	d := NewLoss(f, lossInput()).Days[8]
	if d.Key != "2026-11-13" || len(d.Numbers) != len(LossColumns()) {
		t.Fatalf("line %+v", d)
	}
	for i, want := range map[int]Number{
		0: {Text: "94", URL: "/x/deliveries?" + day +
			"&outcome=applied%2Crepeated%2Cconflicting%2Cnot_understood" + to},
		1:  {Text: "1", URL: "/x/deliveries/loss?" + day + to + "#repaired"},
		2:  {Text: "1.1 %"},
		3:  {Text: "1"},
		4:  {Text: "4", URL: "/x/deliveries?" + day + "&outcome=repeated" + to},
		5:  {Text: "0", Zero: true},
		7:  {Text: "7", URL: "/x/deliveries?" + day + "&outcome=refused" + to},
		8:  {Text: "1"},
		9:  {Text: "2"},
		10: {Text: "3"},
		13: {Text: "–", Zero: true},
	} {
		if got := d.Numbers[i]; got != want {
			t.Errorf("%s: %+v, want %+v", LossColumns()[i], got, want)
		}
	}
}

func TestFiguresOfLoss(t *testing.T) {
	t.Parallel()
	p := NewLoss(pageFrame(t, i18n.English), lossInput())
	var told []string
	for _, figure := range p.Figures {
		text := figure.Name + " " + figure.Value.Text
		for _, note := range figure.Notes {
			text += ", " + note.Name + " " + note.Value.Text
		}
		told = append(told, text)
	}
	want := "Received 104, Today 10, In all 12,349\nRefused 8, Today 0, In all 8\n" +
		"Repaired 3, Today 2, In all 9\nLost for good 1, Today 0, In all 1\n" +
		"Half answered within 3.1 ms, Today 3.1 ms\n99 % answered within 48 ms, Today 48 ms\n" +
		"Slowest answer 1.2 s, Today 1.2 s"
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("the figures are\n%s\nnot\n%s", got, want)
	}
	if url := p.Figures[0].Value.URL; !strings.Contains(url, "from=2026-10-23T00%3A00%3A00Z") ||
		strings.Contains(url, "to=") {
		t.Errorf("what was received in 30 days is at %s", url)
	}
	if url := p.Figures[2].Notes[1].Value.URL; url != "/x/deliveries/loss#repaired" {
		t.Errorf("what was repaired in all is at %s", url)
	}
}

func TestShortTimesAndShares(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0.00 ms", 420 * time.Microsecond: "0.42 ms", 3140 * time.Microsecond: "3.1 ms",
		48 * time.Millisecond: "48 ms", 999 * time.Millisecond: "999 ms",
		1234 * time.Millisecond: "1.2 s", 15 * time.Second: "15 s",
	} {
		if got := short(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for share, want := range map[float64]string{
		1: "100.0 %", 0.2: "20.0 %", 0.0123: "1.2 %", 0.00001: "< 0.1 %",
	} {
		if got := percent(share); got != want {
			t.Errorf("%v is %q, want %q", share, got, want)
		}
	}
}

func TestTheBarsOfTheChart(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	days := lossDays(30)
	days[0].Tally = task.Tally{Applied: 99_998, Repaired: 1, Lost: 1}
	days[29].Tally = task.Tally{Applied: 50_000}
	c := newLossChart(f, days)
	last, first := c.Bars[29], c.Bars[0]
	if c.Top != "100,000" || len(last.Parts) != 3 || len(first.Parts) != 1 || len(c.Bars[7].Parts) != 0 {
		t.Fatalf("top %s, bars %+v, %+v", c.Top, first, last)
	}
	if h := last.Parts[1].Height; h != "3.00" {
		t.Errorf("one in a hundred thousand is %s high", h)
	}
	if last.Mark != "11-21" || last.Anchor != "end" || c.Bars[1].Mark != "10-24" ||
		c.Bars[28].Mark != "" {
		t.Errorf("marks %q, %q", last.Mark, c.Bars[1].Mark)
	}
	if want := "2026-11-21: 99,998 received, 1 repaired, 1 lost for good"; last.Title != want {
		t.Errorf("title %q", last.Title)
	}
	for _, bar := range c.Bars {
		foot := float64(chartBottom)
		for _, p := range bar.Parts {
			y, _ := strconv.ParseFloat(p.Y, 64)
			height, _ := strconv.ParseFloat(p.Height, 64)
			if y+height > foot+0.01 || y < 0 {
				t.Errorf("%s: a part from %v, %v high, over one from %v", bar.Title, y, height, foot)
			}
			foot = y
		}
	}
	if empty := newLossChart(f, lossDays(30)); empty.Top != "5" || len(empty.Bars[0].Parts) != 0 {
		t.Errorf("without data the top is %s", empty.Top)
	}
}

func TestRoundUp(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]int64{0: 5, 5: 5, 6: 6, 9: 10, 11: 20, 51: 60, 99: 100, 101: 200,
		2_480: 3_000, 4_000_001: 5_000_000} {
		if got := roundUp(n); got != want {
			t.Errorf("%d is rounded up to %d, want %d", n, got, want)
		}
	}
}

// storyRepairs are two callbacks that were repaired.
func storyRepairs(now time.Time) []task.Repair {
	failed := failedTask()
	saved := savedTask()
	saved.CompletedAt = now.Add(-9 * time.Minute)
	return []task.Repair{
		{Task: saved, At: now.Add(-6 * time.Minute), Result: task.ResultSucceeded},
		{Task: failed, At: now.Add(-26 * time.Hour), Result: task.ResultFailed},
	}
}

func TestRepairs(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := lossInput()
	in.Repairs = storyRepairs(f.Now)
	in.Repairs[1].Task.CompletedAt = time.Time{}
	p := NewLoss(f, in).Repairs
	row := p.Rows[0]
	if p.Title != "Repaired callbacks" || p.Note != "" || p.AllURL != "" ||
		row.TaskURL != "/x/tasks/kie/veo_task_7f3c91d2a84e" || row.Late != "3 min after the result" ||
		row.Result != "The generation succeeded" || row.At.Text != "6 min ago" {
		t.Errorf("list %+v", p)
	}
	if row := p.Rows[1]; row.Late != "" || row.Result != "The generation failed" {
		t.Errorf("row %+v", row)
	}
	in.Limit = 2
	in.Span.From = pageNow().UTC().Truncate(24 * time.Hour)
	in.Span.To = in.Span.From.AddDate(0, 0, 1)
	p = NewLoss(f, in).Repairs
	if p.Title != "Repaired callbacks of 2026-11-21, UTC" || p.Note != "The newest 2." ||
		p.AllURL != "/x/deliveries/loss#repaired" {
		t.Errorf("of a day: %+v", p)
	}
	in.Span.To = time.Time{}
	in.Repairs = nil
	if p := NewLoss(f, in).Repairs; p.Title != "Repaired callbacks of the chosen time" ||
		p.Note != "None." {
		t.Errorf("of a time: %+v", p)
	}
}

func TestLossPageInBothLanguages(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		i18n.English: {"4 callbacks were lost on their way, and 3 of them were repaired.",
			"2 tasks have been silent for too long.", ">Day, UTC<"},
		i18n.Chinese: {"有 4 个回调在途中丢失，其中 3 个已补回。", "2 个任务迟迟没有消息", ">日期（UTC）<"},
	} {
		f := pageFrame(t, lang)
		in := lossInput()
		in.Silent, in.Repairs = 2, storyRepairs(f.Now)
		html := page(t, LossPage(f, NewLoss(f, in)))
		wantAll(t, html, append(want, `id="loss" data-live="deliveries tasks"`, `id="repaired"`,
			`href="/x/tasks?status=waiting%2Cgenerating"`, `role="img"`)...)
		wantNone(t, html, "<no value>", ">loss.", `href=""`, "style=", "--kie-api-key")
		in.CanAsk = false
		wantAll(t, page(t, LossPage(f, NewLoss(f, in))), "<code>--kie-api-key</code>")
	}
}

func TestOtherPagesSayHowManyWereRepaired(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for n, want := range map[int64]string{0: "Lost callbacks", 1: "1 lost callback was repaired",
		3: "3 lost callbacks were repaired"} {
		html := page(t, DeliveriesPage(f, NewDeliveries(f, DeliveriesInput{Repaired: n})))
		wantAll(t, html, want, `href="/x/deliveries/loss"`, `id="repaired-in-all"`)
		in := setupInput()
		in.HasAPIKey, in.Repaired = true, n
		html = page(t, SetupPage(f, NewSetup(f, in)))
		told := strings.Contains(html, `<a href="/x/deliveries/loss">`+want+"<")
		if told != (n > 0) {
			t.Errorf("with %d repaired the set-up page says so: %v", n, told)
		}
	}
}

// TestCallbacksThatWentAstrayAreTold counts those that no source took, of which nothing is kept.
func TestCallbacksThatWentAstrayAreTold(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewLoss(f, lossInput())
	if want := "3 callbacks came to addresses that no source has"; !strings.Contains(p.Astray, want) ||
		p.SetupURL != f.Link.Setup() {
		t.Errorf("%q, leading to %q", p.Astray, p.SetupURL)
	}
	html := page(t, LossPage(f, p))
	if !strings.Contains(html, `<a href="`+f.Link.Setup()+`">Compare the provider’s callBackUrl`) {
		t.Error("the page does not say what to do")
	}
	if p := NewLoss(f, LossInput{CanAsk: true, Loss: task.Loss{Days: lossDays(30)}}); p.Astray != "" {
		t.Errorf("of none: %q", p.Astray)
	}
}
