-- +goose Up

-- What is lost, to be counted by its reasons and listed, without a walk through what is safe.
CREATE INDEX assets_lost ON assets (error, state)
    WHERE state = 'failed' OR state = 'expired';

-- What the search for a living link came to, where an attempt found its link dead.
ALTER TABLE attempts ADD COLUMN relinked TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE attempts DROP COLUMN relinked;
DROP INDEX assets_lost;
