use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use boji_clean::model::canonical_url;
use tokio::sync::{Semaphore, oneshot, watch};

use super::error::{RunError, WorkerError};
use super::knowledge::Knowledge;
use super::log;
use super::stop::Stop;
use crate::config::RunSettings;
use crate::dedup;
use crate::fetch::{Ask, CookieJar, Fetcher, Purpose, Slots, carries_own_to, with_account_of};
use crate::model::{Clock, Decision, Source, Submission};
use crate::store::{Batch, Store, StoreError};

/// Something worth telling a person who watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// So many sources will be polled.
    Planned(usize),
    /// A source is being polled.
    Started(String),
    /// A page of a source is being fetched.
    Page {
        /// The source.
        source: String,
        /// The address.
        url: String,
    },
    /// The store has decided about an article.
    Stored {
        /// Its own id; it may be stored under another that it got first.
        article: String,
        /// What was decided.
        decision: Decision,
    },
    /// A source is finished.
    Finished(String),
}

/// Everything that a run works with, wired together once.
pub(super) struct Engine {
    /// Bytes, live or from a recording.
    pub fetcher: Fetcher,
    /// The files of cookies of the sources that have one, as they were when the run began.
    pub cookies: Cookies,
    /// The store's thread.
    pub store: StoreHandle,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// What judges the articles.
    pub knowledge: Arc<Knowledge>,
    /// How a run is paced.
    pub settings: RunSettings,
    /// A wish to stop.
    pub stop: Stop,
    /// As many permits as cores: cleaning never takes more threads.
    pub cpu: Arc<Semaphore>,
    /// The answers that may be in hand at once.
    pub slots: Slots,
    /// What sources and hosts have cost in this run.
    pub shares: Shares,
    /// The pages that were asked for in this run.
    pub pages: Pages,
    /// The sources that may still have pages which wait.
    pub at_work: Arc<AtWork>,
    /// Told what happens.
    pub listen: Box<dyn Fn(Event) + Send + Sync>,
}

impl Engine {
    /// Does `work` on a blocking thread, with no more of it at once than there are cores. Work that panics, or that is not done
    /// in [`LONGEST_WORK`], is an error of the one thing it was done for, [`RunError::Worker`].
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Knowledge) -> T + Send + 'static,
    ) -> Result<T, RunError> {
        let permit = Arc::clone(&self.cpu).acquire_owned().await.map_err(|_| RunError::StoreThread)?;
        let knowledge = Arc::clone(&self.knowledge);
        let done = watched(LONGEST_WORK, move || work(&knowledge)).await;
        // What was left behind keeps its thread, but not its place: others go on.
        drop(permit);
        Ok(done?)
    }

    /// The unconditional request for an address by who reads a source.
    pub(super) fn ask(&self, url: &str, purpose: Purpose, source: &Source) -> Ask {
        Ask::new(url, purpose).for_reader_of(source, self.cookies.of(&source.id))
    }

    /// Commits a batch with the state of the host that `url` names, so that a killed run leaves no host forgotten, and
    /// gives its articles back, each with what was decided.
    pub(super) async fn commit(&self, mut batch: Batch, url: &str) -> Result<Vec<(Decision, Submission)>, RunError> {
        batch.hosts.extend(self.fetcher.hosts_of(url));
        let committed: Vec<(Decision, Submission)> = self
            .store
            .with(move |store: &mut dyn Store| {
                let decisions = store.commit(&batch, &dedup::decide)?;
                Ok(decisions.into_iter().zip(batch.articles).collect())
            })
            .await?;
        for (decision, submission) in &committed {
            log::article_is_decided(decision, &submission.article);
            (self.listen)(Event::Stored { article: submission.article.id(), decision: decision.clone() });
        }
        Ok(committed)
    }
}

/// The cookies of sources, by their ids.
#[derive(Default)]
pub(super) struct Cookies(BTreeMap<String, Result<(Arc<CookieJar>, usize), String>>);

