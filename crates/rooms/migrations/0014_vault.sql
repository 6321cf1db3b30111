-- Personal data sealed a person. What is sealed stands in BYTEA columns; what is looked for has a
-- blind index beside it.

-- A data key for each person, wrapped by a key that is not in the database. The row '' is for what
-- belongs to nobody yet. Without its row, what is sealed for a person is gone for ever.
CREATE TABLE person_key (
  person_id TEXT NOT NULL PRIMARY KEY,
  kek BIGINT NOT NULL,                     -- number of the key that wraps it
  wrapped BYTEA NOT NULL
); -- by key
CREATE INDEX person_key_kek ON person_key (kek);

-- Who looked at somebody's data, or did something for them.
CREATE TABLE person_access (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  what TEXT NOT NULL                       -- code of what was looked at
);
CREATE INDEX person_access_person ON person_access (person_id, at);

ALTER TABLE account ADD COLUMN sealed BYTEA;         -- names and contacts
ALTER TABLE level_change ADD COLUMN reason_sealed BYTEA;
ALTER TABLE session ADD COLUMN device_sealed BYTEA;
ALTER TABLE registration ADD COLUMN sealed BYTEA;
ALTER TABLE booking ADD COLUMN form_sealed BYTEA;
ALTER TABLE booking_event ADD COLUMN reason_sealed BYTEA;
ALTER TABLE message ADD COLUMN sealed BYTEA;         -- recipient, subject, body, note
ALTER TABLE outbox ADD COLUMN person_id TEXT;        -- whose key seals the private part
ALTER TABLE outbox ADD COLUMN private BYTEA;
CREATE INDEX outbox_person ON outbox (person_id) WHERE person_id IS NOT NULL;
