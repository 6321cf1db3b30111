-- What one administrator wants to do to a connected site and a second one must agree to. It stays when it
-- was decided: who proposed and who decided, as in histories.
CREATE TABLE sso_proposal (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT REFERENCES sso_client (id), -- NULL: a site that is to be connected
  revision BIGINT NOT NULL,                  -- as which the site was seen
  act TEXT NOT NULL CHECK (act IN ('connect', 'change', 'open')),
  wish TEXT NOT NULL,                        -- JSON: all that is to be registered
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,
  outcome TEXT CHECK (outcome IN ('agreed', 'declined', 'withdrawn', 'expired')),
  CHECK ((decided_at IS NULL) = (outcome IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  CHECK ((client_id IS NULL) = (act = 'connect'))
);
-- Of a site one thing waits at a time.
CREATE UNIQUE INDEX sso_proposal_once ON sso_proposal (client_id)
  WHERE decided_at IS NULL AND client_id IS NOT NULL;

-- One of the support looked at somebody who called. What it opened is open for a quarter of an hour.
CREATE TABLE staff_call (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT REFERENCES account (id),  -- who called; nobody once they were erased
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  staff_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  found_by TEXT NOT NULL CHECK (found_by IN ('code', 'booking'))
);
CREATE INDEX staff_call_account ON staff_call (account_id, at);
