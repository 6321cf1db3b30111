-- What is known of a person beside name and contacts, how it was checked, and ways to a higher level.

-- A datum of a person as it was typed last: one row a kind. Its fields are sealed as one JSON object;
-- those of the name stand in the account.
CREATE TABLE identity_datum (
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('name', 'birth', 'snils', 'inn', 'passport', 'policy',
                                     'registration', 'living')),
  sealed BYTEA,                            -- NULL: of the name
  version BIGINT NOT NULL,                 -- grows with every change; a form of an older one is refused
  typed_at BIGINT NOT NULL,
  typed_by TEXT NOT NULL,
  channel TEXT NOT NULL,
  op_id TEXT NOT NULL,
  verified_at BIGINT,                      -- NULL: nobody has checked it since
  verified_by TEXT CHECK (verified_by IN ('registry', 'visit')),
  PRIMARY KEY (account_id, kind)
);

-- A SNILS that was checked has one account, and an account one SNILS.
CREATE TABLE snils_owner (
  snils_index TEXT NOT NULL PRIMARY KEY,   -- blind index of the eleven digits
  account_id TEXT NOT NULL UNIQUE REFERENCES account (id),
  index_key BIGINT NOT NULL,               -- number of the key of the index
  at BIGINT NOT NULL
); -- by key

-- A way to a higher level that somebody has begun, or went.
CREATE TABLE level_way (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('registry', 'visit', 'letter', 'signature')),
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,                -- number of the last transition
  note_sealed BYTEA,                       -- what is said beside the state: fields that differ, a reason
  begun_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  over_at BIGINT                           -- NULL: it goes on
);
CREATE INDEX level_way_account ON level_way (account_id, begun_at);
-- Whoever begins a way twice meets the one that goes on.
CREATE UNIQUE INDEX level_way_open ON level_way (account_id, kind) WHERE over_at IS NULL;
CREATE INDEX level_way_waiting ON level_way (kind, expires_at) WHERE over_at IS NULL;

-- The history of ways.
CREATE TABLE level_way_event (
  way_id TEXT NOT NULL REFERENCES level_way (id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (way_id, revision)
); -- by key

-- A question to the registries, asked under the id of its way: asked again, it is the same one.
CREATE TABLE registry_check (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  asked_sealed BYTEA NOT NULL,             -- JSON: what is asked
  ticket TEXT,                             -- NULL: no registry has taken it yet
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  done_at BIGINT
);
CREATE INDEX registry_check_waiting ON registry_check (next_at) WHERE done_at IS NULL;

-- What somebody wanted to book when their level was too low.
CREATE TABLE level_wish (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  level TEXT NOT NULL,                     -- what it takes
  wish_sealed BYTEA NOT NULL,              -- JSON: the service, and the page that goes on with it
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
