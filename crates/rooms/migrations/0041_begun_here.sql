-- A registration belongs to the browser that began it: the digest of what the browser holds. Without one, as
-- those begun before, nobody goes on with it.
ALTER TABLE registration ADD COLUMN token_digest BYTEA;
CREATE UNIQUE INDEX registration_token ON registration (token_digest);

-- Somebody comes back with a code on paper, on somebody else's computer.
ALTER TABLE helped_step ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE;
