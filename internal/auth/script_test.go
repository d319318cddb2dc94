package auth

import (
	"errors"
	"testing"
)

func TestNamesThatLookLikeOthersAreRefused(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]error{
		"anna": nil, "élise": nil, "анна": nil, "άννα": nil, "Anna-2": nil, "анна.2": nil, "👍": nil,
		"王小明": nil, "王Tom": nil, "Tom王": nil, "さくらサクラ桜sakura": nil, "김tom": nil, "ㄅㄆtom": nil,
		"ラーメン": nil, "张三（测试）": nil, "анна@example.com": nil, "ñandú": nil, "נועה": nil,

		"аnna":      ErrLookalike, // a Cyrillic а
		"ann\u0430": ErrLookalike,
		"οtto":      ErrLookalike, // a Greek ο
		"анnа":      ErrLookalike,
		"王анна":     ErrLookalike,
		"김さくら":      ErrLookalike,
		"ㄅさ":        ErrLookalike,
		"аnna@id":   ErrLookalike,
		"anna@іd":   ErrLookalike, // the host
		"ａｎｎａ":      ErrLookalike, // full width
		"anna２":     ErrLookalike,
		"ﬁn":        ErrLookalike, // a ligature
		"e\u0301va": ErrLookalike, // an accent of its own
		"\u212Aim":  ErrLookalike, // the sign for kelvin
	} {
		if err := CheckName(name); !errors.Is(err, want) {
			t.Errorf("%q (%+q): %v, want %v", name, name, err, want)
		}
	}
}

// TestNamesFromElsewhereAreNoLookalikes takes the next text where one could pass for another.
func TestNamesFromElsewhereAreNoLookalikes(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"", "e\u0301va", "éva"}, {"", "ａｎｎａ", "anna"}, {"", "аnna", "sub-1"},
		{"@id", "анна", "анна@id"}, {"@id", "аnna", "sub-1@id"},
	} {
		got := NameOf(c[0], c[1], "sub-1")
		if got != c[2] || CheckName(got) != nil {
			t.Errorf("%+q becomes %+q, want %+q", c[1], got, c[2])
		}
	}
}
