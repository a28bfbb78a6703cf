//! A page of the WeChat article platform (mp.weixin.qq.com) to state, facts and body.
//!
//! Since 2024 such a page is 2 to 4 MB of scripts round a JavaScript literal, `window.cgiDataNew`, that holds
//! everything; pages of 2014 to 2024 say the same in script variables and elements. No script is run and the page is
//! never parsed as a whole: [`outline`] parts scripts from markup, [`cgi`] and [`vars`] read literals out of the
//! scripts, [`dom`] reads a few elements, `page` joins what they say, [`state`] tells an article from a captcha, a
//! removed article and the other pages. It must not know what of a body is worth keeping.

mod body;
mod cgi;
mod dom;
mod exported;
mod framed;
mod literal;
mod markup;
mod outline;
mod page;
mod state;
mod stated;
mod value;
mod vars;

pub use dom::is_wordless;
pub use page::{is_article_address, notice_page, page};
pub use state::{MAX_NOTICE_BYTES, entry_notice, notice};
