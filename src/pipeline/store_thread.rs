use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::error::RunError;
use crate::store::{Store, StoreError};

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
