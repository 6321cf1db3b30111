-- What proves people: passkeys, calls that say a code, the wait of whoever has lost all else.

-- A key somebody registered. Found by the digest of its id, which is random; the id, the public key
-- and the ways to reach it are sealed. `copied_at`: its counter went back, so somebody has a copy.
CREATE TABLE passkey (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  credential_digest BYTEA NOT NULL UNIQUE,
  name_sealed BYTEA NOT NULL,
  credential_sealed BYTEA NOT NULL,
  counter BIGINT NOT NULL,                 -- only grows; 0: this key does not count
  backed_up BOOLEAN NOT NULL,              -- its maker keeps a copy for the person
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  copied_at BIGINT
);
CREATE INDEX passkey_account ON passkey (account_id);

-- Challenges that were answered. Each is good once, for five minutes.
CREATE TABLE passkey_challenge (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
); -- by key

-- When a passkey, an app or a printed code in their place was shown: what the staff need.
ALTER TABLE session ADD COLUMN strong_at BIGINT;

-- The next proof must be the best its owner has; and what the session it stands in for had shown.
ALTER TABLE half_sign_in ADD COLUMN best BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE half_sign_in ADD COLUMN strong_at BIGINT;

-- Somebody who has lost every factor waits for a day before a contact alone opens the account; whoever
-- can sign in ends it. One a person.
CREATE TABLE recovery_wait (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  begun_at BIGINT NOT NULL,
  ready_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);

-- A message can be a call, too. The table is made anew, because one engine cannot change a check.
CREATE TABLE message_anew (
  id TEXT NOT NULL PRIMARY KEY,
  outbox_id TEXT NOT NULL,
  account_id TEXT,
  booking_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'voice')),
  state TEXT NOT NULL,                     -- sent, failed, recorded
  created_at BIGINT NOT NULL,
  sealed BYTEA,                            -- recipient, subject, body, note
  UNIQUE (outbox_id, channel)
);
INSERT INTO message_anew (id, outbox_id, account_id, booking_id, channel, state, created_at, sealed)
  SELECT id, outbox_id, account_id, booking_id, channel, state, created_at, sealed FROM message;
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_booking ON message (booking_id, created_at);
CREATE INDEX message_time ON message (created_at);
