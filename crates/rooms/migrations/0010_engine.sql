-- What runs out, and what a person holds: the few rows that are asked for at every hold, apart from
-- the many that are kept.
DROP INDEX booking_expiry;
CREATE INDEX booking_expiry ON booking (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX booking_held ON booking (account_id) WHERE state = 'held';
-- At its start a node reads the claims that are alive, in this order and a page at a time; the record
-- of ended ones only grows.
CREATE INDEX claim_alive ON claim (ends_at, id) WHERE ended_at IS NULL;
