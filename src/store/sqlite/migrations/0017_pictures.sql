-- The pictures of articles, where a person wants them kept: what came of each. Their files lie beside the database.
CREATE TABLE picture (
    article_id TEXT NOT NULL REFERENCES article (id),
    name       TEXT NOT NULL,               -- what all renderings of it share
    position   INTEGER NOT NULL,            -- from 0, among those of the article
    url        TEXT NOT NULL,               -- as it stands in the article
    hash       TEXT NOT NULL DEFAULT '',    -- of the file, '' when there is none
    kind       TEXT NOT NULL DEFAULT '',
    width      INTEGER NOT NULL DEFAULT 0,
    height     INTEGER NOT NULL DEFAULT 0,
    bytes      INTEGER NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '',    -- why there is none, '' before the first try
    tries      INTEGER NOT NULL DEFAULT 0,
    tried_at   INTEGER,
    next_due   INTEGER,                     -- NULL when nothing more will come
    PRIMARY KEY (article_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_due ON picture (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX picture_of_name ON picture (name) WHERE hash <> '';
CREATE INDEX picture_of_hash ON picture (hash) WHERE hash <> '';

-- By which wish the pictures of an article were listed, since its revision stands.
CREATE TABLE pictured (
    article_id TEXT PRIMARY KEY REFERENCES article (id),
    wish       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
