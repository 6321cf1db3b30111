-- Who printed a letter with a code last, and when: whoever shares the list of letters prints none twice.
ALTER TABLE code_letter ADD COLUMN printed_at BIGINT;
ALTER TABLE code_letter ADD COLUMN printed_by TEXT;

-- What a site was told of who left: not kept any longer than until it was told.
UPDATE outbox SET subject = id, payload = '{}' WHERE event LIKE 'call-%' AND done_at IS NOT NULL;
