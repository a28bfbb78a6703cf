use std::sync::Arc;

use anyhow::Context as _;
use boji_clean::model::Timestamp;
use boji_clean::rules::{RuleFile, Rules};
use tokio::sync::Notify;

use super::arguments::Arguments;
use super::exit::Exit;
use super::hooks::{Calls, Hooks};
use super::mistake::Mistake;
use super::notify::ServiceManager;
use super::output::Output;
use super::watchdog::Watchdog;
use super::{failure, report, run, signals, workplace};
use crate::config::Loaded;
use crate::fetch::Live;
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, Pauses, RunError, RunOptions, Setup, Signal, Stop, Upcoming};
use crate::store::StoreError;

/// Does what `run` does, for ever: a pass when something is due, and pauses in which others may write.
pub(super) fn run(arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    if arguments.wait.is_some() {
        let message = "a daemon waits for others as long as they write";
        return Err(Mistake::usage(message, "leave --wait out").into());
    }
    let stop = Stop::new();
    let reload = signals::stop_or_reload_on_signals(&stop)?;
    let in_force = InForce::read(arguments)?;
    let manager = Arc::new(ServiceManager::of_environment());
    let watchdog = Arc::new(Watchdog::new(Arc::clone(&manager)));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut daemon = Daemon {
        arguments,
        output,
        in_force,
        is_stale: true,
        complaint: String::new(),
        pauses: Pauses::default(),
        clock: Arc::clone(&clock),
        stop,
        reload,
        manager: Arc::clone(&manager),
        watchdog: Arc::clone(&watchdog),
    };
    let runtime = run::runtime()?;
    let ended = runtime.block_on(async {
        tokio::select! {
            ended = daemon.pass_after_pass() => ended,
            () = watchdog.keep_alive(clock.as_ref()) => Ok(Exit::Failure),
        }
    });
    manager.stopping();
    // What was left behind on its thread is not waited for.
    runtime.shutdown_background();
    ended
}

/// A run that goes on, with what it remembers from one pass to the next.
struct Daemon<'a> {
    arguments: &'a Arguments,
    output: Output,
    in_force: InForce,
    /// No pass has begun yet with the configuration in force.
    is_stale: bool,
    /// What was wrong with the files at the last look, "" when nothing was: it is not told twice.
    complaint: String,
    pauses: Pauses,
    clock: Arc<dyn Clock>,
    stop: Stop,
    /// Somebody wants the configuration to be read again.
    reload: Arc<Notify>,
    manager: Arc<ServiceManager>,
    watchdog: Arc<Watchdog>,
}

