-- The moment of the release from which an opening arose, whatever became of the opening: one that was closed
-- before its moment is not announced anew.
ALTER TABLE opening ADD COLUMN release_at BIGINT;
UPDATE opening SET release_at = opens_at WHERE series_id IS NOT NULL;
DROP INDEX opening_once;
CREATE UNIQUE INDEX opening_once ON opening (series_id, zone, release_at);
