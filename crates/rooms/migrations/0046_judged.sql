-- The paper on which the staff said their word, as its data were then: a word holds for the same paper, whatever
-- its mandate says by now.
ALTER TABLE mandate_event ADD COLUMN judged_sealed BYTEA;

-- What was told ahead of time is told once for each day that it is about: `term 2026-12-16`. Of what was told
-- before nobody knows the day; whoever is due hears of it once more.
DELETE FROM mandate_notice;
