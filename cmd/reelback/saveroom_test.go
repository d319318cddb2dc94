package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// awaitPage reads a page whenever something changes, until it is as wanted.
func (p *program) awaitPage(path string, want func(html string) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	news := p.watch(ctx)
	for !want(p.text(path)) {
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatalf("%s did not become what was awaited", path)
		}
	}
}

// TestSavingWaitsForRoom has a disk that is too small for what is to be saved: saving pauses, the
// pages say so, callbacks are still taken, and once there is room everything is saved by itself.
func TestSavingWaitsForRoom(t *testing.T) {
	t.Parallel()
	const tasks, each = 24, 3
	dir := t.TempDir()
	shelf := newShelf(t, 0)
	p := startUnder(t, smallDisk(t, dir, "56m"), dir, "--auth", "none", "--log-level", "error",
		"--fetch-allow", loopback)
	filler := filepath.Join(p.inside(dir), "filler")
	if err := os.WriteFile(filler, make([]byte, 34<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range tasks {
		links := make([]string, each)
		for j := range links {
			links[j] = fmt.Sprintf(`"%s/%d"`, shelf.URL, i*each+j)
		}
		p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":"k-%d",
			"info":{"resultUrls":[%s]}}}`, i, strings.Join(links, ",")))
	}
	paused := func(html string) bool { return strings.Contains(html, "Saving is paused") }
	p.awaitPage("/tasks?lang=en", paused)
	for _, path := range []string{"/?lang=en", "/setup?lang=en", "/tasks/kie/k-0?lang=en"} {
		if !paused(p.text(path)) {
			t.Errorf("%s does not say that saving is paused", path)
		}
	}
	if metric := p.text("/metrics"); !strings.Contains(metric, "\nreelback_saving_paused 1\n") {
		t.Error("the metrics do not say that saving is paused")
	}
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"while-paused"}}`)
	p.checkNames(dir)
	waiting := 0
	for i := range tasks {
		for _, a := range p.task(fmt.Sprint("k-", i)).Assets {
			if a.State == "failed" || a.State == "expired" {
				t.Errorf("a file was given up: %+v", a)
			}
			if a.State != "saved" {
				waiting++
			}
		}
	}
	if waiting == 0 {
		t.Error("everything is saved: the disk was large enough")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for i := range tasks {
		for j, a := range p.await(fmt.Sprint("k-", i), saved).Assets {
			p.checkFile(a, shelfFile(fmt.Sprint(i*each+j)))
		}
	}
	p.awaitPage("/tasks?lang=en", func(html string) bool { return !paused(html) })
	p.checkNames(dir)
	t.Logf("%d of %d files waited for room", waiting, tasks*each)
}

// checkNames expects that what has a final name is whole, while files are still being written.
func (p *program) checkNames(dir string) {
	p.t.Helper()
	names, err := filepath.Glob(filepath.Join(p.inside(dir), "media", "2*", "*"))
	if err != nil || len(names) == 0 {
		p.t.Errorf("final names: %v, %v", names, err)
	}
	for _, name := range names {
		var task, file int
		base := filepath.Base(name)
		if _, err := fmt.Sscanf(base, "veo3.1_generated_k-%d_%d.mp4", &task, &file); err != nil {
			p.t.Errorf("%s: %v", base, err)
			continue
		}
		want := int64(len(shelfFile(fmt.Sprint(task*3 + file))))
		if info, err := os.Stat(name); err != nil || info.Size() != want {
			p.t.Errorf("%s is not whole: %v, %v", base, info, err)
		}
	}
}