impl Cookies {
    /// Reads the files of these sources.
    pub(super) fn read<'a>(sources: impl Iterator<Item = &'a Source>) -> Self {
        let with_file = sources.filter(|source| !source.cookies.is_empty());
        let read = |source: &Source| {
            let read = CookieJar::read(Path::new(&source.cookies));
            read.map(|(jar, strange)| (Arc::new(jar), strange))
                .map_err(|error| format!("failed to read the cookies in {}: {error}", source.cookies))
        };
        Self(with_file.map(|source| (source.id.clone(), read(source))).collect())
    }

    fn of(&self, id: &str) -> Arc<CookieJar> {
        self.0.get(id).and_then(|read| read.as_ref().ok()).map(|(jar, _)| Arc::clone(jar)).unwrap_or_default()
    }

    /// Why those of a source cannot be had, as a sentence; `None` when they can, or it has none.
    pub(super) fn problem_of(&self, id: &str) -> Option<&str> {
        self.0.get(id)?.as_ref().err().map(String::as_str)
    }

    /// Lines of the file of a source that are no cookies.
    pub(super) fn strange_lines_of(&self, id: &str) -> usize {
        self.0.get(id).and_then(|read| read.as_ref().ok()).map_or(0, |(_, strange)| *strange)
    }
}

/// Longest time for one page or feed. What takes longer is a mistake of ours, and must not hold the rest.
const LONGEST_WORK: Duration = Duration::from_secs(30);

/// Does `work` on a blocking thread and waits for it no longer than that. A thread cannot be ended: it is left behind.
async fn watched<T: Send + 'static>(
    longest: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WorkerError> {
    match tokio::time::timeout(longest, tokio::task::spawn_blocking(work)).await {
        Ok(done) => done.map_err(|_| WorkerError::Panicked),
        Err(_) => Err(WorkerError::TookTooLong(longest.as_secs())),
    }
}

/// How long the pages of a source or of a host may occupy a run, in milliseconds of requests and of work on their answers: ten
/// minutes. The rest waits for the next run.
const SHARE_MILLIS: i64 = 10 * 60 * 1_000;

/// The pages that a run has asked for, each with what came of it for whom: so that one that several sources name is asked for
/// once.
#[derive(Default)]
pub(super) struct Pages(Mutex<HashMap<(String, bool, String), Page>>);

/// Locked while a source asks for the page.
pub(super) type Page = Arc<tokio::sync::Mutex<Option<Came>>>;

/// An article that came of a page.
pub(super) struct Came {
    /// The source for which it was asked.
    pub source_id: String,
    /// The article's id.
    pub article_id: String,
}

impl Pages {
    /// The page at an address, as a source asks for it: one that joins pages, or has a password,
    /// headers or cookies, gets more than others.
    pub(super) fn at(&self, url: &str, source: &Source) -> Page {
        let url = canonical_url(url).unwrap_or_else(|| url.to_owned());
        let has_own = with_account_of(&source.url, &url) != url || carries_own_to(source, &url);
        let reader = if has_own { source.id.clone() } else { String::new() };
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(pages.entry((url, source.join_pages, reader)).or_default())
    }
}

/// Who pays for a page. A source is often called as its host is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Payer {
    /// By its id.
    Source(String),
    /// By its name.
    Host(String),
}

/// What sources and hosts have cost in a run.
#[derive(Default)]
pub(super) struct Shares(Mutex<BTreeMap<Payer, i64>>);

impl Shares {
    /// Adds what a source or host has cost.
    pub(super) fn add(&self, payer: Payer, millis: i64) {
        *self.lock().entry(payer).or_default() += millis;
    }

