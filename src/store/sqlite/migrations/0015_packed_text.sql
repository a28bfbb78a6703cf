-- The words of an article once: its text packed by itself, and behind it Markdown and blocks, which say most of it again. They were
-- most of a store. What a disk has damaged stays so: its checksum is none.
ALTER TABLE revision ADD COLUMN packed_text BLOB NOT NULL DEFAULT x'';
UPDATE revision SET checksum = ''
WHERE checksum <> checksum_of(article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key, simhash, rules_hash,
    origin, title, authors, published, modified, url, canonical_url, language, source_name, license, rights, tags, flags, metadata,
    text, detail, later_captures);
UPDATE revision
SET packed_text = packed(text), detail = coalesce(packed_after(text, text_of(detail)), detail);
ALTER TABLE revision DROP COLUMN text;
UPDATE revision
SET checksum = checksum_of(article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key, simhash, rules_hash,
    origin, title, authors, published, modified, url, canonical_url, language, source_name, license, rights, tags, flags, metadata,
    packed_text, detail, later_captures)
WHERE checksum <> '';

-- Blocks that were taken out stand among the blocks of their revision; nothing asked this table.
DROP TABLE removed_block;
