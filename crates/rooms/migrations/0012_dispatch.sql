-- Wishes for guarded times, in the order in which they came to all nodes together, and what became of
-- them. Kept for minutes; written only where several nodes can share the database.

-- How far the line goes (`asked`) and how far it was served (`served`). A node locks `asked` while it
-- appends, so the order of the numbers is that of the commits; whoever serves keeps `served` locked
-- until its transaction ends, so there is one dispatcher at a time, whatever became of the one before.
CREATE TABLE dispatch_mark (
  name TEXT NOT NULL PRIMARY KEY CHECK (name IN ('asked', 'served')),
  seq BIGINT NOT NULL CHECK (seq >= 0)
);
INSERT INTO dispatch_mark VALUES ('asked', 0);
INSERT INTO dispatch_mark VALUES ('served', 0);

-- A wish. There are no gaps: a number is given back with the transaction that took it.
CREATE TABLE dispatch_ask (
  seq BIGINT NOT NULL PRIMARY KEY,
  asked_at BIGINT NOT NULL,                -- by the clock of the node to which it came
  ask TEXT NOT NULL                        -- JSON: who wishes which time, by which way, under which key
);

-- Its one answer: the key forbids a second one.
CREATE TABLE dispatch_answer (
  seq BIGINT NOT NULL PRIMARY KEY,
  answered_at BIGINT NOT NULL,
  answer TEXT NOT NULL                     -- JSON: what is held, or the refusal in full
);
CREATE INDEX dispatch_answer_at ON dispatch_answer (answered_at);
