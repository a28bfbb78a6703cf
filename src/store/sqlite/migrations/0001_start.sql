-- The first shape of the store.
--
-- Times are milliseconds since 1970 in UTC. A row that is only ever read whole is one JSON document; what is asked for
-- by a field is a column. Nothing here is ever deleted but a source with its entries.

CREATE TABLE source (
    id          TEXT PRIMARY KEY,
    description TEXT NOT NULL CHECK (json_valid(description)),  -- model::Source
    state       TEXT NOT NULL CHECK (json_valid(state))         -- model::SourceState
) STRICT;

-- The bytes that servers sent, once for each content.
CREATE TABLE body (
    hash   TEXT PRIMARY KEY,   -- BLAKE3, 64 hexadecimal digits
    length INTEGER NOT NULL,   -- of the content
    codec  INTEGER NOT NULL,   -- 0 as it is, 1 zstd
    bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE capture (
    number     INTEGER PRIMARY KEY,
    url        TEXT NOT NULL,
    body_hash  TEXT NOT NULL REFERENCES body (hash),
    source_id  TEXT NOT NULL,
    status     INTEGER NOT NULL,
    hops       TEXT NOT NULL CHECK (json_valid(hops)),
    headers    TEXT NOT NULL CHECK (json_valid(headers)),
    fetched_at INTEGER NOT NULL
) STRICT;
CREATE INDEX capture_of_body ON capture (body_hash, fetched_at);
CREATE INDEX capture_of_url ON capture (url, body_hash);

-- One row an article: its identity, and what lists and decisions ask of its latest revision.
CREATE TABLE article (
    id           TEXT PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    revision     INTEGER NOT NULL,   -- the latest
    content_hash TEXT NOT NULL,
    text_key     TEXT NOT NULL,
    source_id    TEXT NOT NULL,
    language     TEXT NOT NULL,
    kind         TEXT NOT NULL,
    sort_time    INTEGER NOT NULL,   -- of publication, else of the fetch
    dup_of       TEXT REFERENCES article (id),
    first_seen   INTEGER NOT NULL,
    last_seen    INTEGER NOT NULL,
    gone_state   TEXT,               -- what took it off the web
    gone_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX article_in_order ON article (sort_time, id);
CREATE INDEX article_of_text ON article (text_key);
CREATE INDEX article_of_original ON article (dup_of) WHERE dup_of IS NOT NULL;

CREATE TABLE revision (
    article_id    TEXT NOT NULL REFERENCES article (id),
    number        INTEGER NOT NULL,  -- from 1
    source_id     TEXT NOT NULL,
    capture_hash  TEXT NOT NULL,
    fetched_at    INTEGER NOT NULL,
    content_hash  TEXT NOT NULL,
    text_key      TEXT NOT NULL,
    simhash       TEXT NOT NULL,
    rules_hash    TEXT NOT NULL,
    origin        TEXT NOT NULL,
    title         TEXT NOT NULL,
    authors       TEXT NOT NULL CHECK (json_valid(authors)),
    published     TEXT NOT NULL,     -- as stated, '' when not stated
    modified      TEXT NOT NULL,
    url           TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    language      TEXT NOT NULL,
    source_name   TEXT NOT NULL,
    license       TEXT NOT NULL,
    rights        TEXT NOT NULL,
    tags          TEXT NOT NULL CHECK (json_valid(tags)),
    flags         TEXT NOT NULL CHECK (json_valid(flags)),
    metadata      TEXT NOT NULL CHECK (json_valid(metadata)),
    text          TEXT NOT NULL,
    detail        BLOB NOT NULL,     -- zstd of {"markdown", "blocks"}, which say most of the text again
    PRIMARY KEY (article_id, number)
) STRICT;

-- The blocks that are not in the text of a revision, for questions such as "what did this rule take away?".
CREATE TABLE removed_block (
    article_id TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    place      INTEGER NOT NULL,     -- among the blocks of the page, from 0
    label      TEXT NOT NULL,        -- meta or drop
    category   TEXT NOT NULL,
    rule       TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (article_id, revision, place),
    FOREIGN KEY (article_id, revision) REFERENCES revision (article_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_block_of_rule ON removed_block (rule);

CREATE TABLE entry (
    source_id   TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    candidate   TEXT NOT NULL CHECK (json_valid(candidate)),
    fingerprint TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'done', 'closed')),
    outcome     TEXT NOT NULL,
    tries       INTEGER NOT NULL,
    next_due    INTEGER NOT NULL,
    article_id  TEXT NOT NULL,
    PRIMARY KEY (source_id, key)
) STRICT;
CREATE INDEX entry_due ON entry (next_due, source_id, key) WHERE status = 'pending';
CREATE INDEX entry_due_of_source ON entry (source_id, next_due, key) WHERE status = 'pending';

CREATE TABLE fetch (
    number    INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    url       TEXT NOT NULL,
    at        INTEGER NOT NULL,
    status    INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    millis    INTEGER NOT NULL,
    outcome   TEXT NOT NULL,
    error     TEXT NOT NULL
) STRICT;
CREATE INDEX fetch_in_order ON fetch (at);
CREATE INDEX fetch_of_source ON fetch (source_id, at);

CREATE TABLE host (
    name  TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (json_valid(state))  -- model::HostState
) STRICT;
