-- +goose Up

-- What was tried in vain and is tried again, by the reason: dead links are counted without a walk
-- through everything that is still to be saved.
CREATE INDEX assets_tried ON assets (error, failures, state)
    WHERE state IN ('pending', 'saving') AND failures > 0;

-- +goose Down
DROP INDEX assets_tried;
