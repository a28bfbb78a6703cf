//! New, revision, duplicate or unchanged: keys, fingerprints, the decision. Pure; it must not know the store.
