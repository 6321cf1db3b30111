-- What was said to whom: the delivery log that people see, and the demo's recorder.
CREATE TABLE message (
  id TEXT NOT NULL PRIMARY KEY,
  outbox_id TEXT NOT NULL,
  account_id TEXT,
  booking_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,                     -- sent, failed, recorded
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (outbox_id, channel)
);
CREATE INDEX message_booking ON message (booking_id, created_at);
CREATE INDEX message_time ON message (created_at);
