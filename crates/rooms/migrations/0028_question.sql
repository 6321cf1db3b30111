-- A control question, of those who want one: asked in a recovery beside the proofs, never in place of
-- one. The answer is kept as a digest that needs the secrets outside the database.
CREATE TABLE control_question (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  question_sealed BYTEA NOT NULL,
  answer_digest BYTEA NOT NULL,
  set_at BIGINT NOT NULL
);
