-- Why the last proof of a provider did not raise the level, though it was worth a higher one: its owner is
-- told. NULL: it did, or it was worth none.
ALTER TABLE sso_link ADD COLUMN withheld TEXT CHECK (withheld IN ('name', 'birth', 'data'));
