-- The captures of the pages after the first, of an article that runs over several: hashes of bodies, in order.
ALTER TABLE revision ADD COLUMN later_captures TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(later_captures));
