use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError, mpsc};

/// Items in flight for each worker: enough to keep it busy while an earlier, slower item holds back the order.
const AHEAD: usize = 4;

/// Threads for work that waits for no one.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Does `work` on every input with `jobs` threads and hands the results to `sink` in the order of the inputs.
///
/// At most `jobs * 4` items are in flight, so memory is bounded by the jobs and not by the input. A result is handed
/// over as soon as all earlier ones are, even while the next input is still awaited: a caller may write one line and
/// wait for its answer. When `sink` breaks, no further input is taken. A panic in `work` goes on in the caller; see
/// [`guarded`] for a work of which one failure should cost only one item.
pub(crate) fn in_order<I: Send, O: Send>(
    jobs: usize,
    inputs: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> O + Sync,
    sink: impl FnMut(O) -> ControlFlow<()>,
) {
    in_order_by_weight(jobs, inputs, |_| 1, work, sink);
}

/// As [`in_order`], of inputs of which some are heavy: one of weight 3 counts as three items in flight. None counts as more
/// than all together.
pub(crate) fn in_order_by_weight<I: Send, O: Send>(
    jobs: usize,
    inputs: impl Iterator<Item = I> + Send,
    weight: impl Fn(&I) -> usize + Send,
    work: impl Fn(I) -> O + Sync,
    mut sink: impl FnMut(O) -> ControlFlow<()>,
) {
    let jobs = jobs.max(1);
    let most = jobs * AHEAD;
    let (permits, returned) = mpsc::sync_channel::<()>(most);
    let (queue, queued) = mpsc::channel::<(usize, usize, I)>();
    let (results, done) = mpsc::channel::<(usize, usize, std::thread::Result<O>)>();
    let mut panic = None;
    let queued = Mutex::new(queued);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (results, queued, work) = (results.clone(), &queued, &work);
            scope.spawn(move || {
                loop {
                    let next = queued.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((place, weight, input)) = next else { break };
                    let output = catch_unwind(AssertUnwindSafe(|| work(input)));
                    if results.send((place, weight, output)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(results);
        scope.spawn(move || {
            for (place, input) in inputs.enumerate() {
                let weight = weight(&input).clamp(1, most);
                let is_permitted = (0..weight).all(|_| permits.send(()).is_ok());
                if !is_permitted || queue.send((place, weight, input)).is_err() {
                    break;
                }
            }
        });
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        'results: while let Ok((place, weight, output)) = done.recv() {
            waiting.insert(place, (weight, output));
            while let Some((weight, output)) = waiting.remove(&next) {
                next += 1;
                // The permits go back first: the feeder may be waiting for them.
                for _ in 0..weight {
                    let _ = returned.recv();
                }
                let wanted = match output {
                    Ok(output) => sink(output),
                    // The other workers would wait for ever for a place that is never filled.
                    Err(payload) => {
                        panic = Some(payload);
                        ControlFlow::Break(())
                    }
                };
                if wanted.is_break() {
                    break 'results;
                }
            }
        }
        // Hang up before the scope waits for its threads, so that a feeder or worker in mid-send ends.
        drop((returned, done));
    });
    if let Some(payload) = panic {
        resume_unwind(payload);
    }
}

/// Does `work`; a panic in it, in our code or a library's, becomes a sentence, so that one item costs only itself.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason is known");
        format!("internal error: {message}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_whatever_the_speed() {
        let mut seen = Vec::new();
        in_order(
            4,
            0..200_u64,
            |number| {
                if number % 7 == 0 {
                    std::thread::yield_now();
                }
                number * 2
            },
            |number| {
                seen.push(number);
                ControlFlow::Continue(())
            },
        );
        assert_eq!(seen, (0..200).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_heavy_counts_as_many() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (flying, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut seen = Vec::new();
        in_order_by_weight(
            2,
            (0..100_usize).inspect(|_| {
                most.fetch_max(flying.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
            }),
            |number| if *number == 50 { usize::MAX } else { 4 },
            |number| number,
            |number| {
                flying.fetch_sub(1, Ordering::SeqCst);
                seen.push(number);
                ControlFlow::Continue(())
            },
        );
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        // Two of weight four are all that may fly, beside one that is handed over and one that waits for its permits.
        assert!(most.load(Ordering::SeqCst) <= 4, "{most:?}");
    }

    #[test]
    fn takes_no_more_input_after_a_break() {
        let mut seen = 0;
        in_order(
            2,
            0..,
            |number: u64| number,
            |_| {
                seen += 1;
                if seen == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(seen, 5);
    }

    #[test]
    fn a_panic_ends_the_work_and_a_guard_turns_it_into_a_sentence() {
        let seen = guarded(|| {
            in_order(2, 0.., |number: u64| assert!(number != 50, "number {number}"), |()| ControlFlow::Continue(()));
        });
        assert_eq!(seen, Err("internal error: number 50".to_owned()));
        assert_eq!(guarded(|| 7), Ok(7));
    }

    #[test]
    fn answers_a_line_before_the_next_one_is_there() {
        let (ask, asked) = mpsc::channel::<u32>();
        ask.send(1).expect("open");
        let mut ask = Some(ask);
        let mut seen = Vec::new();
        in_order(
            2,
            asked.into_iter(),
            |number| number,
            |number| {
                seen.push(number);
                if number < 3 {
                    ask.as_ref().expect("open").send(number + 1).expect("open");
                } else {
                    ask = None;
                }
                ControlFlow::Continue(())
            },
        );
        assert_eq!(seen, [1, 2, 3]);
    }
}
