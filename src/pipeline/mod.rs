//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.
