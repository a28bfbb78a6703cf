use boji_clean::model::{Candidate, Issue, Timestamp};
use boji_clean::parse::Rhythm;

use crate::fetch::Purpose;
use crate::model::{Capture, FailureClass, Source, SourceState};

/// The question whether the run has seen a candidate before: an entry of this source is stored for it.
pub(crate) type IsKnown<'a> = dyn Fn(&Candidate) -> bool + 'a;

/// What is new at one kind of source: a machine of steps that never touches the network.
///
/// The run calls [`Discover::start`], fetches what the step asks for, hands the answer to [`Discover::read`], and goes
/// on until a step asks for nothing more. After each step it stores candidates and cursor together, so a run that is
/// stopped anywhere goes on where it was. A new *kind* of source is one file with an implementation, and a line in
/// [`super::of_kind`].
pub trait Discover: Sync {
    /// The first step of a run: what to ask for, or candidates that need no request.
    fn start(&self, source: &Source, state: &SourceState) -> Step;

    /// The first step of a walk through what the source had before and shows no more; none for a kind that has no such pages.
    fn start_older(&self, _source: &Source, _state: &SourceState) -> Option<Step> {
        None
    }

    /// The cursor when a page of such a walk is not there.
    fn end_older(&self, cursor: &str) -> String {
        cursor.to_owned()
    }

    /// The step that goes on without what `ask` asked for and could not be had, where one request more or less is not all; none for
    /// a kind that ends with it.
    fn go_on_without(&self, _ask: &Query, _now: Timestamp) -> Option<Step> {
        None
    }

    /// Reads the answer to `ask`. Whatever the bytes are, the step says so instead of failing.
    fn read(&self, source: &Source, ask: &Query, capture: &Capture, known: &IsKnown<'_>) -> Step;
}

/// A request that a discovery wants made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The address.
    pub url: String,
    /// What is expected to come.
    pub purpose: Purpose,
    /// It is asked for with the validators of the last answer, and when nothing changed there, nothing else is asked for.
    /// Each page of an album is another address, and what was said of one says nothing of the next.
    pub is_conditional: bool,
    /// Number of this request in the run, from 1.
    pub page: u32,
    /// The cursor as it stands until this is answered.
    pub cursor: String,
    /// It is a page of what the source had before, on a walk that somebody asked for.
    pub is_older: bool,
}

/// What came of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What the source named, in its order, known ones among them: an edited entry shows in what is said of it.
    pub candidates: Vec<Candidate>,
    /// What the source named and nobody is to ask for: it is kept as known, and `boji retry` takes it in. Named alone where the
    /// run has not seen it before.
    pub passed_over: Vec<Candidate>,
    /// The next request; none ends the discovery for this run.
    pub next: Option<Query>,
    /// To be stored as [`SourceState::cursor`].
    pub cursor: String,
    /// Oddities got over.
    pub issues: Vec<Issue>,
    /// What the source says about itself.
    pub about: SourceFacts,
    /// Why the answer could not be used; `None` when it could.
    pub failure: Option<Failure>,
}

impl Step {
    /// A step that asks for one address, with the cursor unchanged.
    pub fn asking(ask: Query) -> Self {
        Self { cursor: ask.cursor.clone(), next: Some(ask), ..Self::default() }
    }

    /// A step for an answer that cannot be used: nothing is asked any more, the cursor stays.
    pub fn failed(ask: &Query, failure: Failure) -> Self {
        Self { cursor: ask.cursor.clone(), failure: Some(failure), ..Self::default() }
    }
}

/// Why an answer could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub class: FailureClass,
    /// A sentence for people: lower case, no final period.
    pub message: String,
}

impl Failure {
    /// A failure from its kind and its sentence.
    pub fn new(class: FailureClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }
}

/// What a source says about itself. Unknown is "" or `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// Its title.
    pub title: String,
    /// Who publishes it: the account's name for an album.
    pub publisher: String,
    /// The site it belongs to.
    pub site_url: String,
    /// Articles that it claims to have.
    pub claimed: Option<u64>,
    /// When it asks not to be polled.
    pub rhythm: Rhythm,
    /// WebSub hub that it names.
    pub hub: String,
    /// Where it says that its older entries are.
    pub older_url: String,
}
