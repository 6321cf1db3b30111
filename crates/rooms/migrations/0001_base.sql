-- What every room stands on: idempotency, outbox, versions of reference data.

-- One key, one effect, one answer. Kept 72 hours.
CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  op_id TEXT NOT NULL,
  body TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Effects on the outside world, written with their cause.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL,
  seq BIGINT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  priority BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'expired', 'superseded')),
  created_at BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  done_at BIGINT,
  note TEXT,
  op_id TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, not_before);
CREATE INDEX outbox_subject ON outbox (subject, seq);

-- Version of each kind of reference data: a node compares it with the snapshot in its memory.
CREATE TABLE edition (
  name TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
);
