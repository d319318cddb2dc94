-- +goose Up

-- Tokens get a number that is never given again, by which pages and commands name one without
-- saying it, a name each, and their last use.
CREATE TABLE new_source_tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    source       TEXT NOT NULL REFERENCES sources (name) ON DELETE CASCADE,
    name         TEXT NOT NULL CHECK (name <> ''),
    token        TEXT NOT NULL UNIQUE CHECK (length(token) >= 20),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL DEFAULT 0,
    last_used_at INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO new_source_tokens (source, name, token, created_at, expires_at)
    SELECT source, CASE name WHEN '' THEN 'first' ELSE name END, token, created_at, expires_at
    FROM source_tokens ORDER BY created_at, source;

DROP TABLE source_tokens;
ALTER TABLE new_source_tokens RENAME TO source_tokens;

-- +goose Down
CREATE TABLE old_source_tokens (
    token      TEXT NOT NULL PRIMARY KEY CHECK (length(token) >= 20),
    source     TEXT NOT NULL REFERENCES sources (name) ON DELETE CASCADE,
    name       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO old_source_tokens SELECT token, source, name, created_at, expires_at
    FROM source_tokens;

DROP TABLE source_tokens;
ALTER TABLE old_source_tokens RENAME TO source_tokens;
