-- +goose Up

-- Every attempt at fetching an asset, the newest fifty of each.
CREATE TABLE attempts (
    task       INTEGER NOT NULL,
    role       TEXT NOT NULL CHECK (role <> ''),
    idx        INTEGER NOT NULL CHECK (idx >= 0),
    number     INTEGER NOT NULL CHECK (number > 0),
    result     TEXT NOT NULL CHECK (result = 'running' OR result = 'saved' OR result = 'failed'
                   OR result = 'interrupted'),
    started_at INTEGER NOT NULL CHECK (started_at > 0),
    ended_at   INTEGER NOT NULL CHECK (ended_at = 0 OR result <> 'running'),
    host       TEXT NOT NULL,
    status     INTEGER NOT NULL,
    from_byte  INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (task, role, idx, number)
) STRICT, WITHOUT ROWID;

-- Those that a kill left behind, without a walk through all.
CREATE INDEX attempts_running ON attempts (task) WHERE result = 'running';

-- What a saved file says of itself.
ALTER TABLE assets ADD COLUMN frame_rate REAL NOT NULL DEFAULT 0;
ALTER TABLE assets ADD COLUMN codec TEXT NOT NULL DEFAULT '';
ALTER TABLE assets ADD COLUMN fast_start INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE assets DROP COLUMN fast_start;
ALTER TABLE assets DROP COLUMN codec;
ALTER TABLE assets DROP COLUMN frame_rate;
DROP TABLE attempts;
