//! Where the article of a page stands by the rule of its site, and what that rule says of its title, date and authors.
//!
//! It knows selectors, and no site: those are data. What no rule speaks of is left to locating and to the page's own
//! facts.

mod facts;
mod locate;
mod look;

pub use facts::state;
pub use locate::locate;
pub use look::{Found, look};
