-- Who was erased is asked at every start: a restored backup brings nobody back.
CREATE INDEX account_erased ON account (id) WHERE closed_at IS NOT NULL;

-- For whoever becomes the first administrator: worth nothing once there is one.
ALTER TABLE staff_invitation ADD COLUMN first BOOLEAN NOT NULL DEFAULT FALSE;
