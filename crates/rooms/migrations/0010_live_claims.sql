-- At its start a node reads the claims that are alive; the record of ended ones only grows.
CREATE INDEX claim_alive ON claim (ends_at) WHERE ended_at IS NULL;
