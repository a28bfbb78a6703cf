-- A person can call lines of an article boilerplate, too.

CREATE TABLE ruling_anew (
    kind     TEXT NOT NULL CHECK (kind IN ('block', 'boilerplate', 'rule')),
    subject  TEXT NOT NULL,              -- of lines the id of their article, of a rule its id
    scope    TEXT NOT NULL,              -- of lines their key, of a rule the account, '' for all
    ruled_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO ruling_anew SELECT kind, subject, scope, ruled_at FROM ruling;
DROP TABLE ruling;
ALTER TABLE ruling_anew RENAME TO ruling;
