package task

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// unix prints the time so long after at(0) as links do.
func unix(after time.Duration) string { return fmt.Sprint(at(0).Add(after).Unix()) }

func TestALinkSaysWhenItDies(t *testing.T) {
	t.Parallel()
	const hour, day, year = time.Hour, 24 * time.Hour, 365 * 24 * time.Hour
	for query, want := range map[string]time.Duration{
		"Expires=" + unix(hour) + "&Signature=a%2Bb%3D&Key-Pair-Id=K":       hour,
		"md5=0a1b&expires=" + unix(2*hour):                                  2 * hour,
		"a=1&x-expires=" + unix(hour) + "&x-signature=b":                    hour,
		"X-Amz-Date=20260301T110000Z&X-Amz-Expires=7200&X-Amz-Signature=0a": hour,
		"X-Amz-Expires=7200&X-Amz-Date=20260301T110000Z":                    hour,
		"X-Goog-Date=20260301T120000Z&X-Goog-Expires=60":                    time.Minute,
		"x-oss-date=20260301T120000Z&x-oss-expires=90&x-oss-signature=0a":   90 * time.Second,
		"X-Tos-Date=20260301T120000Z&X-Tos-Expires=86400":                   day,
		"X-Obs-Date=20260301T120000Z&X-Obs-Expires=86400":                   day,
		"q-sign-time=1772360000;" + unix(hour) + "&q-signature=0a":          hour,
		"q-sign-time=1772360000%3B" + unix(hour):                            hour,
		"sv=2024-01-01&se=2026-03-02T00%3A00Z&sig=a%2Bb%3D":                 12 * hour,
		"sig=a&se=2026-03-01T14:00:00Z":                                     2 * hour,
		"sig=a&se=2026-03-01T14:00:00.0000000Z":                             2 * hour,
		"sig=a&se=2026-03-01T22%3A00%3A00%2B08%3A00":                        2 * hour,
		"sig=a&se=2026-03-03":                                               36 * hour,
		"e=" + unix(hour) + "&token=K:s":                                    hour,
		"Expires=" + unix(3*hour) + "&expires=" + unix(hour):                hour,
		"Expires=" + unix(hour) + "&expires=" + unix(3*hour):                hour,
		"Expires=" + unix(hour) + "#&Expires=" + unix(time.Minute):          hour,
		"X-Amz-Date=20260301T110000Z&X-Amz-Expires=9&Expires=" + unix(hour): 0, // the earlier
		"Expires=" + unix(year):                                             year,
		"Expires=" + unix(-time.Second):                                     0,
		"Expires=" + unix(-year):                                            0,
		"X-Amz-Date=20260228T110000Z&X-Amz-Expires=0":                       0,
	} {
		if got := linkEnd("https://a.example/1.mp4?"+query, at(0)); !got.Equal(at(0).Add(want)) {
			t.Errorf("%s: %s, want %s", query, got, at(0).Add(want))
		}
	}
}

func TestALinkIsNotBelieved(t *testing.T) {
	t.Parallel()
	const beyond = 365*24*time.Hour + time.Second
	for _, query := range []string{
		"", "&&=&", "Expires", "Expires=", "Expires=soon", "Expires=-1", "Expires=3600", "Expires=0",
		"Expires=" + unix(beyond), "Expires=" + unix(-beyond), "#Expires=" + unix(time.Hour),
		"expires=" + unix(time.Hour) + "000", // milliseconds
		"Expires=" + strings.Repeat("9", 40), "NotExpires=" + unix(time.Hour),
		"X-Amz-Expires=3600", "X-Amz-Date=20260301T110000Z",
		"X-Amz-Date=20260301T110000Z&X-Goog-Expires=3600",
		"X-Amz-Date=yesterday&X-Amz-Expires=3600", "X-Amz-Date=20260301T110000Z&X-Amz-Expires=-5",
		"X-Amz-Date=20260301T110000Z&X-Amz-Expires=99999999999999999999",
		"X-Amz-Date=20260301T120000Z&X-Amz-Expires=18446744074", // 0.3 s, if it ran over
		"X-Amz-Date=20260301T110000Z&X-Amz-Expires=2000000000", "X-Amz-=1&X-Amz-Expires=5",
		"se=2026-03-02T00%3A00Z", "se=2026-03-02T00%3A00Z&sig=", "sig=a&se=%zz", "sig=a&se=later",
		"sig=a&se=" + strings.Repeat("2", 99), "q-sign-time=" + unix(time.Hour),
		"e=" + unix(time.Hour), "token=a", "token=a&e=b",
		strings.Repeat("a=1&", 4<<10) + "Expires=" + unix(time.Hour),
	} {
		if got := linkEnd("https://a.example/1.mp4?"+query, at(0)); !got.IsZero() {
			t.Errorf("%.80s: %s", query, got)
		}
	}
	if got := linkEnd("https://a.example/Expires="+unix(time.Hour), at(0)); !got.IsZero() {
		t.Errorf("a path: %s", got)
	}
}

