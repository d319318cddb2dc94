package web_test

import (
	"strings"
	"testing"
)

func TestLostFilesAreCountedAndExplained(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.failAll()
	page := s.get("/tasks/lost?lang=en")
	for _, text := range []string{"1 file is lost", "Given up: no", "Only the provider can say why"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
}
