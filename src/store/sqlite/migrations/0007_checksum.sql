-- A hash over all that a revision says, so that a disk which changed a bit of it is found out.
ALTER TABLE revision ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
UPDATE revision
SET checksum = checksum_of(article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key, simhash, rules_hash,
    origin, title, authors, published, modified, url, canonical_url, language, source_name, license, rights, tags, flags, metadata,
    text, detail, later_captures);
