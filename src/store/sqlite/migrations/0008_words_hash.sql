-- What an entry says, hashed: by that it is known again when its source gives it another id and another address.
ALTER TABLE entry ADD COLUMN words_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX entry_of_words ON entry (source_id, words_hash) WHERE words_hash <> '';
