-- What was open is sealed by now. The contacts' columns hold blind indexes, and their keys go on
-- saying that a phone, and a proved e-mail, has one account.
ALTER TABLE account RENAME COLUMN phone TO phone_index;
ALTER TABLE account RENAME COLUMN email TO email_index;
ALTER TABLE account DROP COLUMN surname;
ALTER TABLE account DROP COLUMN name;
ALTER TABLE account DROP COLUMN patronymic;
ALTER TABLE level_change DROP COLUMN reason;
ALTER TABLE session DROP COLUMN device;
ALTER TABLE registration DROP COLUMN content;
ALTER TABLE booking DROP COLUMN form;
ALTER TABLE booking_event DROP COLUMN reason;
ALTER TABLE message DROP COLUMN recipient;
ALTER TABLE message DROP COLUMN subject;
ALTER TABLE message DROP COLUMN body;
ALTER TABLE message DROP COLUMN note;
