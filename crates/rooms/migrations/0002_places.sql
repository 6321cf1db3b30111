-- Regions and localities: data of the instance.
CREATE TABLE region (
  code TEXT NOT NULL PRIMARY KEY,          -- two digits of the tax service's numbering
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  oktmo TEXT NOT NULL,
  iso TEXT NOT NULL,                       -- ISO 3166-2, may be empty
  district TEXT NOT NULL,
  zones TEXT NOT NULL                      -- IANA names, separated by ';', the main one first
);

CREATE TABLE locality (
  id TEXT NOT NULL PRIMARY KEY,
  region_code TEXT NOT NULL REFERENCES region (code),
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,                   -- may be empty: then the Russian name is shown
  name_norm TEXT NOT NULL,                 -- folded for search and order
  kind TEXT NOT NULL,                      -- city, town, village, settlement
  zone TEXT NOT NULL,                      -- IANA name
  lat_e6 BIGINT,                           -- degrees × 10^6
  lon_e6 BIGINT,
  population BIGINT NOT NULL,
  capital BOOLEAN NOT NULL DEFAULT FALSE,  -- seat of the region: stands first in lists
  postal TEXT NOT NULL,
  fias TEXT UNIQUE,
  kladr TEXT,
  oktmo TEXT,
  tax_office TEXT
);
CREATE INDEX locality_region ON locality (region_code, name_norm);
