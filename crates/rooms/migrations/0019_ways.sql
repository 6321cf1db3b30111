-- What the ways to the level «verified» need: a visit, a registered letter.

-- The code by which somebody is found at a service centre; shown to them until the way is over.
CREATE TABLE visit_code (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL UNIQUE,
  code_sealed BYTEA NOT NULL
);

-- Somebody at a service centre opened what a person has typed. Without such a row of the last minutes
-- nothing is shown and nothing decided.
CREATE TABLE visit_look (
  id TEXT NOT NULL PRIMARY KEY,
  way_id TEXT NOT NULL REFERENCES level_way (id),
  at BIGINT NOT NULL,
  looker_id TEXT NOT NULL,
  site_id TEXT NOT NULL
);
CREATE INDEX visit_look_way ON visit_look (way_id, looker_id, at);

-- A registered letter with a code. To whom it goes and its code stand here until the post has it.
CREATE TABLE code_letter (
  way_id TEXT NOT NULL PRIMARY KEY REFERENCES level_way (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  digest BYTEA NOT NULL,
  tries BIGINT NOT NULL,
  written_sealed BYTEA,                    -- JSON: name, address, code; NULL: handed over
  track TEXT                               -- the post's number
);
