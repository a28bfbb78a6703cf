-- A small number for each article, for tables that know their rows by numbers alone.
CREATE TABLE article_number (
    number     INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES article (id)
) STRICT;
INSERT INTO article_number (article_id) SELECT id FROM article ORDER BY id;

-- The words of titles and texts that stand, for searching. It holds no text of its own; what is a word is told by search/tokens.rs,
-- which divides them by spaces.
CREATE VIRTUAL TABLE words USING fts5 (title, text, content = '', contentless_delete = 1, tokenize = 'ascii');
INSERT INTO words (rowid, title, text)
SELECT article_number.number, tokens_of(latest.title), tokens_of(latest.text)
FROM article_number
JOIN article ON article.id = article_number.article_id
JOIN revision AS latest ON latest.article_id = article.id AND latest.number = article.revision
ORDER BY article_number.number;

-- Whether it is kept: one row, until a person does without it.
CREATE TABLE search_index (
    kept INTEGER PRIMARY KEY CHECK (kept = 1)
) STRICT;
INSERT INTO search_index VALUES (1);
