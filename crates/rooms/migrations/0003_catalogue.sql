-- What can be booked. What only code reads whole is one JSON document (`passport`); what SQL
-- filters or orders by is a column.
CREATE TABLE category (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  icon TEXT NOT NULL,
  ord BIGINT NOT NULL
);

CREATE TABLE situation (
  code TEXT NOT NULL PRIMARY KEY,
  ord BIGINT NOT NULL,
  content TEXT NOT NULL                    -- JSON: names, texts, codes of services
);

CREATE TABLE service (
  code TEXT NOT NULL PRIMARY KEY,          -- stable word of the address: /services/CODE
  number TEXT NOT NULL UNIQUE,             -- what people compare with the body's own site
  category_code TEXT NOT NULL REFERENCES category (code),
  active BOOLEAN NOT NULL,
  passport TEXT NOT NULL,                  -- JSON: texts, purposes, documents, fields, rules
  owner TEXT NOT NULL,                     -- who answers for the text
  reviewed_on TEXT NOT NULL                -- date of the last review, YYYY-MM-DD
);
CREATE INDEX service_category ON service (category_code);

CREATE TABLE synonym_group (
  id TEXT NOT NULL PRIMARY KEY,
  words TEXT NOT NULL                      -- JSON list
);

CREATE TABLE help_topic (
  code TEXT NOT NULL PRIMARY KEY,
  ord BIGINT NOT NULL,
  content TEXT NOT NULL                    -- JSON: titles and texts in both languages
);
