package task

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
	"time"
)

// declared returns the values of the constants of a type, read from the package's own source.
func declared(t *testing.T, typeName string) []string {
	t.Helper()
	var values []string
	for _, name := range []string{"values.go", "category.go", "report.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typeName {
				return true
			}
			for _, v := range spec.Values {
				value, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	return values
}

func TestListsAreComplete(t *testing.T) {
	t.Parallel()
	check := func(typeName string, listed []string) {
		t.Helper()
		want := declared(t, typeName)
		if len(want) == 0 {
			t.Errorf("no constant of type %s was found", typeName)
		}
		slices.Sort(want)
		slices.Sort(listed)
		if !slices.Equal(listed, want) {
			t.Errorf("%s: listed are %q, declared %q", typeName, listed, want)
		}
	}
	check("Status", texts(Statuses()))
	check("Fallback", texts(Fallbacks()))
	check("Role", texts(Roles()))
	check("Outcome", texts(Outcomes()))
	check("Category", texts(Categories()))
}

func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

func TestMoveOfEveryCategory(t *testing.T) {
	t.Parallel()
	want := map[Party][]Category{
		Creator: {ContentPolicy, NSFW, UnsafeMedia, Likeness, Copyright, PromptTooLong,
			PromptLanguage, InputUnreachable, InputFormat, InputDimensions, InvalidParameter},
		Operator: {ConcurrencyLimit, RateLimited, MembershipRequired, InsufficientCredits,
			Unauthorized, NotFound},
		ProviderParty: {UploadFailed, Timeout, ProviderError, GenerationFailed, Maintenance},
		NobodyKnows:   {UnknownCategory},
	}
	n := 0
	for party, categories := range want {
		n += len(categories)
		for _, c := range categories {
			if got := c.Move(); got != party {
				t.Errorf("%s: the move is the %s's, want the %s's", c, got, party)
			}
		}
	}
	if n != len(Categories()) {
		t.Errorf("%d of %d categories were checked", n, len(Categories()))
	}
	for _, c := range []Category{"", "nonsense"} {
		if got := c.Move(); got != NobodyKnows {
			t.Errorf("%q: the move is the %s's", c, got)
		}
	}
}

func TestTerminalAndSucceeded(t *testing.T) {
	t.Parallel()
	terminal := []Status{Saving, Saved, PartlySaved, Failed, Expired, NotSaved}
	for _, s := range Statuses() {
		task := Task{Status: s}
		if got, want := task.Terminal(), slices.Contains(terminal, s); got != want {
			t.Errorf("%s: terminal %t", s, got)
		}
		if got, want := task.Succeeded(), slices.Contains(terminal, s) && s != Failed; got != want {
			t.Errorf("%s: succeeded %t", s, got)
		}
	}
}

func TestFilterEmpty(t *testing.T) {
	t.Parallel()
	if !(Filter{}).Empty() || !(Filter{}).EmptyButStatus() {
		t.Error("the zero filter is not empty")
	}
	if f := (Filter{Statuses: []Status{Saved}}); f.Empty() || !f.EmptyButStatus() {
		t.Error("a status alone is told wrongly")
	}
	for i, f := range []Filter{{Categories: []Category{NSFW}}, {Products: []string{"runway"}},
		{Fallbacks: []Fallback{FallbackYes}}, {Resolutions: []string{"1080p"}},
		{Moves: []Party{Creator}}, {Query: "cat"}, {From: time.Unix(1, 0)}, {To: time.Unix(1, 0)}} {
		if f.Empty() || f.EmptyButStatus() {
			t.Errorf("filter %d counts as empty", i)
		}
	}
}

func TestPageIsClamped(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{-5: 50, 0: 50, 1: 1, 50: 50, 500: 500, 501: 500} {
		if got := (Page{Before: 9, Limit: limit}).Clamp(); got != (Page{Before: 9, Limit: want}) {
			t.Errorf("limit %d became %+v", limit, got)
		}
	}
}
