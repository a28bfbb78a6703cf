//! What is new at a source: feed, WeChat album, list of addresses, folder. It must not know the store.
