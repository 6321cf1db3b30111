-- What the staff and the engineer at the command line have done: one row an operation, written in the
-- operation's own transaction. A row is never changed; only its age removes it. Ids alone: reasons and
-- names stay where they are sealed. `op_id` guards that an operation leaves one entry.
CREATE TABLE staff_trail (
  id TEXT NOT NULL PRIMARY KEY,            -- in order of time
  at BIGINT NOT NULL,
  op_id TEXT NOT NULL UNIQUE,
  account_id TEXT,                         -- who; NULL: the engineer at the command line
  action TEXT NOT NULL,
  step TEXT NOT NULL,                      -- what came of it, where an action has several ends
  role TEXT,                               -- by which grant it was allowed: the role ...
  place_kind TEXT,                         -- ... and where it holds
  place_id TEXT,
  organization_id TEXT,                    -- around that place, as it was then
  site_id TEXT,
  object_kind TEXT,                        -- to what it was done
  object_id TEXT,
  channel TEXT NOT NULL,
  CHECK ((role IS NULL) = (place_kind IS NULL) AND (role IS NULL) = (place_id IS NULL)),
  CHECK ((object_kind IS NULL) = (object_id IS NULL))
);
CREATE INDEX staff_trail_account ON staff_trail (account_id, id);
CREATE INDEX staff_trail_action ON staff_trail (action, id);
CREATE INDEX staff_trail_organization ON staff_trail (organization_id, id)
  WHERE organization_id IS NOT NULL;
CREATE INDEX staff_trail_site ON staff_trail (site_id, id) WHERE site_id IS NOT NULL;
CREATE INDEX staff_trail_place ON staff_trail (place_id, id) WHERE place_kind = 'resource';

-- After this moment nothing is missing in the trail: one row. Before it there was no trail yet, or what
-- there was has been let go.
CREATE TABLE staff_trail_since (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  at BIGINT NOT NULL
);
INSERT INTO staff_trail_since (one, at)
  SELECT 1, COALESCE(MAX(at), 0) FROM (
    SELECT at FROM staff_event
    UNION ALL SELECT at FROM sso_client_event
    UNION ALL SELECT at FROM person_access
  ) AS known;
