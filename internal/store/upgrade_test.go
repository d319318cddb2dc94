package store

import (
	"path/filepath"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// firstRows fill the tables of the first schema: a task that is being saved, one that failed, one
// that has been removed since, and a refused delivery.
const firstRows = `
INSERT INTO sources VALUES ('veo3.1', 'kie', 'veo3.1', 1), ('kie', 'kie', '', 1);
INSERT INTO source_tokens (token, source, created_at) VALUES ('a-token-of-24-characters', 'veo3.1', 1);
INSERT INTO tasks VALUES
	(1, 'kie', 't-1', 'veo3.1', 'veo3', '', 'saving', 200, 'done', '', 'yes', '1080p', 'a boat',
		'no', '', 10, 11, 12, 13, 2, 77),
	(2, 'kie', 't-2', 'runway', '', '', 'failed', 400, 'no', 'nsfw', 'unknown', '', '',
		'confirmed', '', 20, 0, 22, 23, 1, 0),
	(9, 'kie', 't-9', 'runway', '', '', 'failed', 400, 'no', 'nsfw', 'unknown', '', '',
		'no', '', 20, 0, 22, 23, 1, 0);
DELETE FROM tasks WHERE key = 9;
INSERT INTO task_counts VALUES ('saving', 'veo3.1', '', 'yes', '1080p', 1),
	('failed', 'runway', 'nsfw', 'unknown', '', 1);
INSERT INTO assets VALUES
	(1, 'video', 0, 'saved', 'https://a/1', '2026-03/1.mp4', 9, 'aa', 'video/mp4', 320, 180, 3000,
		99, '', 1, 0, 4, 0),
	(1, 'cover', 0, 'pending', 'https://a/2', '', 0, '', '', 0, 0, 0, 99, 'status 503', 2, 50, 5, 0);
INSERT INTO deliveries VALUES
	(1, 'veo3.1', 'applied', 200, '', 1, '', 12, '192.0.2.1', 2, 0),
	(2, 'veo3.1', 'repeated', 200, 'same_result', 1, '', 13, '192.0.2.1', 2, 0),
	(3, 'kie', 'refused', 0, 'token_wrong', NULL, 't-1', 14, '192.0.2.2', 2, 1),
	(8, 'kie', 'applied', 0, '', 2, '', 14, '192.0.2.2', 2, 0);
DELETE FROM deliveries WHERE id = 8;
INSERT INTO delivery_bodies VALUES (1, '[]', x'7b7d'), (2, '[]', x'7b7d'), (3, '[]', x'7b7d');
INSERT INTO events VALUES (1, 1, 15, 'asset_saved', '', 'video', 0);
INSERT INTO counters VALUES ('refused_dropped', 5);`

// TestADatabaseOfTheFirstProgramKeepsWhatItHolds brings the first schema, with rows in every
// table, up to today's.
func TestADatabaseOfTheFirstProgramKeepsWhatItHolds(t *testing.T) {
	t.Parallel()
	b := &bundle{t: t, ctx: t.Context(), clock: &clock{now: start()},
		path: filepath.Join(t.TempDir(), "reelback.db")}
	b.Store = new(Store)
	var err error
	if b.write, err = open(writerDSN(b.path), 1, b.options()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.migrations().UpTo(b.ctx, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.write.Exec(firstRows).Error; err != nil {
		t.Fatal(err)
	}
	b.reopen()
	t.Cleanup(func() { _ = b.Close() })

	first := b.find("t-1")
	if first.Key != 1 || first.Status != task.Saving || first.Prompt != "a boat" ||
		first.Fallback != task.FallbackYes || first.Deliveries != 2 || first.ResultHash != 77 ||
		first.CompletedAt != fromMicros(12) {
		t.Errorf("the first task is %+v", first)
	}
	if len(first.Assets) != 2 || first.Assets[0].Path != "2026-03/1.mp4" ||
		first.Assets[0].Width != 320 || first.Assets[1].Failures != 2 ||
		first.Assets[1].Error != "status 503" || first.Assets[1].Claim != 5 {
		t.Errorf("its assets are %+v", first.Assets)
	}
	if got := b.find("t-2"); got.Category != "nsfw" || got.CrossChecked != task.CheckConfirmed {
		t.Errorf("the second task is %+v", got)
	}
	refused, err := b.FindDelivery(b.ctx, 3)
	if err != nil || refused.Outcome != task.Refused || refused.TaskID != "t-1" ||
		!refused.Truncated || string(refused.Body) != "{}" {
		t.Errorf("the refused delivery is %+v, %v", refused, err)
	}
	sources, err := b.ListSources(b.ctx)
	if err != nil || len(sources) != 2 {
		t.Fatalf("the sources are %+v, %v", sources, err)
	}
	b.checkCounts()
	if n := b.rows("events"); n != 1 {
		t.Errorf("%d events", n)
	}

	// Numbers go on after those that are gone.
	if got := b.commit(b.incoming("t-3", task.ResultFailed))[0].ID; got != 9 {
		t.Errorf("the next delivery is %d", got)
	}
	if got := b.find("t-3").Key; got != 10 {
		t.Errorf("the next task is %d", got)
	}
}
