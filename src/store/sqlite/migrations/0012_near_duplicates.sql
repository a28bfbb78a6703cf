-- Which texts are alike. Only articles that are no exact duplicates and say enough stand here; what they repeat is worked out
-- when it is asked for. Filled for older stores by `near::compare_all`, right behind this step.

-- What an article is found by: the smallest hashes of its runs of letters, eight bytes each, the lowest first (dedup::Sketch).
CREATE TABLE sketch (
    number  INTEGER PRIMARY KEY REFERENCES article_number (number),
    anchors BLOB NOT NULL
) STRICT;

-- The same the other way round. Without a reference, which would be looked up with each of its rows; `check` compares.
CREATE TABLE anchor (
    hash   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT, WITHOUT ROWID;

-- Pairs of alike texts, the article with the smaller number first; shares in thousandths (model::Likeness).
CREATE TABLE likeness (
    first           INTEGER NOT NULL REFERENCES sketch (number),
    second          INTEGER NOT NULL REFERENCES sketch (number),
    jaccard         INTEGER NOT NULL,
    first_in_second INTEGER NOT NULL,
    second_in_first INTEGER NOT NULL,
    PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_of_second ON likeness (second);
