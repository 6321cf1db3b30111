-- Citizens, how they prove themselves, where they are signed in.
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  phone TEXT NOT NULL UNIQUE,              -- E.164
  phone_verified_at BIGINT,
  email TEXT,                              -- folded to lower case; anybody may claim it …
  email_verified_at BIGINT,
  surname TEXT NOT NULL,
  name TEXT NOT NULL,
  patronymic TEXT NOT NULL,                -- may be empty
  level TEXT NOT NULL CHECK (level IN ('simplified', 'standard', 'verified')),
  password_hash TEXT,                      -- PHC string; NULL: no password yet
  lang TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  closed_at BIGINT
);
-- … but it is proved for one account only.
CREATE UNIQUE INDEX account_email ON account (email) WHERE email_verified_at IS NOT NULL;

-- Every change of a level: when, who, by which way, why.
CREATE TABLE level_change (
  account_id TEXT NOT NULL REFERENCES account (id),
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  from_level TEXT NOT NULL,
  to_level TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (account_id, at, op_id)
);

-- A sign-in on one device. Only the digest of the token is stored.
CREATE TABLE session (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('browser', 'bearer')),
  device TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  idle_until BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);

-- A registration under way, until its phone is proved.
CREATE TABLE registration (
  id TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL,                   -- JSON: names, contacts, password hash; emptied at the end
  email_verified_at BIGINT,                -- the link was followed before the code was typed
  account_id TEXT REFERENCES account (id), -- what it became
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  done_at BIGINT
);

-- One-time codes and links. A new one of the same purpose ends the old.
CREATE TABLE one_time_code (
  id TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,                   -- register, verify_email, …
  subject TEXT NOT NULL,                   -- the registration or account it belongs to
  digest BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  used_at BIGINT,
  ended_at BIGINT                          -- replaced by a newer one
);
CREATE INDEX one_time_code_subject ON one_time_code (subject, purpose);
CREATE INDEX one_time_code_digest ON one_time_code (digest);

-- What a person agreed to: text version, time, channel.
CREATE TABLE consent (
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,                      -- agreement, privacy, personal_data
  version TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  channel TEXT NOT NULL,
  withdrawn_at BIGINT,
  PRIMARY KEY (account_id, kind, version, given_at)
);

-- Exact counters of tries and sendings that must survive a restart. The row `at = 0` of a scope is
-- its gate: whoever counts writes it first, so that two counts of one scope never overlap.
CREATE TABLE attempt (
  scope TEXT NOT NULL,                     -- for example signin:+79000000001
  at BIGINT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (scope, at, id)
);
