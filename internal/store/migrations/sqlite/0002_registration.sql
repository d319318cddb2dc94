-- +goose Up

-- Tasks that an application has told of, and when.
ALTER TABLE tasks ADD COLUMN registered_at INTEGER NOT NULL DEFAULT 0;

-- An application's own words for a task: a customer number, a project.
CREATE TABLE task_labels (
    label TEXT NOT NULL CHECK (label <> ''),
    task  INTEGER NOT NULL,
    PRIMARY KEY (label, task)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_labels_by_task ON task_labels (task);

-- Tokens for the API. Only the hash is kept: a token is shown once, when it is made.
CREATE TABLE api_tokens (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL CHECK (name <> ''),
    hash         TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- +goose Down
DROP TABLE api_tokens;
DROP TABLE task_labels;
ALTER TABLE tasks DROP COLUMN registered_at;
