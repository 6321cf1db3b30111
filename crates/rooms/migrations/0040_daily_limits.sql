-- Towards which daily limit a claim counts: the service and the local day, by its number since
-- 1970-01-01. NULL: it was made where there is no limit. The guard are the cells of the quota; this
-- says the same of a claim to those who read claims.
ALTER TABLE claim ADD COLUMN counted_for TEXT;
ALTER TABLE claim ADD COLUMN counted_on BIGINT;
UPDATE claim SET
  counted_for = (SELECT b.service_code FROM booking b WHERE b.id = claim.booking_id),
  counted_on = (SELECT max(x.cell) / 1440 FROM claim_cell x
    WHERE x.claim_id = claim.id AND x.owner LIKE 'quota:%')
WHERE id IN (SELECT claim_id FROM claim_cell WHERE owner LIKE 'quota:%');
