-- The rule of its source that kept an entry out.
ALTER TABLE entry ADD COLUMN skipped_by TEXT NOT NULL DEFAULT '';
