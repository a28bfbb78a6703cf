//! Bytes over HTTP, politely: live client, tape (record, replay), robots, host pace, validators, limits. It must not know HTML.
