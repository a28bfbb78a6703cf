use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Output, visible};
use crate::fetch::redact_url;
use crate::pipeline::Event;

/// A bar on a terminal, nothing elsewhere.
pub(super) struct Progress {
    bar: Mutex<ProgressBar>,
}

impl Progress {
    /// A bar that counts `what`; hidden unless a person watches.
    pub(super) fn new(output: Output, what: &'static str) -> Self {
        Self::with(output, what, "{bar:24} {pos}/{len} {prefix}  {wide_msg}")
    }

    /// A bar that counts files, with how many are done in a second and how long the rest takes.
    pub(super) fn of_files(output: Output) -> Self {
        Self::with(output, "files", "{bar:24} {pos}/{len} {prefix}  {per_sec}  {eta} left")
    }

    fn with(output: Output, what: &'static str, template: &str) -> Self {
        let target = if output.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar: Mutex::new(bar) }
    }

    /// Shows that `done` of `all` are done.
    pub(super) fn set(&self, done: usize, all: usize) {
        self.change(|bar| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        });
    }

    /// Shows what a run does.
    pub(super) fn event(&self, event: &Event) {
        self.change(|bar| match event {
            Event::Planned(all) => bar.set_length(*all as u64),
            Event::Started(source) => bar.set_message(visible(source)),
            Event::Page { source, url } => bar.set_message(visible(format_args!("{source}  {}", redact_url(url)))),
            Event::Stored { .. } => {}
            Event::Finished(_) => bar.inc(1),
        });
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.change(ProgressBar::finish_and_clear);
    }

    fn change(&self, change: impl FnOnce(&ProgressBar)) {
        change(&self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}
