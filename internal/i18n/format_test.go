package i18n

import (
	"math"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, lang := range Languages() {
		p := c.Printer(lang)
		for n, want := range map[int64]string{
			0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234",
			math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
		} {
			if got := p.Int(n); got != want {
				t.Errorf("%s: %d is printed as %s", lang, n, got)
			}
		}
		for n, want := range map[int64]string{
			-5: "0 B", 0: "0 B", 999: "999 B", 1000: "1 kB", 1_240_000: "1.2 MB",
			12_440_000: "12.4 MB", 5_000_000_000: "5 GB", math.MaxInt64: "9.2 EB",
		} {
			if got := p.Bytes(n); got != want {
				t.Errorf("%s: %d bytes are printed as %s", lang, n, got)
			}
		}
		for d, want := range map[time.Duration]string{
			0: "0:00", 499 * time.Millisecond: "0:00", 8 * time.Second: "0:08",
			8600 * time.Millisecond: "0:09", 59600 * time.Millisecond: "1:00",
			61 * time.Second: "1:01", 10 * time.Minute: "10:00", 75 * time.Minute: "75:00",
		} {
			if got := p.Clock(d); got != want {
				t.Errorf("%s: %s is printed as %s", lang, d, got)
			}
		}
		for d, want := range map[time.Duration]string{
			0: "0.00", 8 * time.Second: "8.00", 8046 * time.Millisecond: "8.05",
		} {
			if got := p.Seconds(d); got != want {
				t.Errorf("%s: %s is printed as %s", lang, d, got)
			}
		}
	}
}
