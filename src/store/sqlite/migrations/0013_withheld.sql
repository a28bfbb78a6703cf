-- What a person keeps out of lists, searches and exports: an article, or all of a source or an account, those to come too.
CREATE TABLE hidden (
    kind      TEXT NOT NULL CHECK (kind IN ('article', 'source', 'account')),
    subject   TEXT NOT NULL,             -- the id of an article or a source, the name of an account
    reason    TEXT NOT NULL,
    hidden_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

-- Articles whose words and captures a person had taken away, by each id that they had: they do not come again.
CREATE TABLE forgotten (
    id           TEXT PRIMARY KEY,
    article_id   TEXT NOT NULL,          -- the id under which it was stored
    reason       TEXT NOT NULL,
    forgotten_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_of_article ON forgotten (article_id);

-- What a forgotten article taught stays taught, or its account would count otherwise than its articles: so the article of this
-- table may be a forgotten one.
CREATE TABLE taught_of_any (
    article_id TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account (name),
    number     INTEGER NOT NULL,         -- from 1
    UNIQUE (account, number)
) STRICT, WITHOUT ROWID;
INSERT INTO taught_of_any SELECT article_id, account, number FROM taught;
DROP TABLE taught;
ALTER TABLE taught_of_any RENAME TO taught;
