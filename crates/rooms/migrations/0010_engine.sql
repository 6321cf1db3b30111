-- What runs out, and what a person holds: the few rows that are asked for at every hold, apart from
-- the many that are kept.
DROP INDEX booking_expiry;
CREATE INDEX booking_expiry ON booking (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX booking_held ON booking (account_id) WHERE state = 'held';
