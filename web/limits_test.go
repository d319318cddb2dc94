package web_test

import (
	"fmt"
	"net/http"
	"testing"
)

func TestHeaderLinesAreCounted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for lines, want := range map[int]int{1: 200, 200: 200, 201: 431, 5000: 431} {
		for _, same := range []bool{true, false} {
			var list []string
			for i := range lines {
				name := "X-Line"
				if !same {
					name = fmt.Sprint("X-Line-", i)
				}
				list = append(list, name+": a")
			}
			w := s.ask(http.MethodPost, s.callback("veo3.1"), fmt.Sprintf(veoDone, "v"), list...)
			if w.Code != want {
				t.Errorf("%d lines, of one name: %t: %d, want %d", lines, same, w.Code, want)
			}
			if (w.Header().Get("Connection") == "close") != (want != http.StatusOK) {
				t.Errorf("%d lines: Connection %q", lines, w.Header().Get("Connection"))
			}
		}
	}
}
