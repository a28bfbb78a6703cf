use super::pen::Span;
use super::reading::Reading;
use crate::model::Date;

/// A date with the place that states it.
pub(super) type Found = (Date, &'static str);

/// What is known when the dates are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub url: &'a str,
    pub reading: Reading,
    /// Where the title stands.
    pub title: Option<Span>,
}
