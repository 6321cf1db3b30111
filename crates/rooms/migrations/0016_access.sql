-- Roles of those who receive citizens. A grant gives one account one role at one place for a time.
-- It is in force from `starts_at` to before `ends_at`, unless revoked; it is never deleted.
CREATE TABLE staff_grant (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  place_kind TEXT NOT NULL CHECK (place_kind IN ('resource', 'site', 'organization', 'portal')),
  place_id TEXT NOT NULL,                  -- empty for the portal
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,                 -- the largest number: without an end
  granted_at BIGINT NOT NULL,
  granted_by TEXT NOT NULL,                -- as in histories: account:…, engineer, system
  reason TEXT NOT NULL,
  revoked_at BIGINT,
  revoked_by TEXT,
  CHECK (ends_at > starts_at),
  CHECK ((place_id = '') = (place_kind = 'portal')),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
-- The same role at the same place is granted once.
CREATE UNIQUE INDEX staff_grant_once ON staff_grant (account_id, role, place_kind, place_id)
  WHERE revoked_at IS NULL;
CREATE INDEX staff_grant_role ON staff_grant (role, place_kind, place_id);

-- All that happened to a grant: when, which operation, who, by which way, what, why.
CREATE TABLE staff_event (
  grant_id TEXT NOT NULL REFERENCES staff_grant (id),
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('granted', 'revoked', 'ended')),
  reason TEXT NOT NULL,
  PRIMARY KEY (grant_id, event)
);

-- A role that waits for whoever holds the token. Only its digest is stored; it works once.
CREATE TABLE staff_invitation (
  id TEXT NOT NULL PRIMARY KEY,
  digest BYTEA NOT NULL UNIQUE,
  role TEXT NOT NULL,
  place_kind TEXT NOT NULL,
  place_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  used_by TEXT REFERENCES account (id)
);

-- Why somebody of the staff looked at whose data: beside the entry of `person_access` of the same
-- operation. Written before anything is shown.
CREATE TABLE staff_look (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  looker_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  place_kind TEXT NOT NULL,
  place_id TEXT NOT NULL,
  booking_id TEXT NOT NULL,
  account_id TEXT NOT NULL,                -- whose data
  reason_sealed BYTEA NOT NULL             -- with the key of the account: it may name somebody
);
CREATE INDEX staff_look_account ON staff_look (account_id, at);
CREATE INDEX staff_look_booking ON staff_look (booking_id, looker_id, at);

-- Accounts whose browser sessions are a workplace's: they end sooner.
CREATE TABLE staff_account (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id)
);
ALTER TABLE session ADD COLUMN staff BOOLEAN NOT NULL DEFAULT FALSE;
-- When a password was last given in this session.
ALTER TABLE session ADD COLUMN proved_at BIGINT;
