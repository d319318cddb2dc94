-- +goose Up

-- Signatures of accepted callbacks, and the hash of the body that each came with. A provider's
-- signature does not cover the body, so that one that comes again with another body was captured.
-- They are kept for as long as they could be accepted.
CREATE TABLE seen_signatures (
    signature TEXT NOT NULL PRIMARY KEY,
    body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
    seen_at   INTEGER NOT NULL CHECK (seen_at > 0)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE seen_signatures;
