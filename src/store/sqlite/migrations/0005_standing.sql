-- What lists show of an article's latest revision, and by which rules it was cleaned: beside the article, so that
-- neither has to read the texts.
ALTER TABLE article ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN source_name TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN published TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN characters INTEGER NOT NULL DEFAULT 0;  -- of the text
ALTER TABLE article ADD COLUMN rules_hash TEXT NOT NULL DEFAULT '';
UPDATE article
SET title = latest.title, source_name = latest.source_name, published = latest.published,
    characters = characters_of(latest.text), rules_hash = latest.rules_hash
FROM revision AS latest
WHERE latest.article_id = article.id AND latest.number = article.revision;

-- All of it in the order of lists.
DROP INDEX article_in_order;
CREATE INDEX article_in_order
    ON article (sort_time, id, source_id, source_name, title, published, characters, revision, rules_hash, dup_of,
                gone_state, gone_at, language, kind);
