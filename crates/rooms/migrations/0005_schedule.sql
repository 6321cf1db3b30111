-- When a resource receives. Free time is never stored: it is computed from these rows and the
-- live claims.
CREATE TABLE timetable (
  resource_id TEXT NOT NULL PRIMARY KEY REFERENCES resource (id),
  grid BIGINT NOT NULL CHECK (grid > 0),   -- minutes of a cell; only ever refined while claims live
  version BIGINT NOT NULL,
  rules TEXT NOT NULL                      -- JSON list of availability rules
);

CREATE TABLE exception (
  id TEXT NOT NULL PRIMARY KEY,
  resource_id TEXT REFERENCES resource (id),  -- of one resource, or
  site_id TEXT REFERENCES site (id),          -- of all resources of a site
  content TEXT NOT NULL,                      -- JSON: closure, absence or extra opening
  reason TEXT NOT NULL,
  CHECK ((resource_id IS NULL) <> (site_id IS NULL))
);
CREATE INDEX exception_resource ON exception (resource_id);
CREATE INDEX exception_site ON exception (site_id);

-- The production calendar: days that differ from the ordinary week. Region '' is the country.
CREATE TABLE calendar_day (
  region_code TEXT NOT NULL,
  day TEXT NOT NULL,                       -- YYYY-MM-DD
  kind TEXT NOT NULL CHECK (kind IN ('off', 'short', 'moved')),
  works_as TEXT NOT NULL,                  -- of a moved day: the weekday it works like
  note TEXT NOT NULL,
  PRIMARY KEY (region_code, day)
);
