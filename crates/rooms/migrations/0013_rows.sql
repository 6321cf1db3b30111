-- What a booking writes, with fewer keys around it. Parents that never vanish (people, services,
-- resources, bookings, claims) are no foreign keys here: each would be a query and a lock of its own
-- for every row, and a service's row would be locked by everybody who books it. `okno verify` asks
-- what those keys said. Keys that guard time, single use and the one active booking stay.
DROP VIEW check_claim;
DROP VIEW check_booking;
DROP VIEW check_outbox;
DROP VIEW check_history;
DROP VIEW check_idempotency;

-- A booking. Columns as before; most rows never get a number.
CREATE TABLE booking_slim (
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  service_code TEXT NOT NULL,
  purpose TEXT NOT NULL,                   -- code of the purpose; empty until chosen
  state TEXT NOT NULL CHECK (state IN ('draft', 'checking', 'returned', 'ready', 'held', 'pending',
    'proposed', 'confirmed', 'cancelled_by_applicant', 'cancelled_by_office', 'rejected',
    'arrived', 'in_service', 'completed', 'no_show', 'expired')),
  resource_id TEXT,
  starts_at BIGINT,
  ends_at BIGINT,
  lane BIGINT,
  expires_at BIGINT,                       -- of a draft, a hold, a proposal
  extended BOOLEAN NOT NULL,               -- the hold was extended once
  moves BIGINT NOT NULL,
  revision BIGINT NOT NULL,                -- number of the last transition; makes old tickets dead
  number TEXT,                             -- given at confirmation
  code TEXT,
  form TEXT NOT NULL,                      -- JSON: what was typed
  form_key TEXT NOT NULL,                  -- idempotency key minted with the form
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  CONSTRAINT booking_key PRIMARY KEY (id),
  CHECK ((starts_at IS NULL) = (resource_id IS NULL)),
  CHECK ((number IS NULL) = (code IS NULL))
);
INSERT INTO booking_slim
  SELECT id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at, lane,
         expires_at, extended, moves, revision, number, code, form, form_key, created_at, changed_at
  FROM booking;

-- A booking's hold on one resource's time. Ended claims stay as a record.
CREATE TABLE claim_slim (
  id TEXT NOT NULL,
  booking_id TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  lane BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,              -- of a hold; the largest number for a booking
  ended_at BIGINT,
  ended_by TEXT,
  CONSTRAINT claim_key PRIMARY KEY (id),
  CHECK (ends_at > starts_at),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
); -- by key
INSERT INTO claim_slim
  SELECT id, booking_id, resource_id, lane, starts_at, ends_at, expires_at, ended_at, ended_by
  FROM claim;

-- The guard: a cell of a lane has one owner. The key begins with owner and cell, so it also says what
-- is taken of a time, whatever the lane.
CREATE TABLE claim_cell_slim (
  owner TEXT NOT NULL,
  lane BIGINT NOT NULL,
  cell BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT claim_cell_key PRIMARY KEY (owner, cell, lane)
); -- by key
INSERT INTO claim_cell_slim SELECT owner, lane, cell, claim_id, expires_at FROM claim_cell;

-- One active booking of a person for a service and purpose.
CREATE TABLE active_booking_slim (
  account_id TEXT NOT NULL,
  service_code TEXT NOT NULL,
  purpose TEXT NOT NULL,
  booking_id TEXT NOT NULL,
  CONSTRAINT active_booking_key PRIMARY KEY (account_id, service_code, purpose)
); -- by key
INSERT INTO active_booking_slim
  SELECT account_id, service_code, purpose, booking_id FROM active_booking;

-- Every transition: when, which operation, who, by which way, from what to what, why.
CREATE TABLE booking_event_slim (
  booking_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  old_values TEXT NOT NULL,                -- JSON
  new_values TEXT NOT NULL,                -- JSON
  reason TEXT NOT NULL,
  CONSTRAINT booking_event_key PRIMARY KEY (booking_id, seq)
); -- by key
INSERT INTO booking_event_slim
  SELECT booking_id, seq, at, op_id, actor, channel, event, from_state, to_state, old_values,
         new_values, reason
  FROM booking_event;

-- One key, one effect, one answer. Kept 72 hours.
CREATE TABLE idempotency_slim (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  op_id TEXT NOT NULL,
  body TEXT,
  created_at BIGINT NOT NULL,
  CONSTRAINT idempotency_key PRIMARY KEY (actor, key)
); -- by key
INSERT INTO idempotency_slim SELECT actor, key, fingerprint, op_id, body, created_at FROM idempotency;

-- Children before their parents.
DROP TABLE claim_cell;
DROP TABLE active_booking;
DROP TABLE booking_event;
DROP TABLE claim;
DROP TABLE booking;
DROP TABLE idempotency;
ALTER TABLE booking_slim RENAME TO booking;
ALTER TABLE claim_slim RENAME TO claim;
ALTER TABLE claim_cell_slim RENAME TO claim_cell;
ALTER TABLE active_booking_slim RENAME TO active_booking;
ALTER TABLE booking_event_slim RENAME TO booking_event;
ALTER TABLE idempotency_slim RENAME TO idempotency;

-- A person's bookings, the newest last; a person has tens of them.
CREATE INDEX booking_account ON booking (account_id, id);
-- What can run out: the few rows that are under way, apart from the many that are kept.
CREATE INDEX booking_expiry ON booking (expires_at)
  WHERE state IN ('held', 'draft', 'returned', 'ready', 'proposed');
CREATE UNIQUE INDEX booking_number ON booking (number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX booking_code ON booking (code) WHERE code IS NOT NULL;
-- A booking owns at most one live time.
CREATE UNIQUE INDEX claim_live ON claim (booking_id) WHERE ended_at IS NULL;
-- What is taken of a resource; and of all, in the order in which a node reads it at its start.
CREATE INDEX claim_resource ON claim (resource_id, ends_at) WHERE ended_at IS NULL;
CREATE INDEX claim_alive ON claim (ends_at, id) WHERE ended_at IS NULL;
CREATE INDEX claim_cell_claim ON claim_cell (claim_id);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- A letter that waits has no `done_at`. A lease changes no index, so PostgreSQL keeps the row's new
-- version beside the old one.
UPDATE outbox SET done_at = NULL WHERE state IN ('queued', 'sending');
UPDATE outbox SET done_at = created_at
  WHERE done_at IS NULL AND state NOT IN ('queued', 'sending');
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (priority, created_at, id) WHERE done_at IS NULL;

-- News are read by their time: the key alone serves that.
DROP TABLE news;
CREATE TABLE news (
  id TEXT NOT NULL,
  at BIGINT NOT NULL,                      -- by the clock of the node that wrote
  node TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  CONSTRAINT news_key PRIMARY KEY (at, id)
);

-- For strangers who check the invariants: the same columns on both engines.
CREATE VIEW check_claim AS
  SELECT id AS claim_id, booking_id, resource_id, lane, starts_at, ends_at, expires_at, ended_at
  FROM claim;
CREATE VIEW check_booking AS
  SELECT id AS booking_id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at,
         lane, moves, revision, number, code
  FROM booking;
CREATE VIEW check_outbox AS
  SELECT id, subject AS booking_id, seq, event, state, attempts, op_id
  FROM outbox;
CREATE VIEW check_history AS
  SELECT booking_id, seq, at, op_id, actor, channel, event, from_state, to_state
  FROM booking_event;
CREATE VIEW check_idempotency AS
  SELECT actor, key, fingerprint, op_id, created_at
  FROM idempotency;
