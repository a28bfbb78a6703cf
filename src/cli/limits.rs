use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::mistake::Mistake;

/// Files that a run has open at once besides those of its connections: the database with its log, the lock, sockets, signals.
const FILES: usize = 32;

/// Bytes that a command needs beside its threads: rules and weights, the caches of the database, a page with its tree.
const MEMORY: usize = 64 << 20;

/// An error when the system will not let this process have the threads, files and memory that a command needs. Asked before it
/// begins: half-way there would be a panic in the middle of work, with the lock held.
pub(super) fn enough(threads: usize) -> anyhow::Result<()> {
    files()?;
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let mut waiting = Vec::with_capacity(threads);
    let mut refused = None;
    for _ in 0..threads {
        let gate = Arc::clone(&gate);
        match std::thread::Builder::new().spawn(move || wait(&gate)) {
            Ok(thread) => waiting.push(thread),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    // Asked with the threads beside it, for their stacks count too.
    let memory = memory();
    *gate.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    gate.1.notify_all();
    let started = waiting.len();
    for thread in waiting {
        let _ = thread.join();
    }
    if let Some(error) = refused {
        let message = format!("the system lets this process start {started} of {threads} threads: {error}");
        let hint = "raise the limit of processes or of memory (`ulimit -u`, `ulimit -v`, or those of the container)";
        // A thread has a stack: without memory for more there are no more of them either.
        return Err(memory.err().unwrap_or_else(|| Mistake::failure(message, hint).into()));
    }
    memory
}

/// Reserves what is needed and gives it back untouched, so that no page of it is ever had.
fn memory() -> anyhow::Result<()> {
    let mut memory = Vec::<u8>::new();
    // Seen from outside, or a compiler may do without it.
    std::hint::black_box(&mut memory).try_reserve_exact(MEMORY).map_err(|_| {
        let message = format!("the system does not let this process have {} MB of memory", MEMORY >> 20);
        Mistake::failure(message, "raise its limit of memory (`ulimit -v`)").into()
    })
}

fn wait((open, opened): &(Mutex<bool>, Condvar)) {
    let mut is_open = open.lock().unwrap_or_else(PoisonError::into_inner);
    while !*is_open {
        is_open = opened.wait(is_open).unwrap_or_else(PoisonError::into_inner);
    }
}

fn files() -> anyhow::Result<()> {
    let Ok(program) = std::env::current_exe() else { return Ok(()) };
    let mut open = Vec::with_capacity(FILES);
    for number in 0..FILES {
        match std::fs::File::open(&program) {
            Ok(file) => open.push(file),
            // A program that cannot be read says nothing about the limit.
            Err(_) if number == 0 => return Ok(()),
            Err(error) => {
                let message = format!("the system lets this process open {number} of {FILES} files: {error}");
                return Err(Mistake::failure(message, "raise the limit of open files (`ulimit -n`)").into());
            }
        }
    }
    Ok(())
}
