-- What is learned of accounts, and what people ruled against verdicts.

CREATE TABLE account (
    name     TEXT PRIMARY KEY,
    articles INTEGER NOT NULL            -- that taught it
) STRICT, WITHOUT ROWID;

-- Which article taught which account, as the account's how many-th: an article teaches once.
CREATE TABLE taught (
    article_id TEXT PRIMARY KEY REFERENCES article (id),
    account    TEXT NOT NULL REFERENCES account (name),
    number     INTEGER NOT NULL,         -- from 1
    UNIQUE (account, number)
) STRICT, WITHOUT ROWID;

-- The wordings at both ends of an account's articles. One that was never learned goes when it has not come back for
-- long (store/forget.rs); a learned one stays.
CREATE TABLE account_block (
    account TEXT NOT NULL REFERENCES account (name),
    edge    TEXT NOT NULL CHECK (edge IN ('head', 'tail')),
    key     TEXT NOT NULL,
    sample  TEXT NOT NULL,               -- as first seen
    count   INTEGER NOT NULL,
    recent  TEXT NOT NULL CHECK (json_valid(recent)),  -- numbers of articles, ascending
    learned INTEGER NOT NULL CHECK (learned IN (0, 1)),
    PRIMARY KEY (account, edge, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_block_learned ON account_block (account) WHERE learned = 1;

CREATE TABLE ruling (
    kind     TEXT NOT NULL CHECK (kind IN ('block', 'rule')),
    subject  TEXT NOT NULL,              -- of a block the id of its article, of a rule its id
    scope    TEXT NOT NULL,              -- of a block its key, of a rule the account, '' for all
    ruled_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, scope)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_of_article ON entry (article_id) WHERE article_id <> '';
