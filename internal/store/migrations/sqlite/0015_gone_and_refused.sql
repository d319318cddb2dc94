-- +goose Up

-- Files that were saved and are gone from the disk, until they are fetched anew or come back.
CREATE TABLE missing_files (
    task   INTEGER NOT NULL,
    role   TEXT NOT NULL CHECK (role <> ''),
    idx    INTEGER NOT NULL CHECK (idx >= 0),
    path   TEXT NOT NULL CHECK (path <> ''),
    bytes  INTEGER NOT NULL CHECK (bytes > 0),
    sha256 TEXT NOT NULL,
    since  INTEGER NOT NULL CHECK (since > 0),
    PRIMARY KEY (task, role, idx)
) STRICT, WITHOUT ROWID;

-- The address that the guard refused to speak to, where that is why an attempt failed.
ALTER TABLE attempts ADD COLUMN refused TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE attempts DROP COLUMN refused;
DROP TABLE missing_files;
