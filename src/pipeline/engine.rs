use std::sync::Arc;

use tokio::sync::Semaphore;

use super::error::RunError;
use super::knowledge::Knowledge;
use super::log;
use super::stop::Stop;
use super::store_thread::StoreHandle;
use crate::config::RunSettings;
use crate::dedup;
use crate::fetch::Fetcher;
use crate::model::{Clock, Decision, Submission};
use crate::store::{Batch, Store};

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
