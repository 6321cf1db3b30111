-- Whose names are guessed at, beside the count that all names of an account share, and when the owner
-- was told. NULL: nobody's, or the count of one name.
ALTER TABLE guess ADD COLUMN account_id TEXT;
ALTER TABLE guess ADD COLUMN told_at BIGINT;
CREATE INDEX guess_account ON guess (account_id) WHERE account_id IS NOT NULL;
