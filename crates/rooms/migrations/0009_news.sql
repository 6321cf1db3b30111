-- What a node told the memories of the others: kept for minutes, written only where several nodes
-- can share the database.
CREATE TABLE news (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,                      -- by the clock of the node that wrote
  node TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL
);
CREATE INDEX news_at ON news (at);
