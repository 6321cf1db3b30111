-- Connected sites are kept on a page: their name in English, a former secret that is good a while
-- longer, when somebody last came to them, and everything that was done to them.

ALTER TABLE sso_client ADD COLUMN name_en TEXT NOT NULL DEFAULT '';
ALTER TABLE sso_client ADD COLUMN revision BIGINT NOT NULL DEFAULT 1; -- one more with each act
ALTER TABLE sso_client ADD COLUMN former_digest BYTEA;  -- the secret before the present one ...
ALTER TABLE sso_client ADD COLUMN former_until BIGINT;  -- ... is good to before here
ALTER TABLE sso_client ADD COLUMN used_at BIGINT;       -- last got tokens, to the hour
CREATE INDEX sso_consent_client ON sso_consent (client_id) WHERE withdrawn_at IS NULL;

-- What was done to a connected site: an act has one revision, a revision one act.
CREATE TABLE sso_client_event (
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('connected', 'changed', 'secret', 'closed', 'opened')),
  detail TEXT NOT NULL,                    -- JSON: which fields changed, and all of them afterwards
  PRIMARY KEY (client_id, revision)
);