    /// Whether it has had its share.
    pub(super) fn is_used_up(&self, payer: &Payer) -> bool {
        self.lock().get(payer).is_some_and(|millis| *millis >= SHARE_MILLIS)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Payer, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many sources of one priority may still have pages which wait: stored articles are looked at again when there is none, so
/// that no look takes the place of another source's page in the day's budget of a host.
#[derive(Default)]
pub(super) struct AtWork(watch::Sender<usize>);

/// That of one source, until it is dropped.
pub(super) struct Working(Arc<AtWork>);

impl AtWork {
    /// Counts a source.
    pub(super) fn begin(self: &Arc<Self>) -> Working {
        self.0.send_modify(|sources| *sources += 1);
        Working(Arc::clone(self))
    }

    /// Waits until all that began have ended.
    pub(super) async fn have_ended(&self) {
        // The sender is ours, and is not dropped meanwhile.
        let _ = self.0.subscribe().wait_for(|sources| *sources == 0).await;
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.0.send_modify(|sources| *sources = sources.saturating_sub(1));
    }
}

type Job = Box<dyn FnOnce(&mut dyn Store) + Send>;

/// The one thread that owns the store. Async code holds clones of a handle and sends it work; each piece of work is
/// one call and so one transaction, and they are done in the order of their arrival.
#[derive(Clone)]
pub(crate) struct StoreHandle {
    jobs: mpsc::Sender<Option<Job>>,
}

/// Keeps the thread until [`StoreThread::join`] gives the store back.
pub(crate) struct StoreThread {
    jobs: mpsc::Sender<Option<Job>>,
    thread: JoinHandle<Box<dyn Store>>,
}

impl StoreThread {
    /// Moves `store` to a thread of its own.
    pub(crate) fn start(mut store: Box<dyn Store>) -> Result<(StoreHandle, Self), RunError> {
        let (jobs, inbox) = mpsc::channel::<Option<Job>>();
        let work = move || {
            while let Ok(Some(job)) = inbox.recv() {
                job(store.as_mut());
            }
            store
        };
        let thread = std::thread::Builder::new().spawn(work).map_err(|_| RunError::StoreThread)?;
        Ok((StoreHandle { jobs: jobs.clone() }, Self { jobs, thread }))
    }

    /// Waits until every piece of work is done that was given so far. Handles that are left, in threads that were left behind,
    /// are of no more use.
    pub(crate) fn join(self) -> Result<Box<dyn Store>, RunError> {
        // A thread that is gone cannot be asked to end.
        let _ = self.jobs.send(None);
        self.thread.join().map_err(|_| RunError::StoreThread)
    }
}

impl StoreHandle {
    /// Does `work` on the store's thread and waits for what it returns.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, RunError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            // A caller that was stopped no longer listens; its work is done all the same.
            let _ = answer.send(work(store));
        });
        self.jobs.send(Some(job)).map_err(|_| RunError::StoreThread)?;
        Ok(wait.await.map_err(|_| RunError::StoreThread)??)
    }

    /// As [`StoreHandle::with`], for a thread that may wait: never call it on a thread of the async runtime.
    pub(crate) fn with_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, RunError> {
        let (answer, wait) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |store| {
            let _ = answer.send(work(store));
        });
        self.jobs.send(Some(job)).map_err(|_| RunError::StoreThread)?;
        Ok(wait.recv().map_err(|_| RunError::StoreThread)??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_left_behind_and_what_panics_is_an_error() {
        let (end, ended) = mpsc::channel::<()>();
        let slow = watched(Duration::from_millis(5), move || ended.recv().is_err()).await;
        assert_eq!(slow, Err(WorkerError::TookTooLong(0)));
        drop(end);
        let panics = watched(LONGEST_WORK, || assert_eq!(1, 2, "as it should")).await;
        assert_eq!(panics, Err(WorkerError::Panicked));
        assert_eq!(watched(LONGEST_WORK, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn who_waits_for_all_waits_for_the_last() {
        let at_work = Arc::new(AtWork::default());
        at_work.have_ended().await;
        let (first, last) = (at_work.begin(), at_work.begin());
        drop(first);
        let waited = tokio::time::timeout(Duration::from_millis(5), at_work.have_ended()).await;
        assert!(waited.is_err());
        drop(last);
        at_work.have_ended().await;
    }

    #[test]
    fn a_share_is_used_up_by_its_owner_alone() {
        let shares = Shares::default();
        let (a, b) = (Payer::Source("a".into()), Payer::Source("b".into()));
        shares.add(a.clone(), SHARE_MILLIS - 1);
        assert!(!shares.is_used_up(&a));
        shares.add(a.clone(), 1);
        assert!(shares.is_used_up(&a) && !shares.is_used_up(&b) && !shares.is_used_up(&Payer::Host("a".into())));
    }
}