impl Daemon<'_> {
    /// Until a signal comes, or the database cannot be used by any later pass.
    async fn pass_after_pass(&mut self) -> anyhow::Result<Exit> {
        self.manager.ready();
        loop {
            let next = match self.pass_if_due().await {
                Ok(next) => {
                    if self.pauses.has_failed() && self.stop.requested().is_none() {
                        self.output.note("it works again");
                    }
                    self.pauses.after_pass(next, self.clock.now())
                }
                Err(error) if failure::is_broken_pipe(&error) => return Err(error),
                Err(error) => {
                    let exit = failure::report(&error, self.output);
                    if is_final(&error) {
                        return Ok(if exit == Exit::Failure { Exit::NoDatabase } else { exit });
                    }
                    self.pauses.after_failure(self.clock.now())
                }
            };
            match self.stop.requested() {
                Some(Signal::Interrupt) => return Ok(Exit::Interrupted),
                // What a service manager asks for is no failure.
                Some(Signal::Terminate) => return Ok(Exit::Done),
                None => {}
            }
            if !self.is_stale || self.pauses.has_failed() {
                self.pause(next).await;
            }
        }
    }

    /// A pass, when there is work for one or the configuration is another; after one that failed in any case. When the next thing is
    /// due, `None` when nothing waits.
    async fn pass_if_due(&mut self) -> anyhow::Result<Option<Timestamp>> {
        if !self.is_stale && !self.pauses.has_failed() {
            let store = workplace::open_to_read(self.arguments)?;
            let run = &self.in_force.loaded.settings.run;
            let Upcoming { is_due, next } = pipeline::upcoming(store.as_ref(), self.clock.now(), run)?;
            if !is_due {
                return Ok(next);
            }
        }
        let passed = self.pass().await;
        self.watchdog.pass_ends();
        let (next, calls) = passed?;
        // The pass is over and its lock free: they may start a boji that writes.
        let (stop, output) = (self.stop.clone(), self.output);
        self.and_reload(calls.make(&stop, output)).await;
        Ok(next)
    }

    /// A pass: when the next thing is due, and what is to be called.
    async fn pass(&mut self) -> anyhow::Result<(Option<Timestamp>, Calls)> {
        self.manager.status("waits until no other boji writes");
        let (stop, folder) = (self.stop.clone(), workplace::data_folder(self.arguments)?);
        let opened = self.and_reload(workplace::open_waiting(&stop, &folder, None)).await?;
        let Some((mut store, _lock)) = opened else { return Ok((None, Calls::default())) };
        let is_new = std::mem::take(&mut self.is_stale);
        let InForce { loaded, rules, .. } = self.in_force.clone();
        if is_new {
            workplace::tell_mistakes(&loaded, self.output);
        }
        workplace::adopt_sources(store.as_mut(), &loaded, self.output)?;
        self.watchdog.pass_begins(store.sources()?.len());
        let live =
            Live::new(&loaded.settings.fetch, Arc::clone(&self.clock)).context("failed to set up the HTTP client")?;
        let watchdog = Arc::clone(&self.watchdog);
        let pacing = loaded.settings.run.clone();
        let hooks = Hooks::new(&loaded.settings.hooks);
        let hear = hooks.listener();
        let setup = Setup {
            transport: Arc::new(live),
            clock: Arc::clone(&self.clock),
            rules,
            settings: loaded.settings,
            stop,
            listen: Box::new(move |event| {
                hear(&event);
                watchdog.event(&event);
            }),
        };
        let (done, store) = self.and_reload(pipeline::run(setup, store, &RunOptions::default())).await?;
        report::print_news(done, self.output)?;
        let now = self.clock.now();
        let calls = hooks.calls(store.as_ref(), now, self.arguments, self.output);
        Ok((pipeline::upcoming(store.as_ref(), now, &pacing)?.next, calls))
    }

    /// Until that time, or until somebody wants something.
    async fn pause(&mut self, until: Timestamp) {
        let what = if self.pauses.has_failed() { "the last pass failed; tries again" } else { "looks for what is due" };
        self.manager.status(&format!("{what} at {until}"));
        tokio::select! {
            biased;
            () = self.stop.wait() => {}
            () = self.reload.notified() => self.read_again(true),
            () = self.clock.sleep_until(until) => self.read_again(false),
        }
    }

    /// Does the work, and meanwhile what signals ask for: what is read again counts from the next pass.
    async fn and_reload<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = self.reload.notified() => self.read_again(true),
            }
        }
    }

    /// Takes in what changed in the files. What is wrong there is told, and the configuration stays as it was.
    fn read_again(&mut self, is_wanted: bool) {
        if is_wanted {
            self.manager.reloading();
        }
        match self.in_force.read_again(self.arguments) {
            Ok(has_changed) => {
                self.complaint.clear();
                self.is_stale |= has_changed;
                if has_changed {
                    self.output.note("the configuration has changed and is in force from the next pass");
                } else if is_wanted {
                    self.output.note("the configuration has not changed");
                }
            }
            Err(error) => {
                let complaint = workplace::with_causes(&error);
                if is_wanted || complaint != self.complaint {
                    failure::report(&error, self.output);
                    self.output.note("the configuration stays as it was");
                }
                self.complaint = complaint;
            }
        }
        if is_wanted {
            self.manager.ready();
        }
    }
}

/// The configuration as it was last read without a mistake.
#[derive(Clone)]
struct InForce {
    loaded: Loaded,
    rule_files: Vec<RuleFile>,
    rules: Rules,
}

impl InForce {
    fn read(arguments: &Arguments) -> anyhow::Result<Self> {
        let loaded = workplace::configuration(arguments)?;
        let rule_files = workplace::rule_files(&loaded)?;
        let rules = workplace::rules_of(&loaded)?;
        Ok(Self { loaded, rule_files, rules })
    }

    /// Takes what the files say now; false when that is what they said. After an error nothing is taken. Rules are compiled only
    /// when they changed.
    fn read_again(&mut self, arguments: &Arguments) -> anyhow::Result<bool> {
        let loaded = workplace::configuration(arguments)?;
        if loaded == self.loaded && workplace::rule_files(&loaded)? == self.rule_files {
            return Ok(false);
        }
        *self = Self::read(arguments)?;
        Ok(true)
    }
}

/// Whether no later pass would fare better: the database is damaged, or not for this boji.
fn is_final(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match (cause.downcast_ref(), cause.downcast_ref()) {
        (Some(RunError::Store(error)), _) | (_, Some(error)) => StoreError::is_final(error),
        _ => false,
    })
}
