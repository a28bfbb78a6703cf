use serde::Serialize;

/// What a run does about a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Asks it what is new, then for the pages that wait.
    #[default]
    Poll,
    /// Asks for what it had before and shows no more, at most so many pages of it; then for the articles' pages that wait.
    Older(u32),
    /// Asks for the pages that wait and nothing else.
    Pages,
}
