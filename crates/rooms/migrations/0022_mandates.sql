-- Acting for others: for whom an account may book, on which paper that rests, who looked at it.

-- A mandate: one person or organisation an account may act for. Who that is, the paper and what it
-- allows stand in one sealed value. The same person added anew by the same account keeps the
-- principal's id, so that one visit is never booked twice.
CREATE TABLE mandate (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  principal_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('child', 'attorney', 'guardian', 'company', 'trader')),
  state TEXT NOT NULL CHECK (state IN ('typed', 'checked', 'refused', 'ended', 'revoked')),
  revision BIGINT NOT NULL,                -- number of the last entry of its history
  sealed BYTEA,                            -- NULL: the person was erased
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  CHECK (sealed IS NOT NULL OR state IN ('ended', 'revoked'))
);
CREATE INDEX mandate_account ON mandate (account_id, id);
-- A principal has one mandate in force: a double click adds nobody twice.
CREATE UNIQUE INDEX mandate_live ON mandate (account_id, principal_id)
  WHERE state IN ('typed', 'checked', 'refused');

-- All that happened to a mandate: when, which operation, who, by which way, what, why.
CREATE TABLE mandate_event (
  mandate_id TEXT NOT NULL REFERENCES mandate (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('added', 'corrected', 'checked', 'refused', 'ended', 'revoked')),
  booking_id TEXT,                         -- the visit at which the staff saw the paper
  reason_sealed BYTEA,
  PRIMARY KEY (mandate_id, seq)
);

-- What the account was told ahead of time about a mandate. Each is told once.
CREATE TABLE mandate_notice (
  mandate_id TEXT NOT NULL REFERENCES mandate (id),
  notice TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (mandate_id, notice)
);

-- The day on which all mandates were last looked through. Correctness never waits for that.
CREATE TABLE mandate_round (
  day TEXT NOT NULL PRIMARY KEY,
  done_at BIGINT NOT NULL
);

-- For whom a booking is: the mandate, the principal (empty: for oneself), and what the papers said when
-- it was made.
ALTER TABLE booking ADD COLUMN mandate_id TEXT;
ALTER TABLE booking ADD COLUMN principal_id TEXT NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN behalf_sealed BYTEA;

-- One active booking of an account for a service, a purpose and whoever it is for.
CREATE TABLE active_booking_behalf (
  account_id TEXT NOT NULL,
  service_code TEXT NOT NULL,
  purpose TEXT NOT NULL,
  principal_id TEXT NOT NULL,              -- empty: for oneself
  booking_id TEXT NOT NULL,
  CONSTRAINT active_booking_behalf_key PRIMARY KEY (account_id, service_code, purpose, principal_id)
); -- by key
INSERT INTO active_booking_behalf
  SELECT account_id, service_code, purpose, '', booking_id FROM active_booking;
DROP TABLE active_booking;
ALTER TABLE active_booking_behalf RENAME TO active_booking;
