-- The scanner says how old its knowledge is; what it called clean is looked at again when it has learned
-- more.

ALTER TABLE file ADD COLUMN scanned_with TEXT NOT NULL DEFAULT ''; -- what looked at it last
CREATE INDEX file_clean ON file (scanned_at) WHERE state = 'clean';

-- What the scanner says of itself, and what was done about it: one row.
CREATE TABLE scanner (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  asked_at BIGINT NOT NULL,                -- when a node asked last
  answered_at BIGINT NOT NULL,             -- when it answered last; before that, when it was first asked
  version TEXT NOT NULL,                   -- as it calls itself; empty: it has never answered
  made_at BIGINT,                          -- when its signatures were made; NULL: it does not say
  told_at BIGINT,                          -- when somebody was told of its present trouble
  again_at BIGINT NOT NULL                 -- before here no clean file is looked at again
);
