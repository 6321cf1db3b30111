-- The post's number of a letter stood open in what was said about it; from now on it is sealed. What is
-- done with is not read again.
UPDATE outbox SET payload = '{}'
WHERE event IN ('identity-letter-sent', 'identity-letter-number') AND done_at IS NOT NULL;
