-- Somebody of the staff helps a person back in, or ends their sessions because they ask for it. A row
-- also when nobody was found: staff and limits see no difference.
CREATE TABLE helped_recovery (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT REFERENCES account (id),  -- NULL: nobody was found
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  staff_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  place_kind TEXT NOT NULL,
  place_id TEXT NOT NULL,
  seen TEXT NOT NULL CHECK (seen IN ('paper', 'call')),
  aim TEXT NOT NULL CHECK (aim IN ('restore', 'sessions')),
  reason_sealed BYTEA,                      -- with the key of the person; of nobody there is none
  digest BYTEA UNIQUE,                      -- of the code on paper
  ends_at BIGINT NOT NULL,                  -- the code begins nothing, or ends nothing, from here on
  contact_sealed BYTEA,                     -- the contact that was proved with the code
  ready_at BIGINT,                          -- begun: from when it can be finished
  over_at BIGINT                            -- finished, taken back, or another one came
);
CREATE INDEX helped_recovery_account ON helped_recovery (account_id, at);
CREATE INDEX helped_recovery_staff ON helped_recovery (staff_id, at);

-- A contact that is being proved beside a code on paper. It is no session and opens nothing.
CREATE TABLE helped_step (
  id TEXT NOT NULL PRIMARY KEY,
  token_digest BYTEA NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES account (id),
  helped_id TEXT NOT NULL REFERENCES helped_recovery (id),
  contact_sealed BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX helped_step_account ON helped_step (account_id);

-- Whoever has come back by a recovery is asked to look at the contacts. One row a person.
CREATE TABLE contact_review (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  since BIGINT NOT NULL
);
