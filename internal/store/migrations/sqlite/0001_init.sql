-- +goose Up

-- All times are microseconds since 1970-01-01 UTC; 0 is "not known".

CREATE TABLE sources (
    name       TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
    provider   TEXT NOT NULL CHECK (provider <> ''),
    product    TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source_tokens (
    token      TEXT NOT NULL PRIMARY KEY CHECK (length(token) >= 20),
    source     TEXT NOT NULL REFERENCES sources (name) ON DELETE CASCADE,
    name       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What a callback writes has no foreign keys: measured, checking them costs a third of a commit.
-- Only the store writes, whole transactions at a time, and its tests look for orphans.

CREATE TABLE tasks (
    key               INTEGER PRIMARY KEY AUTOINCREMENT,
    provider          TEXT NOT NULL CHECK (provider <> ''),
    task_id           TEXT NOT NULL CHECK (task_id <> ''),
    product           TEXT NOT NULL,
    model             TEXT NOT NULL,
    parent_task_id    TEXT NOT NULL,
    status            TEXT NOT NULL CHECK (status IN ('waiting', 'generating', 'saving', 'saved',
                          'partly_saved', 'failed', 'expired', 'not_saved', 'unconfirmed')),
    code              INTEGER NOT NULL,
    message           TEXT NOT NULL,
    category          TEXT NOT NULL CHECK ((category <> '') = (status = 'failed')),
    fallback          TEXT NOT NULL CHECK (fallback IN ('yes', 'no', 'unknown')),
    resolution        TEXT NOT NULL,
    prompt            TEXT NOT NULL,
    cross_checked     TEXT NOT NULL CHECK (cross_checked IN ('no', 'confirmed', 'disagrees')),
    note              TEXT NOT NULL,
    first_seen_at     INTEGER NOT NULL CHECK (first_seen_at > 0),
    created_at        INTEGER NOT NULL,
    completed_at      INTEGER NOT NULL,
    first_delivery_at INTEGER NOT NULL,
    deliveries        INTEGER NOT NULL CHECK (deliveries >= 0),
    result_hash       INTEGER NOT NULL,
    UNIQUE (task_id, provider) -- in this order it also finds an id of any provider
) STRICT;

-- An index of SQLite ends in the row's key, so each of these gives "newest first".
CREATE INDEX tasks_by_status ON tasks (status);
CREATE INDEX tasks_by_category ON tasks (category) WHERE category <> '';

-- How many tasks there are of each kind, kept by delta in the transaction that changes them.
CREATE TABLE task_counts (
    status     TEXT NOT NULL,
    product    TEXT NOT NULL,
    category   TEXT NOT NULL,
    fallback   TEXT NOT NULL,
    resolution TEXT NOT NULL,
    n          INTEGER NOT NULL,
    PRIMARY KEY (status, product, category, fallback, resolution)
) STRICT, WITHOUT ROWID;

CREATE TABLE assets (
    task         INTEGER NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('video', 'original', 'cover', 'upscale')),
    idx          INTEGER NOT NULL CHECK (idx >= 0),
    state        TEXT NOT NULL CHECK (state IN ('pending', 'saving', 'saved', 'failed', 'expired')),
    source_url   TEXT NOT NULL,
    path         TEXT NOT NULL CHECK ((path <> '') = (state = 'saved')),
    bytes        INTEGER NOT NULL CHECK ((bytes > 0) = (state = 'saved')),
    sha256       TEXT NOT NULL,
    content_type TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    duration_us  INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    error        TEXT NOT NULL,
    failures     INTEGER NOT NULL,
    next_try_at  INTEGER NOT NULL,
    claim        INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL,
    PRIMARY KEY (task, role, idx)
) STRICT, WITHOUT ROWID;

-- The queue: what is still to be saved, nearest expiry first. The other columns let a claim pass
-- over what is not due without looking at each row: measured, 8 times faster with 100,000 waiting.
CREATE INDEX assets_open ON assets (expires_at, failures, next_try_at, lease_until, state)
    WHERE state IN ('pending', 'saving');
-- Which asset a served file belongs to.
CREATE UNIQUE INDEX assets_by_path ON assets (path) WHERE path <> '';

CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('applied', 'repeated', 'conflicting', 'refused',
                    'not_understood')),
    code        INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    task        INTEGER,
    task_id     TEXT NOT NULL CHECK (task IS NULL OR task_id = ''),
    received_at INTEGER NOT NULL CHECK (received_at > 0),
    remote_addr TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    truncated   INTEGER NOT NULL CHECK (truncated IN (0, 1))
) STRICT;

CREATE INDEX deliveries_by_task ON deliveries (task) WHERE task IS NOT NULL;
CREATE INDEX deliveries_by_named ON deliveries (task_id) WHERE task IS NULL;
CREATE INDEX deliveries_by_outcome ON deliveries (outcome) WHERE outcome <> 'applied';

-- What arrived, apart from the narrow table that lists read.
CREATE TABLE delivery_bodies (
    delivery INTEGER PRIMARY KEY,
    headers  TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT;

-- What the timeline cannot tell from deliveries: attempts at assets and what people did.
CREATE TABLE events (
    id     INTEGER PRIMARY KEY,
    task   INTEGER NOT NULL,
    at     INTEGER NOT NULL CHECK (at > 0),
    kind   TEXT NOT NULL CHECK (kind <> ''),
    detail TEXT NOT NULL,
    role   TEXT NOT NULL,
    idx    INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_task ON events (task);

-- Sums that must survive what they count, such as refused deliveries dropped for room.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE counters;
DROP TABLE events;
DROP TABLE delivery_bodies;
DROP TABLE deliveries;
DROP TABLE assets;
DROP TABLE task_counts;
DROP TABLE tasks;
DROP TABLE source_tokens;
DROP TABLE sources;
