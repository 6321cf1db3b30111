-- Sites that prove who they are by a signature, in place of a secret.

ALTER TABLE sso_client ADD COLUMN jwks TEXT; -- public keys (RFC 7517)

-- A signed word by which a site has proved itself: good once, so it stays until it is good no more.
CREATE TABLE sso_assertion (
  client_id TEXT NOT NULL REFERENCES sso_client (id),
  digest BYTEA NOT NULL,                   -- of its `jti`
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, digest)
);
CREATE INDEX sso_assertion_expires ON sso_assertion (expires_at);
