-- A half sign-in by which somebody who is signed in proves it once more belongs to that session and ends
-- with it. The digest of the session's token; NULL: it stands for no session.
ALTER TABLE half_sign_in ADD COLUMN session_digest BYTEA;
