-- A person's data in their own hands, index keys that can be changed, and four eyes for the staff.

-- A change of a phone or an e-mail. The new one counts when it is proved by a code; from then on the
-- old one can take it back for some days.
CREATE TABLE contact_change (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
  sealed BYTEA NOT NULL,                   -- the old contact and the new one
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,              -- until then it waits for its code
  proved_at BIGINT,
  undo_digest BYTEA,                       -- of the link that the old contact got
  undone_at BIGINT
);
CREATE INDEX contact_change_account ON contact_change (account_id, created_at);
CREATE UNIQUE INDEX contact_change_undo ON contact_change (undo_digest)
  WHERE undo_digest IS NOT NULL;

-- An account whose owner asked to close it: it is erased when it is due, unless they sign in before.
CREATE TABLE account_closing (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  asked_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  back_at BIGINT                           -- its owner came back
);
CREATE INDEX account_closing_due ON account_closing (due_at) WHERE back_at IS NULL;

-- Number of the key under which blind indexes are made now. Whoever writes one holds this row.
CREATE TABLE index_key (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  number BIGINT NOT NULL,
  since BIGINT NOT NULL
);
INSERT INTO index_key VALUES (1, 1, 0);
-- Under which key the indexes of an account stand.
ALTER TABLE account ADD COLUMN index_key BIGINT NOT NULL DEFAULT 1;
CREATE INDEX account_index_key ON account (index_key);

-- Why somebody has a role may name people, so it is sealed with the key of whoever has it.
ALTER TABLE staff_grant ADD COLUMN reason_sealed BYTEA;
ALTER TABLE staff_event ADD COLUMN reason_sealed BYTEA;

-- A role that one person wants to give and a second one must agree to.
CREATE TABLE staff_proposal (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  place_kind TEXT NOT NULL CHECK (place_kind IN ('resource', 'site', 'organization', 'portal')),
  place_id TEXT NOT NULL,
  ends_at BIGINT NOT NULL,
  reason_sealed BYTEA,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL REFERENCES account (id),
  expires_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,                         -- as in histories
  outcome TEXT CHECK (outcome IN ('granted', 'declined')),
  CHECK ((decided_at IS NULL) = (outcome IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL))
);
-- The same role at the same place waits once.
CREATE UNIQUE INDEX staff_proposal_once ON staff_proposal (account_id, role, place_kind, place_id)
  WHERE decided_at IS NULL;

-- Something that those who watch over the portal must look at.
CREATE TABLE staff_alarm (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),  -- who gave cause
  count BIGINT NOT NULL,
  seen_at BIGINT,
  seen_by TEXT
);
CREATE INDEX staff_alarm_at ON staff_alarm (at);
CREATE INDEX staff_look_looker ON staff_look (looker_id, at);
