-- Electronic signatures: texts to sign, and the certificates that people have signed with. Data and ways
-- learn of two more proofs, a signature and scans: their tables are made anew, because one engine cannot
-- change a check.

CREATE TABLE identity_datum_anew (
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
  verified_by TEXT CHECK (verified_by IN ('registry', 'visit', 'signature', 'scan')),
  PRIMARY KEY (account_id, kind)
);
INSERT INTO identity_datum_anew (account_id, kind, sealed, version, typed_at, typed_by, channel, op_id,
                                 verified_at, verified_by)
  SELECT account_id, kind, sealed, version, typed_at, typed_by, channel, op_id, verified_at, verified_by
  FROM identity_datum;
DROP TABLE identity_datum;
ALTER TABLE identity_datum_anew RENAME TO identity_datum;

-- A way to a higher level, and all that hangs on one.
CREATE TABLE level_way_anew (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('registry', 'visit', 'letter', 'signature', 'scan')),
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,                -- number of the last transition
  note_sealed BYTEA,                       -- what is said beside the state: fields that differ, a reason
  begun_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  over_at BIGINT                           -- NULL: it goes on
);
INSERT INTO level_way_anew (id, account_id, kind, state, revision, note_sealed, begun_at, changed_at,
                            expires_at, over_at)
  SELECT id, account_id, kind, state, revision, note_sealed, begun_at, changed_at, expires_at, over_at
  FROM level_way;

CREATE TABLE level_way_event_anew (
  way_id TEXT NOT NULL REFERENCES level_way_anew (id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (way_id, revision)
); -- by key
INSERT INTO level_way_event_anew (way_id, revision, at, op_id, actor, channel, state)
  SELECT way_id, revision, at, op_id, actor, channel, state FROM level_way_event;

CREATE TABLE registry_check_anew (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way_anew (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  asked_sealed BYTEA NOT NULL,             -- JSON: what is asked
  ticket TEXT,                             -- NULL: no registry has taken it yet
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  done_at BIGINT
);
INSERT INTO registry_check_anew (way_id, account_id, asked_sealed, ticket, attempts, next_at,
                                 lease_until, done_at)
  SELECT way_id, account_id, asked_sealed, ticket, attempts, next_at, lease_until, done_at
  FROM registry_check;

CREATE TABLE visit_code_anew (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way_anew (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL UNIQUE,
  code_sealed BYTEA NOT NULL
);
INSERT INTO visit_code_anew (way_id, account_id, digest, code_sealed)
  SELECT way_id, account_id, digest, code_sealed FROM visit_code;

CREATE TABLE visit_look_anew (
  id TEXT NOT NULL PRIMARY KEY,
  way_id TEXT NOT NULL REFERENCES level_way_anew (id),
  at BIGINT NOT NULL,
  looker_id TEXT NOT NULL,
  site_id TEXT NOT NULL
);
INSERT INTO visit_look_anew (id, way_id, at, looker_id, site_id)
  SELECT id, way_id, at, looker_id, site_id FROM visit_look;

CREATE TABLE code_letter_anew (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way_anew (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL,
  tries BIGINT NOT NULL,
  written_sealed BYTEA,                    -- JSON: name, address, code; NULL: handed over
  track TEXT                               -- the post's number
);
INSERT INTO code_letter_anew (way_id, account_id, digest, tries, written_sealed, track)
  SELECT way_id, account_id, digest, tries, written_sealed, track FROM code_letter;

DROP TABLE level_way_event;
DROP TABLE registry_check;
DROP TABLE visit_code;
DROP TABLE visit_look;
DROP TABLE code_letter;
DROP TABLE level_way;
ALTER TABLE level_way_anew RENAME TO level_way;
ALTER TABLE level_way_event_anew RENAME TO level_way_event;
ALTER TABLE registry_check_anew RENAME TO registry_check;
ALTER TABLE visit_code_anew RENAME TO visit_code;
ALTER TABLE visit_look_anew RENAME TO visit_look;
ALTER TABLE code_letter_anew RENAME TO code_letter;
CREATE INDEX level_way_account ON level_way (account_id, begun_at);
-- Whoever begins a way twice meets the one that goes on.
CREATE UNIQUE INDEX level_way_open ON level_way (account_id, kind) WHERE over_at IS NULL;
CREATE INDEX level_way_waiting ON level_way (kind, expires_at) WHERE over_at IS NULL;
CREATE INDEX registry_check_waiting ON registry_check (next_at) WHERE done_at IS NULL;
CREATE INDEX visit_look_way ON visit_look (way_id, looker_id, at);

-- A short text that somebody is to sign: good once and for a quarter of an hour, in the browser that
-- asked for it.
CREATE TABLE signature_challenge (
  id TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('level', 'sign-in')),
  holder_digest BYTEA NOT NULL,            -- of a secret of the browser
  account_id TEXT REFERENCES account (id), -- NULL: whoever signs in
  text_sealed BYTEA NOT NULL,              -- with the person's key, or the portal's own
  given_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,                   -- signatures that were checked
  used_at BIGINT
);
CREATE INDEX signature_challenge_end ON signature_challenge (expires_at);

-- A certificate with which somebody has signed here. One that they took away opens nothing any more.
CREATE TABLE signature_certificate (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL,                   -- keyed, of the certificate's own digest
  sealed BYTEA NOT NULL,                   -- JSON: issuer, number, until when it is good
  seen_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  removed_at BIGINT,
  UNIQUE (account_id, digest)
);
