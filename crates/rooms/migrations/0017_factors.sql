-- What proves somebody beside the password, the devices they use, and limits of guessing.

-- An authenticator app. Every step of 30 seconds opens once: `last_step` only grows.
CREATE TABLE authenticator (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  name_sealed BYTEA NOT NULL,
  secret_sealed BYTEA NOT NULL,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT                      -- NULL: waits for its first code
);
CREATE INDEX authenticator_account ON authenticator (account_id);

-- Whoever wants a code to a contact at every sign-in. One row a person.
CREATE TABLE code_factor (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  created_at BIGINT NOT NULL
);

-- Printed codes for the day on which everything else is lost. Each opens once.
CREATE TABLE recovery_code (
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account_id, digest)
);

-- A browser in which a person has signed in. Its secret changes at every use: an old one that comes
-- back was copied, and then the row goes.
CREATE TABLE device (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL,
  name_sealed BYTEA NOT NULL,              -- device and place in words
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  remembered_until BIGINT NOT NULL,        -- until then no second factor is asked; 0: it always is
  ends_at BIGINT NOT NULL
);
CREATE INDEX device_account ON device (account_id);

-- A right password that waits for its second factor, or a lost one for all the proofs that the level
-- asks. It is no session and opens nothing.
CREATE TABLE half_sign_in (
  id TEXT NOT NULL PRIMARY KEY,
  token_digest BYTEA NOT NULL UNIQUE,
  account_id TEXT REFERENCES account (id), -- NULL: a contact that nobody has
  shared BOOLEAN NOT NULL,                 -- somebody else's computer
  aim TEXT NOT NULL CHECK (aim IN ('sign_in', 'again', 'recover')),
  shown TEXT NOT NULL,                     -- proofs so far, by names
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX half_sign_in_account ON half_sign_in (account_id);

-- Passwords in a row that did not fit, from devices that are not known, by the identifier that was
-- typed, whether or not anybody has it.
CREATE TABLE guess (
  scope TEXT NOT NULL PRIMARY KEY,
  tries BIGINT NOT NULL,
  free_at BIGINT NOT NULL,                 -- the next one is evaluated then
  at BIGINT NOT NULL
);

-- Which identifiers were tried from which network within a day.
CREATE TABLE guess_from (
  network TEXT NOT NULL,
  scope TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (network, scope)
);

-- Proofs of work that were accepted. Each is good once.
CREATE TABLE work_done (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

-- What happened to the safety of an account. The digest is that of the link «It was not me», which
-- works once.
CREATE TABLE security_event (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  where_sealed BYTEA NOT NULL,             -- device and place in words
  link_digest BYTEA,
  disowned_at BIGINT
);
CREATE INDEX security_event_account ON security_event (account_id, at);
CREATE INDEX security_event_link ON security_event (link_digest);

-- What somebody typed into a form that asked for a fresh proof first: given back afterwards.
CREATE TABLE kept_form (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  fields_sealed BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);

ALTER TABLE session ADD COLUMN place_sealed BYTEA;
ALTER TABLE session ADD COLUMN device_id TEXT;         -- the device it was opened on
ALTER TABLE session ADD COLUMN idle_for BIGINT;        -- on somebody else's computer; NULL: as usual
ALTER TABLE session ADD COLUMN factor_at BIGINT;       -- when the second factor was shown
