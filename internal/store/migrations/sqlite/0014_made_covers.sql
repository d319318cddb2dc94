-- +goose Up

-- Covers made here where the provider sent none, and what is still to be made. A task without a
-- row needs none. Apart from the assets: those are the provider's, and decide a task's status.
CREATE TABLE made_covers (
    task        INTEGER PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN ('wanted', 'made', 'given_up')),
    maker       TEXT NOT NULL CHECK (maker IN ('', 'server', 'browser', 'operator')),
    path        TEXT NOT NULL CHECK ((path <> '') = (state = 'made')),
    bytes       INTEGER NOT NULL CHECK ((bytes > 0) = (state = 'made')),
    sha256      TEXT NOT NULL,
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    made_at     INTEGER NOT NULL,
    tries       INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    error       TEXT NOT NULL
) STRICT;

-- What is due, and of that the newest task first.
CREATE INDEX made_covers_wanted ON made_covers (next_try_at, task DESC) WHERE state = 'wanted';
CREATE UNIQUE INDEX made_covers_by_path ON made_covers (path) WHERE path <> '';

-- Files that nothing shows any more. They are removed after the commit that says so.
CREATE TABLE dropped_files (
    path TEXT NOT NULL PRIMARY KEY CHECK (path <> '')
) STRICT, WITHOUT ROWID;

INSERT INTO made_covers
SELECT DISTINCT task, 'wanted', '', '', 0, '', 0, 0, 0, 0, 0, '' FROM assets AS video
WHERE state = 'saved' AND role <> 'cover' AND NOT EXISTS (
    SELECT 1 FROM assets AS cover
    WHERE cover.task = video.task AND cover.role = 'cover' AND cover.state = 'saved');

-- +goose Down
DROP TABLE dropped_files;
DROP TABLE made_covers;
