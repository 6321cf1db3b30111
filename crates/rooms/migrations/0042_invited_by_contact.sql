-- A role that one of the staff offers: who offers it, why (sealed with their key), until when it would hold, and
-- the phone or e-mail whose owner it is for, as a digest: whoever offers learns nothing about accounts. Of the
-- engineer's invitations these are empty.
ALTER TABLE staff_invitation ADD COLUMN asked_by TEXT REFERENCES account (id);
ALTER TABLE staff_invitation ADD COLUMN reason_sealed BYTEA;
ALTER TABLE staff_invitation ADD COLUMN ends_at BIGINT;
ALTER TABLE staff_invitation ADD COLUMN contact_digest BYTEA;
