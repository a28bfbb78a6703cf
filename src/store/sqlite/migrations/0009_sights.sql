-- Which entries of a source were done lately: their pages are looked at again.
CREATE INDEX entry_done ON entry (source_id, next_due, key) WHERE status = 'done' AND tries > 0;
