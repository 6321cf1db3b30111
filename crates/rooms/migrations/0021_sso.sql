-- Signing in to other sites with an account of the portal, and to the portal with one of elsewhere.

-- A site that lets people in through the portal.
CREATE TABLE sso_client (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,                      -- as people read it
  sector TEXT NOT NULL,                    -- host: its clients know a person by the same subject
  secret_digest BYTEA,                     -- NULL: a program without secrets, PKCE alone
  scopes TEXT NOT NULL,                    -- the most it may ask for
  logout_uri TEXT,                         -- where it hears that a session has ended
  created_at BIGINT NOT NULL,
  closed_at BIGINT
);

-- Where people may be sent back, letter for letter. One row an address and kind.
CREATE TABLE sso_redirect (
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  kind TEXT NOT NULL CHECK (kind IN ('sign_in', 'sign_out')),
  uri TEXT NOT NULL,
  PRIMARY KEY (client_id, kind, uri)
);

-- A key that signs for sites. The public half is shown from the beginning, signing begins later, so
-- that sites have met the key by then. The scalar is sealed with the portal's own key.
CREATE TABLE sso_key (
  number BIGINT NOT NULL PRIMARY KEY,
  sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL
);

-- What a site has asked for and the person has not answered yet. What is asked is sealed with the
-- portal's own key: it may name a person.
CREATE TABLE sso_request (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  sealed BYTEA NOT NULL,
  answer TEXT CHECK (answer IN ('allowed', 'denied')),
  account_id TEXT REFERENCES account (id), -- who has answered
  scopes TEXT,                             -- what they allowed
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- What a site may read of a person, as they said. A later word is a new row; one of them is in force.
CREATE TABLE sso_consent (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  asked TEXT NOT NULL,                     -- what the site had asked for
  scopes TEXT NOT NULL,                    -- what of that was allowed
  remembered BOOLEAN NOT NULL,             -- the same need not be asked again
  text TEXT NOT NULL,                      -- version of the words that were agreed to
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE UNIQUE INDEX sso_consent_live ON sso_consent (account_id, client_id) WHERE withdrawn_at IS NULL;

-- One sign-in at a site: the code, and all tokens that came of it, end with it.
CREATE TABLE sso_grant (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  session_digest BYTEA NOT NULL,           -- the session of the portal
  sid TEXT NOT NULL,                       -- its name for the site
  offline BOOLEAN NOT NULL,                -- outlives the session
  auth_time BIGINT NOT NULL,
  factor BOOLEAN NOT NULL,                 -- a second factor was shown
  created_at BIGINT NOT NULL,
  left_at BIGINT,                          -- the session is over and the site was told
  ended_at BIGINT
);
CREATE INDEX sso_grant_account ON sso_grant (account_id, client_id);
CREATE INDEX sso_grant_session ON sso_grant (session_digest) WHERE left_at IS NULL;

-- A code is exchanged once. It stays a while after that, so that a second try is known for what it is.
CREATE TABLE sso_code (
  digest BYTEA NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES sso_grant (id),
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  scopes TEXT NOT NULL,
  nonce TEXT,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX sso_code_grant ON sso_code (grant_id);

-- What a site shows to read, or to get a new token. A refresh token is good once.
CREATE TABLE sso_token (
  digest BYTEA NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES sso_grant (id),
  kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX sso_token_grant ON sso_token (grant_id);

-- Who somebody is at another provider. A subject there belongs to one account here.
CREATE TABLE sso_link (
  provider TEXT NOT NULL,
  subject_index TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),
  linked_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (provider, subject_index)
);
CREATE UNIQUE INDEX sso_link_account ON sso_link (account_id, provider);

-- A person on the way to another provider, and back with an identity that no account here has yet.
-- What is kept is sealed with the portal's own key. Good once.
CREATE TABLE sso_trip (
  id TEXT NOT NULL PRIMARY KEY,
  browser_digest BYTEA NOT NULL,           -- only the browser that left may come back
  provider TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
