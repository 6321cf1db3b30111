-- A mandate can lapse: the identity it was added with was somebody else's.
CREATE TABLE mandate_event_anew (
  mandate_id TEXT NOT NULL REFERENCES mandate (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('added', 'corrected', 'checked', 'refused', 'ended', 'revoked',
                                       'lapsed')),
  booking_id TEXT,                         -- the visit at which the staff saw the paper
  reason_sealed BYTEA,
  PRIMARY KEY (mandate_id, seq)
);
INSERT INTO mandate_event_anew (mandate_id, seq, at, op_id, actor, channel, event, booking_id, reason_sealed)
  SELECT mandate_id, seq, at, op_id, actor, channel, event, booking_id, reason_sealed FROM mandate_event;
DROP TABLE mandate_event;
ALTER TABLE mandate_event_anew RENAME TO mandate_event;
