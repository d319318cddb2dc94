-- +goose Up

-- Who may sign in. A user is disabled, never removed: the audit trail names them.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
    role            TEXT NOT NULL CHECK (role = 'viewer' OR role = 'operator' OR role = 'admin'),
    hash            TEXT NOT NULL CHECK (hash <> ''),
    created_at      INTEGER NOT NULL CHECK (created_at > 0),
    disabled_at     INTEGER NOT NULL DEFAULT 0,
    last_sign_in_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Browsers that are signed in. Of the token in the cookie only the hash is kept.
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    hash         TEXT NOT NULL UNIQUE CHECK (length(hash) >= 43),
    user         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL CHECK (created_at > 0),
    last_seen_at INTEGER NOT NULL CHECK (last_seen_at > 0),
    expires_at   INTEGER NOT NULL CHECK (expires_at > 0),
    remote_addr  TEXT NOT NULL,
    user_agent   TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user);

-- What a token may be used for. Those there are could register tasks, and still can.
ALTER TABLE api_tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT 'register';

-- Who did what. The oldest are dropped, see store.DropAudit.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL CHECK (at > 0),
    who         TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role <> ''),
    remote_addr TEXT NOT NULL,
    action      TEXT NOT NULL CHECK (action <> ''),
    subject     TEXT NOT NULL,
    detail      TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_who ON audit (who);
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_who_action ON audit (who, action);

-- +goose Down
DROP TABLE audit;
ALTER TABLE api_tokens DROP COLUMN scopes;
DROP TABLE sessions;
DROP TABLE users;
