package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// TestReplayUnderstandsOldDeliveries has a delivery that an older version could not read: the
// body is put into the database of a program that is stopped. A replay saves its video, and the
// undo takes back what can be.
func TestReplayUnderstandsOldDeliveries(t *testing.T) {
	t.Parallel()
	files, clip, _ := serveFiles(t)
	p := start(t, t.TempDir(), "--auth", "none", "--fetch-allow", loopback)
	for _, id := range []string{"old-1", "old-2"} {
		p.deliver("kie", fmt.Sprintf(`{"taskId":%q,"weather":"fine"}`, id))
	}
	const refused = `{"code":200,"data":{"weather":"fine"}}`
	if status, _ := p.post(p.sources["veo3.1"], refused); status != http.StatusBadRequest {
		t.Fatalf("a callback without a task id: %d", status)
	}
	p.stop()
	done := `{"code":200,"msg":"fine","data":{"taskId":"%s","info":{"resultUrls":["%s/%s"],` +
		`"resolution":"1080p"},"fallbackFlag":false}}`
	plant(t, p.dataDir, "%old-1%", fmt.Sprintf(done, "old-1", files, "boat.mp4"))
	plant(t, p.dataDir, refused, fmt.Sprintf(done, "old-3", files, "boat.mp4"))
	p = start(t, p.dataDir, "--auth", "none", "--fetch-allow", loopback)

	const filter = "?outcome=not_understood"
	page := p.text("/deliveries/replay" + filter)
	if !strings.Contains(page, "old-1") || strings.Contains(page, "old-2") ||
		p.task("old-1").Status != "unconfirmed" {
		t.Errorf("the dry run is wrong, or was none:\n%s", page)
	}
	p.press("/deliveries/replay"+filter, "/deliveries/replays/1")
	got := p.await("old-1", saved)
	if got.Code != 200 || got.Resolution != "1080p" || len(got.Assets) != 1 {
		t.Errorf("the replayed task is %+v", got)
	}
	if !bytes.Equal(p.mediaFile("veo3.1_generated_old-1_0.mp4"), clip) {
		t.Error("the saved file is another one")
	}
	if n := p.events("old-1", "replayed"); n != 1 || p.outcomes("old-1") != "applied" {
		t.Errorf("replayed %d times, its delivery is %s", n, p.outcomes("old-1"))
	}
	p.settled(1)
	p.press("/deliveries/replay?outcome=refused", "/deliveries/replays/2")
	if got := p.await("old-3", saved); got.Deliveries != 1 {
		t.Errorf("the task that a refused delivery has made is %+v", got)
	}

	p.settled(2)
	p.press("/deliveries/replays/1/undo", "/deliveries/replays/1")
	after := p.await("old-1", func(t apiTask) bool { return t.Code == 0 })
	if after.Status != "saved" || after.Resolution != "" || after.Assets[0].SHA256 == "" ||
		p.outcomes("old-1") != "not_understood" || p.events("old-1", "replay_undone") != 1 {
		t.Errorf("after the undoing it is %+v, its delivery %s", after, p.outcomes("old-1"))
	}
	p.mediaFile("veo3.1_generated_old-1_0.mp4")
	if page := p.text("/deliveries/replays/1"); !strings.Contains(page,
		"1 file that the replay had found is saved by now and stays.") {
		t.Error("the page does not say that a file was kept")
	}
}

// plant puts another body in the place of one that is like a pattern.
func plant(t *testing.T, dataDir, like, body string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dataDir, "reelback.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	res, err := db.ExecContext(t.Context(),
		"UPDATE delivery_bodies SET body = ? WHERE CAST(body AS TEXT) LIKE ?", []byte(body), like)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d bodies were planted, %v", n, err)
	}
}

// settled waits until a replay has ended.
func (p *program) settled(id int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	news := p.watch(ctx)
	for !strings.Contains(p.text(fmt.Sprintf("/deliveries/replays/%d", id)), `data-status="saved"`) {
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatalf("replay %d did not end", id)
		}
	}
}

// press posts an empty form and expects to be led somewhere.
func (p *program) press(path, want string) {
	p.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := client.Post(p.origin+path, "application/x-www-form-urlencoded", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != want {
		p.t.Fatalf("POST %s: %s to %q", path, res.Status, to)
	}
}

// outcomes lists what became of a task's deliveries.
func (p *program) outcomes(id string) string {
	p.t.Helper()
	var list struct{ Deliveries []struct{ Outcome string } }
	p.get("/api/v1/deliveries?task_id="+id, &list)
	all := make([]string, len(list.Deliveries))
	for i, d := range list.Deliveries {
		all[i] = d.Outcome
	}
	return strings.Join(all, " ")
}
