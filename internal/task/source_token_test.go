package task

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func tokenNoon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestATokenIsValidUntilItsEnd(t *testing.T) {
	t.Parallel()
	end := tokenNoon()
	for name, test := range map[string]struct {
		ends time.Time
		now  time.Time
		want bool
	}{
		"no end":           {time.Time{}, end, true},
		"just before":      {end, end.Add(-time.Nanosecond), true},
		"the exact moment": {end, end, false},
		"after":            {end, end.Add(time.Hour), false},
	} {
		if got := (SourceToken{ExpiresAt: test.ends}).Valid(test.now); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestATokenIsNeverPrintedWhole(t *testing.T) {
	t.Parallel()
	const secret = "k7QmZ4s2vR8pLd1n9xT2AbCd"
	token := SourceToken{ID: 3, Source: "veo3.1", Name: "shop", Token: secret}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", token,
		"source", Source{Name: "s", Tokens: []SourceToken{token}})
	text := fmt.Sprintf("%v %+v %s %q", token, []SourceToken{token}, &token, token) + log.String()
	if strings.Contains(text, secret) || !strings.Contains(text, `veo3.1 token 3 "shop" k7Qm…AbCd`) {
		t.Error(text)
	}
	if got := MaskSecret("short"); got != "…" {
		t.Errorf("a short secret is shown as %q", got)
	}
}

func TestTheTokenToGiveOutComesFirst(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return tokenNoon().AddDate(0, 0, n) }
	tokens := []SourceToken{
		{ID: 1, CreatedAt: day(1)}, {ID: 4, CreatedAt: day(4), ExpiresAt: day(9)},
		{ID: 2, CreatedAt: day(2)}, {ID: 3, CreatedAt: day(2)},
		{ID: 5, CreatedAt: day(0), ExpiresAt: day(8)},
	}
	SortTokens(tokens)
	var got []int64
	for _, tok := range tokens {
		got = append(got, tok.ID)
	}
	if fmt.Sprint(got) != "[3 2 1 4 5]" {
		t.Errorf("order %v", got)
	}
}

// TestRotationsKeepTheirPromises looks at random sets of tokens.
func TestRotationsKeepTheirPromises(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	now := tokenNoon()
	for range 2000 {
		tokens := make([]SourceToken, random.IntN(6))
		for i := range tokens {
			tokens[i] = SourceToken{ID: int64(i + 1), Source: []string{"a", "b"}[random.IntN(2)]}
			if random.IntN(2) == 0 {
				tokens[i].ExpiresAt = now.Add(time.Duration(random.IntN(9)-4) * time.Hour)
			}
		}
		r := Rotation{Source: "a", Only: int64(random.IntN(7)),
			Overlap: time.Duration(random.IntN(5)) * time.Hour}
		checkReplaced(t, tokens, r, r.Replaced(tokens, now), now)
	}
}

func checkReplaced(
	t *testing.T, tokens []SourceToken, r Rotation, old []SourceToken, now time.Time,
) {
	t.Helper()
	ends := make(map[int64]time.Time)
	for _, o := range old {
		ends[o.ID] = o.ExpiresAt
	}
	for _, before := range tokens {
		end, replaced := ends[before.ID]
		should := before.Source == "a" && before.Valid(now) && (r.Only == 0 || r.Only == before.ID)
		switch {
		case replaced != should:
			t.Errorf("%+v: token %s replaced: %t", r, before, replaced)
		case replaced && end.After(now.Add(r.Overlap)):
			t.Errorf("%+v: token %s ends %s after the overlap", r, before, end)
		case replaced && before.Ends() && end.After(before.ExpiresAt):
			t.Errorf("%+v: the life of token %s is made longer", r, before)
		case replaced && end.Before(now):
			t.Errorf("%+v: token %s ended %s before", r, before, end)
		}
	}
}

func TestRotationCheck(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Rotation{
		"":              {Overlap: MaxOverlap},
		"90 days":       {Overlap: MaxOverlap + 1},
		"not for -1ns":  {Overlap: -1},
		"besides digit": {Name: "7"},
	} {
		got := ""
		if err := r.Check(); err != nil {
			got = err.Error()
		}
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

func TestTheLastTokenThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	now := tokenNoon()
	lasting := SourceToken{ID: 1, Source: "a"}
	ending := SourceToken{ID: 2, Source: "a", ExpiresAt: now.Add(time.Hour)}
	ended := SourceToken{ID: 3, Source: "a", ExpiresAt: now}
	for name, test := range map[string]struct {
		revoked SourceToken
		others  []SourceToken
		want    bool
	}{
		"alone":                       {lasting, nil, true},
		"beside another":              {lasting, []SourceToken{{ID: 9, Source: "a"}}, false},
		"beside another's":            {lasting, []SourceToken{{ID: 9, Source: "b"}}, true},
		"beside one that ends":        {lasting, []SourceToken{ending, ended}, true},
		"ending beside a lasting":     {ending, []SourceToken{lasting}, false},
		"ending alone":                {ending, []SourceToken{ended}, true},
		"ended, missed by nobody":     {ended, nil, false},
		"ended, beside one that ends": {ended, []SourceToken{ending}, false},
	} {
		if got := IsLast(append(test.others, test.revoked), test.revoked, now); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestCheckTokenName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "first", "shop 2", "商店", "2026-03", strings.Repeat("视", 60)} {
		if err := CheckTokenName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", "12", " a", "a ", "a\x00", "a\nb", "a\u202eb", "\xff",
		strings.Repeat("a", 61)} {
		if CheckTokenName(name) == nil {
			t.Errorf("%q is taken", name)
		}
	}
}
