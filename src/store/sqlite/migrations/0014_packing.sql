-- Pages of one host say most of what its other pages say. A body may be packed behind another one, its reference, which is then what
-- a reader unpacks first; a reference is packed by itself.
ALTER TABLE body ADD COLUMN reference TEXT REFERENCES body (hash);
CREATE INDEX body_of_reference ON body (reference) WHERE reference IS NOT NULL;

-- The bodies of a host behind which the next ones are packed.
CREATE TABLE packing_reference (
    host   TEXT NOT NULL,
    hash   TEXT NOT NULL REFERENCES body (hash),
    sketch BLOB NOT NULL,                -- by which it is told which of them a page resembles most (store/sqlite/packing.rs)
    uses   INTEGER NOT NULL,             -- bodies packed behind it
    number INTEGER NOT NULL,             -- the how many-th use of its host was the last
    PRIMARY KEY (host, hash)
) STRICT, WITHOUT ROWID;
