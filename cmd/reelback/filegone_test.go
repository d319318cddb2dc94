package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestASavedFileThatVanishesIsFetchedAgain deletes files of a running server, and one while it is
// stopped: by asking for one, and by itself, all are there again.
func TestASavedFileThatVanishesIsFetchedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shelf := newShelf(t, 0)
	args := []string{"--auth", "none", "--log-level", "error", "--fetch-allow", loopback}
	p := start(t, dir, args...)
	var files []string
	for i := range 2 {
		id := fmt.Sprint("v-", i)
		p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":%q,
			"info":{"resultUrls":["%s/%d"]}}}`, id, shelf.URL, i))
		a := p.await(id, saved).Assets[0]
		files = append(files, filepath.Join(dir, "media", strings.TrimPrefix(a.URL, "/media/")))
	}
	again := func(p *program, i int) {
		t.Helper()
		id := fmt.Sprint("v-", i)
		p.awaitPage("/tasks/kie/"+id+"?lang=en", func(html string) bool {
			return strings.Contains(html, "is gone from the disk")
		})
		p.await(id, saved)
		if info, err := os.Stat(files[i]); err != nil || info.Size() == 0 {
			t.Errorf("the file is not there again: %v", err)
		}
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if err := p.tryGet("/media/"+strings.TrimPrefix(files[0], filepath.Join(dir, "media")+"/"),
		nil); err == nil {
		t.Error("a file that is gone is served")
	}
	again(p, 0)

	p.stop()
	if err := os.Remove(files[1]); err != nil {
		t.Fatal(err)
	}
	again(start(t, dir, args...), 1)
}
