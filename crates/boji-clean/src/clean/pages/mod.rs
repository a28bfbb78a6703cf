//! Articles that run over several pages: which link of a page leads to the next one, and what the pages make together.
//!
//! To join another article is worse than to miss a page. So the address decides, beside that of the first page, and not
//! the word on the link; and a page that then tells another title or another day is none of the article's.

mod address;
mod join;
mod next_page;

pub(super) use address::follows;
pub(super) use join::{join, same_article, says_something_new};
pub(super) use next_page::next_page;
