-- Whose a session was that ended by itself or from elsewhere: a form that comes too late is kept for
-- its owner, and for nobody else. The digest opens nothing.
CREATE TABLE past_session (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  forget_at BIGINT NOT NULL
);
CREATE INDEX past_session_account ON past_session (account_id);
CREATE INDEX kept_form_account ON kept_form (account_id, expires_at);
