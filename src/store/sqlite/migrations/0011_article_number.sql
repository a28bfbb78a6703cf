-- A small number for each article, for tables that name articles often.
CREATE TABLE article_number (
    number     INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES article (id)
) STRICT;
