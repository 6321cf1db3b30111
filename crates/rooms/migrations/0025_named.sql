-- A half sign-in that begins with a name alone: a phone, an e-mail, a SNILS. Until a code to a contact
-- of it was shown, nobody learns whether it belongs to anybody.
ALTER TABLE half_sign_in ADD COLUMN named BOOLEAN NOT NULL DEFAULT FALSE;
-- A code to a contact stands for the password.
ALTER TABLE half_sign_in ADD COLUMN by_code BOOLEAN NOT NULL DEFAULT FALSE;
-- The way by which its last code was sent: what typing that code proves, whatever the browser says.
ALTER TABLE half_sign_in ADD COLUMN sent_by TEXT;
