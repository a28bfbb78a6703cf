-- When the words of a revision came first that wait to come again; NULL when they do not wait. Revisions behind the one that
-- stands are either such, or a person went back behind them.
ALTER TABLE revision ADD COLUMN held_since INTEGER;
CREATE INDEX revision_held ON revision (held_since, article_id, number) WHERE held_since IS NOT NULL;
