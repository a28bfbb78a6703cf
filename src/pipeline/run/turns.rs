use std::collections::BTreeSet;

use super::refusals::Refusals;
use crate::fetch::Fetcher;
use crate::model::{Entry, ErrorClass, Source};
use crate::pipeline::engine::{Engine, Payer};

/// What the pages of a source have used of a run, and which hosts are left alone for the rest of it.
#[derive(Default)]
pub(super) struct Turns {
    left_alone: BTreeSet<String>,
    refusals: Refusals,
    pages: usize,
}

impl Turns {
    /// Whether the page of an entry may be asked for.
    pub(super) fn has_one_for(&self, engine: &Engine, source: &Source, entry: &Entry) -> bool {
        let host = Fetcher::host_of(&entry.candidate.url);
        !self.left_alone.contains(&host)
            && self.pages < engine.settings.pages_per_source as usize
            && !payers(source, host).iter().any(|payer| engine.shares.is_used_up(payer))
    }

    /// Adds what became of a page.
    pub(super) fn add(&mut self, host: String, turn: &Turn) {
        self.pages += turn.pages;
        if turn.closes_host() || self.refusals.are_enough(&host, turn.refusal) {
            self.left_alone.insert(host);
        }
    }
}

/// Who pays for a page of a source.
pub(super) fn payers(source: &Source, host: String) -> [Payer; 2] {
    [Payer::Source(source.id.clone()), Payer::Host(host)]
}

/// What became of one entry.
pub(super) struct Turn {
    /// Whether its host may be asked for more.
    pub reached: Reached,
    /// Pages of the run's share that it used.
    pub pages: usize,
    /// How the server refused it, with an answer that it could give to every page.
    pub refusal: Option<ErrorClass>,
    /// Whether the text that its source carries of it is but the beginning of the page, where both were compared.
    pub is_shorter: Option<bool>,
    /// The article that its page is, where that was taken.
    pub article_id: Option<String>,
}

impl Turn {
    /// Whether its host had better be left alone for the rest of the run.
    pub(super) fn closes_host(&self) -> bool {
        self.reached == Reached::HostIsClosed
    }
}

impl From<Reached> for Turn {
    fn from(reached: Reached) -> Self {
        Self { reached, pages: 1, refusal: None, is_shorter: None, article_id: None }
    }
}

/// What a try says about the other pages of the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// They may be asked for.
    HostIsOpen,
    /// They had better be left alone for the rest of the run.
    HostIsClosed,
}
