package i18n

import (
	"fmt"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"
)

// Int prints a number with separators for thousands.
func (p *Printer) Int(n int64) string { return humanize.Comma(n) }

// Bytes prints a size in decimal units, "12.4 MB".
func (p *Printer) Bytes(n int64) string {
	return humanize.SIWithDigits(float64(max(n, 0)), 1, "B")
}

// Clock prints the length of a clip as minutes and seconds, "0:08".
func (p *Printer) Clock(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Seconds prints a length with two decimals, without its unit.
func (p *Printer) Seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 2, 64)
}
