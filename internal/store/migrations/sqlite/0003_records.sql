-- +goose Up

-- When the provider is to be asked about a task: 0 where nothing has decided yet, -1 for never
-- again. Queries is how often it has been asked since it was last heard of.
ALTER TABLE tasks ADD COLUMN next_query_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN queries INTEGER NOT NULL DEFAULT 0;
-- What the provider's record says a task has cost.
ALTER TABLE tasks ADD COLUMN credits REAL NOT NULL DEFAULT 0;

CREATE INDEX tasks_to_ask ON tasks (next_query_at) WHERE next_query_at > 0;

-- The last record that the provider gave of a task, as it came.
CREATE TABLE records (
    task   INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL CHECK (at > 0),
    result TEXT NOT NULL CHECK (result IN ('running', 'succeeded', 'failed', 'unclear')),
    body   BLOB NOT NULL
) STRICT;

-- +goose Down
DROP TABLE records;
DROP INDEX tasks_to_ask;
ALTER TABLE tasks DROP COLUMN credits;
ALTER TABLE tasks DROP COLUMN queries;
ALTER TABLE tasks DROP COLUMN next_query_at;
