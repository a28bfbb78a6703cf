#![doc = include_str!("../README.md")]

// What the program uses beside the names below. Hidden, for it changes as the program needs.
#[doc(hidden)]
pub mod classifier;
#[doc(hidden)]
pub mod clean;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod parse;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod text;

pub use clean::Cleaned;
pub use model::{Article, Metadata, PageState, Verdict};
pub use parse::Input;
pub use rules::{RuleFile, Rules, RulesError};

/// From the bytes of a page to its article: parsed, located, judged and rendered. Pure, and never fails: a page that is no
/// article says what it is instead.
///
/// It knows nothing of the account but this page. The program also knows what the account's other articles repeat.
pub fn clean(page: &Input<'_>, rules: &Rules) -> Cleaned {
    clean::clean_page(page, &clean::Context::default(), rules)
}
