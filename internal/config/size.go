package config

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// Size is an amount of bytes, written as a number with a unit: "500MiB", "2GiB", "10GB".
type Size int64

// unit is a name for an amount of bytes.
type unit struct {
	name  string
	bytes float64
}

func units() []unit {
	return []unit{
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
		{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
	}
}

// String writes a size as it would be given, in the unit that makes the smallest whole number.
func (s Size) String() string {
	best := unit{"B", 1}
	for _, u := range units() {
		if u.bytes > best.bytes && int64(s)%int64(u.bytes) == 0 && int64(s) >= int64(u.bytes) {
			best = u
		}
	}
	return strconv.FormatInt(int64(s)/int64(best.bytes), 10) + best.name
}

// UnmarshalText reads a size; one without a unit is in bytes.
func (s *Size) UnmarshalText(text []byte) error {
	trimmed := strings.TrimSpace(string(text))
	if trimmed == "" {
		*s = 0
		return nil
	}
	for _, unit := range units() {
		if !strings.HasSuffix(strings.ToLower(trimmed), strings.ToLower(unit.name)) {
			continue
		}
		number := strings.TrimSpace(trimmed[:len(trimmed)-len(unit.name)])
		n, err := strconv.ParseFloat(number, 64)
		if n *= unit.bytes; err == nil && n >= 0 && n < math.MaxInt64 {
			*s = Size(n)
			return nil
		}
		break
	}
	if strings.HasPrefix(trimmed, "-") {
		return fmt.Errorf("%q is less than nothing: give a size such as 500MiB or 2GiB", trimmed)
	}
	return fmt.Errorf("%q is no size: give one such as 500MiB or 2GiB", trimmed)
}

// checkFetch reports everything that is wrong with the options of saving.
func (c *Config) checkFetch() error {
	_, err := c.Allowed()
	errs := []error{err}
	if c.FetchParallel < 1 {
		errs = append(errs, errors.New("--fetch-parallel is less than 1, so that nothing would be "+
			"saved: give a number such as 8"))
	}
	if c.FetchPerHost < 1 {
		errs = append(errs, errors.New("--fetch-per-host is less than 1, so that nothing would be "+
			"saved: give a number such as 4"))
	}
	if c.FetchMaxSize < 1 {
		errs = append(errs, errors.New("--fetch-max-size is less than a byte, so that nothing would "+
			"be saved: give a size such as 16GiB"))
	}
	if c.DiskReserve < 0 {
		errs = append(errs, errors.New("--disk-reserve is negative: give a size such as 2GiB, or "+
			"leave it empty"))
	}
	_, err = c.Proxy()
	return errors.Join(append(errs, err)...)
}

// Proxy returns the address of --fetch-proxy, nil without one.
func (c *Config) Proxy() (*url.URL, error) {
	if c.FetchProxy == "" {
		return nil, nil
	}
	u, err := url.Parse(c.FetchProxy)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		// It may hold a password and is not repeated.
		return nil, errors.New("--fetch-proxy is no address of a proxy: " +
			"give one such as http://proxy:3128")
	}
	return u, nil
}
