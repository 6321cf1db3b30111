-- Who receives: organisations, their sites, and the resources that serve one party at a time.
CREATE TABLE organization (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,                      -- administration, clinic, tax, …
  region_code TEXT NOT NULL REFERENCES region (code),
  parent_id TEXT REFERENCES organization (id),
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  card TEXT NOT NULL                       -- JSON: head, contacts, texts, services
);
CREATE INDEX organization_region ON organization (region_code, kind);

CREATE TABLE site (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  locality_id TEXT NOT NULL REFERENCES locality (id),
  zone TEXT NOT NULL,                      -- IANA name: all deadlines count in it
  lat_e6 BIGINT,
  lon_e6 BIGINT,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  card TEXT NOT NULL                       -- JSON: address, postal code, hours, accessibility
);
CREATE INDEX site_organization ON site (organization_id);
CREATE INDEX site_locality ON site (locality_id);

CREATE TABLE resource (
  id TEXT NOT NULL PRIMARY KEY,
  site_id TEXT NOT NULL REFERENCES site (id),
  kind TEXT NOT NULL CHECK (kind IN ('official', 'specialist', 'desk')),
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  room TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  card TEXT NOT NULL                       -- JSON: position, specialty, qualification, functions
);
CREATE INDEX resource_site ON resource (site_id);

CREATE TABLE resource_service (
  resource_id TEXT NOT NULL REFERENCES resource (id),
  service_code TEXT NOT NULL REFERENCES service (code),
  PRIMARY KEY (resource_id, service_code)
);
CREATE INDEX resource_service_service ON resource_service (service_code);
