-- At its start a node reads the claims that are alive, in this order and a page at a time; the record
-- of ended ones only grows.
CREATE INDEX claim_alive ON claim (ends_at, id) WHERE ended_at IS NULL;
