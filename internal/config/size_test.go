package config

import (
	"strings"
	"testing"
)

func TestSizesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Size{
		"0": 0, "": 0, " ": 0, "17": 17, "17B": 17, "2GiB": 2 << 30, "2 gib": 2 << 30,
		"500MiB": 500 << 20, "1.5KiB": 1536, "10GB": 10e9, "3TB": 3e12, "1TiB": 1 << 40, "4mb": 4e6,
	} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"much", "-1", "GiB", "1XB", "NaN", "1e300TiB", "5%"} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "2GiB") {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}

func TestSizesAreWrittenAsTheyAreGiven(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"16GiB": "16GiB", "500MiB": "500MiB", "10gb": "10GB",
		"2048MiB": "2GiB", "1.5KiB": "1536B", "17": "17B", "0": "0B", "1.5GB": "1500MB", "3TB": "3TB"} {
		var size, again Size
		if err := size.UnmarshalText([]byte(text)); err != nil || size.String() != want {
			t.Errorf("%s is written %s, want %s (%v)", text, size, want, err)
		}
		if err := again.UnmarshalText([]byte(want)); err != nil || again != size {
			t.Errorf("%s is read as %d, want %d (%v)", want, again, size, err)
		}
	}
}

func TestOptionsOfSaving(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*Config)
		want   string // in the error; empty for none
	}{
		"none":           {func(*Config) {}, ""},
		"a proxy":        {func(c *Config) { c.FetchProxy = "http://me:s3cret@proxy:3128/" }, ""},
		"no proxy":       {func(c *Config) { c.FetchProxy = "socks5://s3cret" }, "--fetch-proxy"},
		"a proxy's path": {func(c *Config) { c.FetchProxy = "http://proxy/s3cret" }, "--fetch-proxy"},
		"less than none": {func(c *Config) { c.FetchPerHost = -1 }, "--fetch-per-host"},
		"none of a host": {func(c *Config) { c.FetchPerHost = 0 }, "--fetch-per-host is less than 1"},
		"none at a time": {func(c *Config) { c.FetchParallel = 0 }, "--fetch-parallel is less than 1"},
		"no size":        {func(c *Config) { c.FetchMaxSize = 0 }, "--fetch-max-size is less"},
		"a lack of room": {func(c *Config) { c.DiskReserve = -1 }, "--disk-reserve is negative"},
	} {
		c := valid()
		tt.change(&c)
		err := c.Validate()
		switch {
		case (err == nil) != (tt.want == ""):
			t.Errorf("%s: %v", name, err)
		case err != nil && (!strings.Contains(err.Error(), tt.want) ||
			strings.Contains(err.Error(), "s3cret")):
			t.Errorf("%s: %v", name, err)
		}
	}
	c := valid()
	c.FetchProxy = "http://proxy:3128"
	if u, err := c.Proxy(); err != nil || u.Host != "proxy:3128" {
		t.Errorf("%v, %v", u, err)
	}
}

func TestSizesComeByFlag(t *testing.T) {
	t.Parallel()
	got, err := parse(t, "--disk-reserve", "300MiB", "--fetch-max-size=1GB")
	if err != nil || got.DiskReserve != 300<<20 || got.FetchMaxSize != 1e9 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := parse(t); err != nil || got.DiskReserve != 0 || got.FetchMaxSize != 16<<30 ||
		got.FetchParallel != 8 || got.FetchPerHost != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parse(t, "--disk-reserve", "some"); err == nil {
		t.Error("a size that is none is taken")
	}
}
