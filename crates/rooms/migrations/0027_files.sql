-- Files that people upload. They stand in the database, so that every node has them, what a file belongs
-- to and the file itself are written or forgotten together, and a person's key opens and destroys them
-- like everything else.

-- A file: of whom, to what it belongs, and how far it is. `arriving`: it is being sent; whoever never ends
-- is swept away.
CREATE TABLE file (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  subject TEXT NOT NULL,                   -- id of what it belongs to
  part TEXT NOT NULL,                      -- what it shows: passport, snils …
  state TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'clean', 'infected', 'unscanned')),
  kind TEXT CHECK (kind IN ('pdf', 'jpeg', 'png')),  -- NULL: arriving
  size BIGINT NOT NULL,                    -- bytes
  chunks BIGINT NOT NULL,                  -- how many rows hold it
  described_sealed BYTEA,                  -- JSON: name, digest, measures; NULL: arriving
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,                -- how often a scanner was asked
  next_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  scanned_at BIGINT,
  forget_at BIGINT                         -- NULL: nobody has said yet
);
CREATE INDEX file_subject ON file (subject, created_at);
CREATE INDEX file_account ON file (account_id);
CREATE INDEX file_waiting ON file (next_at) WHERE state = 'waiting';

-- A piece of a file, sealed with its owner's key and bound to its place.
CREATE TABLE file_chunk (
  file_id TEXT NOT NULL REFERENCES file (id),
  n BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (file_id, n)
);
