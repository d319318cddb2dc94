-- +goose Up

-- Deliveries read again by a newer program, and how that came out. The filter is kept as a query
-- of the deliveries page.
CREATE TABLE replays (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL CHECK (at > 0),
    ended_at   INTEGER NOT NULL,
    filter     TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'interrupted', 'undoing', 'undone')),
    total      INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    unchanged  INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    tasks      INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    made       INTEGER NOT NULL,
    left_alone INTEGER NOT NULL,
    outcomes   INTEGER NOT NULL,
    files      INTEGER NOT NULL,
    undone     INTEGER NOT NULL,
    not_undone INTEGER NOT NULL,
    files_kept INTEGER NOT NULL
) STRICT;

-- What each changed task was before, to undo the replay, and a fingerprint of what it was made,
-- to see whether it has changed since.
CREATE TABLE replay_changes (
    replay INTEGER NOT NULL,
    task   INTEGER NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    undone TEXT NOT NULL DEFAULT '' CHECK (undone IN ('', 'yes', 'changed')),
    PRIMARY KEY (replay, task)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE replay_changes;
DROP TABLE replays;
