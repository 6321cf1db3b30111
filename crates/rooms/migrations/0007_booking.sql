-- Bookings and the time they own.
CREATE TABLE booking (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  service_code TEXT NOT NULL REFERENCES service (code),
  purpose TEXT NOT NULL,                   -- code of the purpose; empty until chosen
  state TEXT NOT NULL CHECK (state IN ('draft', 'checking', 'returned', 'ready', 'held', 'pending',
    'proposed', 'confirmed', 'cancelled_by_applicant', 'cancelled_by_office', 'rejected',
    'arrived', 'in_service', 'completed', 'no_show', 'expired')),
  resource_id TEXT REFERENCES resource (id),
  starts_at BIGINT,
  ends_at BIGINT,
  lane BIGINT,
  expires_at BIGINT,                       -- of a draft, a hold, a proposal
  extended BOOLEAN NOT NULL,               -- the hold was extended once
  moves BIGINT NOT NULL,
  revision BIGINT NOT NULL,                -- number of the last transition; makes old tickets dead
  number TEXT UNIQUE,                      -- given at confirmation
  code TEXT UNIQUE,
  form TEXT NOT NULL,                      -- JSON: what was typed
  form_key TEXT NOT NULL,                  -- idempotency key minted with the form
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  CHECK ((starts_at IS NULL) = (resource_id IS NULL)),
  CHECK ((number IS NULL) = (code IS NULL))
);
CREATE INDEX booking_account ON booking (account_id, starts_at);
CREATE INDEX booking_resource ON booking (resource_id, starts_at);
CREATE INDEX booking_expiry ON booking (state, expires_at);

-- A booking's hold on one resource's time. Ended claims stay as a record.
CREATE TABLE claim (
  id TEXT NOT NULL PRIMARY KEY,
  booking_id TEXT NOT NULL REFERENCES booking (id),
  resource_id TEXT NOT NULL REFERENCES resource (id),
  lane BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,              -- of a hold; the largest number for a booking
  ended_at BIGINT,
  ended_by TEXT,
  CHECK (ends_at > starts_at),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX claim_booking ON claim (booking_id);
CREATE INDEX claim_resource ON claim (resource_id, starts_at);
-- A booking owns at most one live time.
CREATE UNIQUE INDEX claim_live ON claim (booking_id) WHERE ended_at IS NULL;

-- The guard: a live claim owns its cells, and a cell has one owner. `owner` is a resource, or a
-- quota (`quota:…`) whose lanes are its places; `cell` is the cell's first minute since the epoch.
CREATE TABLE claim_cell (
  owner TEXT NOT NULL,
  lane BIGINT NOT NULL,
  cell BIGINT NOT NULL,
  claim_id TEXT NOT NULL REFERENCES claim (id),
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (owner, lane, cell)
);
CREATE INDEX claim_cell_claim ON claim_cell (claim_id);
CREATE INDEX claim_cell_time ON claim_cell (owner, cell);

-- One active booking of a person for a service and purpose.
CREATE TABLE active_booking (
  account_id TEXT NOT NULL REFERENCES account (id),
  service_code TEXT NOT NULL,
  purpose TEXT NOT NULL,
  booking_id TEXT NOT NULL UNIQUE REFERENCES booking (id),
  PRIMARY KEY (account_id, service_code, purpose)
);

-- Every transition: when, which operation, who, by which way, from what to what, why.
CREATE TABLE booking_event (
  booking_id TEXT NOT NULL REFERENCES booking (id),
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
  PRIMARY KEY (booking_id, seq)
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
