-- When the password was last shown in a session, or a passkey, which asks for as much. NULL: not yet.
ALTER TABLE session ADD COLUMN password_at BIGINT;
-- When its owner came back by a recovery: for a while the password that they have forgotten is not asked.
ALTER TABLE session ADD COLUMN recovered_at BIGINT;
-- The same of the session that a half sign-in stands in for, and of the half sign-in itself.
ALTER TABLE half_sign_in ADD COLUMN password_at BIGINT;
ALTER TABLE half_sign_in ADD COLUMN recovered_at BIGINT;