func TestTheEarlierOfProductAndLinkCounts(t *testing.T) {
	t.Parallel()
	no := testRules()
	no.Lifetime = nil
	for name, c := range map[string]struct {
		rules Rules
		query string
		want  time.Time
	}{
		"the link's":               {testRules(), "?Expires=" + unix(time.Hour), at(60)},
		"the product's":            {testRules(), "?Expires=" + unix(2*lifetime), at(0).Add(lifetime)},
		"the link's alone":         {no, "?Expires=" + unix(2*lifetime), at(0).Add(2 * lifetime)},
		"dead when it arrived":     {testRules(), "?Expires=" + unix(time.Minute), at(5)},
		"implausible, the product": {testRules(), "?Expires=7", at(0).Add(lifetime)},
		"nothing, and no product":  {no, "?Expires=7", time.Time{}},
	} {
		got := Apply(nil, success("https://a/1"+c.query, "https://a/2"), at(5), c.rules).Assets
		if !got[0].ExpiresAt.Equal(c.want) {
			t.Errorf("%s: expires at %s, want %s", name, got[0].ExpiresAt, c.want)
		}
		if c.rules.Lifetime != nil && !got[1].ExpiresAt.Equal(at(0).Add(lifetime)) {
			t.Errorf("%s: its neighbour expires at %s", name, got[1].ExpiresAt)
		}
	}
	up := Apply(nil, upscale("https://a/4k?Expires="+unix(time.Hour)), at(5), testRules())
	if got := up.Assets[0].ExpiresAt; !got.Equal(at(60)) {
		t.Errorf("the upscale expires at %s", got)
	}
}

func TestALinkOfTheRecordBringsItsOwnEnd(t *testing.T) {
	t.Parallel()
	first := Apply(nil, success("https://a/1?Expires="+unix(time.Hour)), at(5), testRules())
	first.Task.Assets = first.Assets
	again := record(success("https://a/1?Expires="+unix(24*time.Hour), "https://a/2?Expires=1"))
	c := Confirm(first.Task, again, at(10), testRules())
	if len(c.Assets) != 2 || !c.Assets[0].ExpiresAt.Equal(at(24*60)) ||
		!c.Assets[1].ExpiresAt.Equal(at(0).Add(lifetime)) {
		t.Errorf("got %+v", c.Assets)
	}
}

func TestALinkWithoutAQueryCostsNothing(t *testing.T) {
	for _, link := range []string{"https://a.example/1.mp4",
		"https://a.example/1.mp4?X-Amz-Date=20260301T110000Z&X-Amz-Expires=7200&Expires=1790000000"} {
		if n := testing.AllocsPerRun(100, func() { linkEnd(link, at(0)) }); n > 0 {
			t.Errorf("%s: %v allocations", link, n)
		}
	}
}

// FuzzLinkEnd holds that an end lies within a year of now, and never before it.
func FuzzLinkEnd(f *testing.F) {
	for _, query := range []string{"Expires=1772370000", "sig=a&se=2026-03-02T00%3A00Z",
		"X-Amz-Date=20260301T110000Z&X-Amz-Expires=7200", "q-sign-time=1%3B1772370000",
		"e=1772370000&token=a", "&=&?#%"} {
		f.Add("https://a.example/1.mp4?" + query)
	}
	f.Fuzz(func(t *testing.T, link string) {
		end := linkEnd(link, at(0))
		if left := end.Sub(at(0)); !end.IsZero() && (left < 0 || left > believable) {
			t.Errorf("%q dies at %s", link, end)
		}
		if !strings.Contains(link, "?") && !end.IsZero() {
			t.Errorf("%q has no query and dies at %s", link, end)
		}
	})
}
