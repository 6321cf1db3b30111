-- Openings: moments at which places open to everybody at once, and the line of those who came.

-- A service whose every release is an opening; the single openings arise from it by themselves.
CREATE TABLE opening_series (
  id TEXT NOT NULL PRIMARY KEY,
  service_code TEXT NOT NULL REFERENCES service (code),
  scope TEXT NOT NULL CHECK (scope IN ('service', 'organization', 'site', 'resource')),
  scope_id TEXT NOT NULL,                  -- empty for the whole service
  mode TEXT NOT NULL CHECK (mode IN ('fifo', 'lottery')),
  lasts_minutes BIGINT NOT NULL CHECK (lasts_minutes > 0),
  choose_minutes BIGINT NOT NULL CHECK (choose_minutes > 0),
  ended_at BIGINT
);

-- One opening. `revision` counts the transactions that changed the opening or its entries: its row is
-- locked while ranks are handed out, so the order of ranks is the order of commits.
CREATE TABLE opening (
  id TEXT NOT NULL PRIMARY KEY,
  series_id TEXT REFERENCES opening_series (id),
  service_code TEXT NOT NULL REFERENCES service (code),
  scope TEXT NOT NULL CHECK (scope IN ('service', 'organization', 'site', 'resource')),
  scope_id TEXT NOT NULL,
  zone TEXT NOT NULL,                      -- IANA name; offers in other zones are not meant
  mode TEXT NOT NULL CHECK (mode IN ('fifo', 'lottery')),
  opens_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  from_day TEXT NOT NULL,                  -- the local days whose places open
  to_day TEXT NOT NULL,
  choose_minutes BIGINT NOT NULL CHECK (choose_minutes > 0),
  seed BYTEA,                              -- of a lottery; a secret until the draw
  commitment TEXT,                         -- SHA-256 of the seed, published from the beginning
  drawn_at BIGINT,
  revision BIGINT NOT NULL,
  last_rank BIGINT NOT NULL,
  admitted_to BIGINT NOT NULL,             -- everybody up to this rank was let in
  pace TEXT NOT NULL,                      -- JSON: how fast the line moves
  paced_at BIGINT NOT NULL,                -- when it was last moved
  archived BOOLEAN NOT NULL,               -- over for a day: no longer in the memory of the nodes
  created_at BIGINT NOT NULL,
  CHECK (ends_at >= opens_at),
  CHECK (to_day >= from_day),
  CHECK (admitted_to <= last_rank),
  CHECK ((mode = 'lottery') = (seed IS NOT NULL)),
  CHECK ((seed IS NULL) = (commitment IS NULL))
);
-- A release becomes one opening, whichever node notices it first.
CREATE UNIQUE INDEX opening_once ON opening (series_id, zone, opens_at);
CREATE INDEX opening_live ON opening (archived);

-- A person's one place in a line.
CREATE TABLE opening_entry (
  opening_id TEXT NOT NULL REFERENCES opening (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  id TEXT NOT NULL UNIQUE,                 -- its public name: in the proof of a lottery
  rank BIGINT,                             -- none before the draw of a lottery
  drawn BIGINT,                            -- the rank that the draw gave
  state TEXT NOT NULL CHECK (state IN ('waiting', 'inside', 'served', 'out')),
  until_at BIGINT,                         -- inside: a time is to be chosen; served: it may be changed
  moved BOOLEAN NOT NULL,                  -- was moved to the tail once
  joined_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,                -- of the opening; negative: not counted yet
  PRIMARY KEY (opening_id, account_id),
  CHECK (state = 'waiting' OR rank IS NOT NULL),
  CHECK (state NOT IN ('inside', 'served') OR until_at IS NOT NULL)
);
-- Nobody shares a rank.
CREATE UNIQUE INDEX opening_entry_rank ON opening_entry (opening_id, rank) WHERE rank IS NOT NULL;
CREATE INDEX opening_entry_news ON opening_entry (opening_id, revision);
CREATE INDEX opening_entry_state ON opening_entry (opening_id, state, until_at);
