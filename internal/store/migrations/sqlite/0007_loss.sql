-- +goose Up

-- The lost callbacks that were repaired, by time. Only a repair adds to it.
CREATE INDEX events_repaired ON events (at) WHERE kind = 'repaired';

-- From now on deliveries are counted as they come, so that no page has to. Those that are there
-- already are counted once, in all and by days.
INSERT INTO counters (name, n)
SELECT outcome || ':' || strftime('%Y-%m-%d', received_at / 1000000, 'unixepoch'), count(*)
FROM deliveries GROUP BY 1;

INSERT INTO counters (name, n)
SELECT outcome, count(*) FROM deliveries GROUP BY 1;

-- So are the tasks that nothing came of before the provider's record was gone.
INSERT INTO counters (name, n)
SELECT 'lost:' || strftime('%Y-%m-%d', e.at / 1000000, 'unixepoch'), count(*)
FROM events AS e JOIN tasks AS t ON t.key = e.task
WHERE e.kind = 'record_gone' AND t.status IN ('waiting', 'generating') GROUP BY 1;

INSERT INTO counters (name, n)
SELECT 'lost', count(*)
FROM events AS e JOIN tasks AS t ON t.key = e.task
WHERE e.kind = 'record_gone' AND t.status IN ('waiting', 'generating') HAVING count(*) > 0;

-- +goose Down
DELETE FROM counters WHERE substr(name, 1, instr(name || ':', ':') - 1) IN ('applied', 'repeated',
    'conflicting', 'not_understood', 'refused', 'refused_unkept', 'busy', 'unknown_source', 'lost',
    'answer', 'answer_most');
DROP INDEX events_repaired;
