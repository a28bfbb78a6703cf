-- The other ids of an article: those of the links under which a WeChat article came before a page told its numbers, or
-- of its numbers when it is stored under such a link.
CREATE TABLE alias (
    id         TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES article (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_of_article ON alias (article_id);
