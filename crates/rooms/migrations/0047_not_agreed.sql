-- A proof of a provider raises nobody who does not agree to being checked, and its owner is told so.
ALTER TABLE sso_link ADD COLUMN withheld_anew TEXT
  CHECK (withheld_anew IN ('name', 'birth', 'data', 'consent'));
UPDATE sso_link SET withheld_anew = withheld;
ALTER TABLE sso_link DROP COLUMN withheld;
ALTER TABLE sso_link RENAME COLUMN withheld_anew TO withheld;
