//! What a person wants to be called when a run brought news: commands of `[hooks]`, each with one JSON object on its stdin.

mod call;
mod news;
mod trouble;

use std::sync::Arc;

use boji_clean::model::Timestamp;

use super::arguments::Arguments;
use super::output::Output;
use super::workplace;
use crate::config::HookSettings;
use crate::pipeline::{Event, Stop};
use crate::store::Store;
use call::{Call, Place};
use news::News;
use trouble::Told;

/// Set for the commands: a boji that one of them starts calls nobody.
const INSIDE: &str = "BOJI_HOOK";

/// The commands to be called after one run or pass, and what it brought.
pub(super) struct Hooks {
    settings: HookSettings,
    news: Arc<News>,
}

/// What is to be called, with all that it is told: the store is not needed any more, nor its lock.
#[derive(Default)]
pub(super) struct Calls {
    on_new: Option<Call>,
    on_trouble: Option<(Call, Told)>,
}

impl Hooks {
    /// Before the run begins.
    pub(super) fn new(settings: &HookSettings) -> Self {
        let is_inside = workplace::environment(INSIDE).is_some();
        let settings = if is_inside { HookSettings::default() } else { settings.clone() };
        Self { settings, news: Arc::default() }
    }

    /// What must hear the events of the run.
    pub(super) fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let news = Arc::clone(&self.news);
        move |event| news.event(event)
    }

    /// Reads what the commands are told. That the run is over and well does not depend on it: what fails is a warning.
    pub(super) fn calls(&self, store: &dyn Store, now: Timestamp, arguments: &Arguments, output: Output) -> Calls {
        let mut calls = Calls::default();
        let HookSettings { on_new, on_trouble } = &self.settings;
        let read = (|| {
            if !on_new.is_empty()
                && let Some(told) = self.news.told(store)?
            {
                calls.on_new = Some(Call::new("on_new", on_new, &told, Place::of(arguments)?)?);
            }
            if !on_trouble.is_empty()
                && let Some((told, remembered)) = trouble::told(store, now, arguments, output)?
            {
                let call = Call::new("on_trouble", on_trouble, &told, Place::of(arguments)?)?;
                calls.on_trouble = Some((call, remembered));
            }
            Ok(())
        })();
        if let Err(error) = read {
            let hint = workplace::classify(&error).1;
            let why = workplace::with_causes(&error);
            output.warn(format_args!("failed to read what the hooks are told: {why}"), hint.as_deref());
        }
        calls
    }
}

impl Calls {
    /// Calls them, one after the other.
    pub(super) async fn make(self, stop: &Stop, output: Output) {
        if let Some(call) = self.on_new {
            call.make(stop, output).await;
        }
        if let Some((call, told)) = self.on_trouble
            && call.make(stop, output).await
            && let Err(error) = told.remember()
        {
            output.warn(format_args!("failed to note what on_trouble was told: {error}"), None);
        }
    }
}
