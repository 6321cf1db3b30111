-- An address can be proved by the code of a letter that was sent to it.
CREATE TABLE identity_datum_anew (
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL CHECK (kind IN ('name', 'birth', 'snils', 'inn', 'passport', 'policy',
                                     'registration', 'living')),
  sealed BYTEA,                            -- NULL: of the name
  version BIGINT NOT NULL,                 -- grows with every change; a form of an older one is refused
  typed_at BIGINT NOT NULL,
  typed_by TEXT NOT NULL,
  channel TEXT NOT NULL,
  op_id TEXT NOT NULL,
  verified_at BIGINT,                      -- NULL: nobody has checked it since
  verified_by TEXT CHECK (verified_by IN ('registry', 'visit', 'signature', 'scan', 'letter')),
  PRIMARY KEY (account_id, kind)
);
INSERT INTO identity_datum_anew (account_id, kind, sealed, version, typed_at, typed_by, channel, op_id,
                                 verified_at, verified_by)
  SELECT account_id, kind, sealed, version, typed_at, typed_by, channel, op_id, verified_at, verified_by
  FROM identity_datum;
DROP TABLE identity_datum;
ALTER TABLE identity_datum_anew RENAME TO identity_datum;
