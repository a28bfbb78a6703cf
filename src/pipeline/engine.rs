use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use tokio::sync::{Semaphore, oneshot};

use super::error::RunError;
use super::knowledge::Knowledge;
use super::log;
use super::stop::Stop;
use crate::config::RunSettings;
use crate::dedup;
use crate::fetch::Fetcher;
use crate::model::{Clock, Decision, Submission};
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
    /// A source is finished.
    Finished(String),
}

/// Everything that a run works with, wired together once.
pub(super) struct Engine {
    /// Bytes, live or from a recording.
    pub fetcher: Fetcher,
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
    /// Told what happens.
    pub listen: Box<dyn Fn(Event) + Send + Sync>,
}

impl Engine {
    /// Does `work` on a blocking thread, with no more of it at once than there are cores. Work that panics is an error
    /// of the one thing it was done for, [`RunError::Worker`].
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Knowledge) -> T + Send + 'static,
    ) -> Result<T, RunError> {
        let permit = Arc::clone(&self.cpu).acquire_owned().await.map_err(|_| RunError::StoreThread)?;
        let knowledge = Arc::clone(&self.knowledge);
        let done = tokio::task::spawn_blocking(move || {
            let value = work(&knowledge);
            drop(permit);
            value
        });
        done.await.map_err(|_| RunError::Worker)
    }

    /// Commits a batch with the state of the host that `url` names, so that a killed run leaves no host forgotten, and
    /// gives its articles back, each with what was decided.
    pub(super) async fn commit(&self, mut batch: Batch, url: &str) -> Result<Vec<(Decision, Submission)>, RunError> {
        batch.hosts.extend(self.fetcher.host(&Fetcher::host_of(url)));
        let committed: Vec<(Decision, Submission)> = self
            .store
            .with(move |store: &mut dyn Store| {
                let decisions = store.commit(&batch, &dedup::decide)?;
                Ok(decisions.into_iter().zip(batch.articles).collect())
            })
            .await?;
        for (decision, submission) in &committed {
            log::article_is_decided(decision, &submission.article);
        }
        Ok(committed)
    }
}

type Job = Box<dyn FnOnce(&mut dyn Store) + Send>;

/// The one thread that owns the store. Async code holds clones of a handle and sends it work; each piece of work is
/// one call and so one transaction, and they are done in the order of their arrival.
#[derive(Clone)]
pub(crate) struct StoreHandle {
    jobs: mpsc::Sender<Job>,
}

/// Keeps the thread until [`StoreThread::join`] gives the store back.
pub(crate) struct StoreThread {
    thread: JoinHandle<Box<dyn Store>>,
}

impl StoreThread {
    /// Moves `store` to a thread of its own.
    pub(crate) fn start(mut store: Box<dyn Store>) -> (StoreHandle, Self) {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let thread = std::thread::spawn(move || {
            while let Ok(job) = inbox.recv() {
                job(store.as_mut());
            }
            store
        });
        (StoreHandle { jobs }, Self { thread })
    }

    /// Waits until every handle is dropped and every piece of work done.
    pub(crate) fn join(self) -> Result<Box<dyn Store>, RunError> {
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
        self.jobs.send(job).map_err(|_| RunError::StoreThread)?;
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
        self.jobs.send(job).map_err(|_| RunError::StoreThread)?;
        Ok(wait.recv().map_err(|_| RunError::StoreThread)??)
    }
}
