-- +goose Up

-- Users whom somebody else vouches for: a provider of sign-ins, by its address and its own name
-- for the user, or a proxy. They have no password; what stands in its place is no hash of any.
ALTER TABLE users ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN subject TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX users_by_identity ON users (issuer, subject) WHERE issuer <> '';

-- +goose Down
DELETE FROM sessions WHERE user IN (SELECT id FROM users WHERE issuer <> '');
DELETE FROM users WHERE issuer <> '';
DROP INDEX users_by_identity;
ALTER TABLE users DROP COLUMN subject;
ALTER TABLE users DROP COLUMN issuer;
