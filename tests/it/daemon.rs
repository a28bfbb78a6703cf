//! What goes on without a person: a daemon with its signals and its service manager, and commands that wait for the lock.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use boji::seams::model::SourceState;
use boji::seams::pipeline::RunLock;
use boji_clean::model::Timestamp;

use crate::place::{Place, signal, source, wait_until};
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

/// A daemon with a service manager that listens. It is killed when a test fails.
struct Daemon {
    child: Child,
    told: Arc<Mutex<Vec<String>>>,
}

impl Daemon {
    fn start(place: &Place, arguments: &[&str]) -> Self {
        let address = place.path("manager");
        let socket = UnixDatagram::bind(&address).expect("bound");
        let told = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&told);
        // The thread ends with the test's process.
        std::thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(length) = socket.recv(&mut bytes) {
                heard.lock().expect("sound").push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            }
        });
        let mut command = place.command(&[&["daemon"], arguments].concat());
        // An hour of being quiet: no sign of life falls between what a test looks for.
        command.env("NOTIFY_SOCKET", address).env("WATCHDOG_USEC", "7200000000");
        Self { child: command.spawn().expect("started"), told }
    }

    /// All that the manager was told so far.
    fn told(&self) -> Vec<String> {
        self.told.lock().expect("sound").clone()
    }

    fn times(&self, beginning: &str) -> usize {
        self.told().iter().filter(|told| told.starts_with(beginning)).count()
    }

    /// Waits for the n-th pause between two passes, in which the lock is free.
    fn wait_for_pause(&self, number: usize) {
        wait_until(&format!("pause {number}"), || self.times("STATUS=looks for what is due at 2") >= number);
    }

    /// Ends it by a signal: its exit code and what it said on stderr.
    fn end(&mut self, name: &str) -> (Option<i32>, String) {
        signal(&self.child, name);
        let code = self.child.wait().expect("ended").code();
        let mut said = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
        (code, said)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with a feed of one article for each of these names.
async fn server_of(names: &[&str]) -> Server {
    let server = Server::start().await;
    for name in names {
        let entries = [(server.url(&format!("/page/{name}")), (*name).to_owned())];
        let atom = Reply::ok(feed(name, &entries, false)).header("Content-Type", "application/atom+xml");
        server.on(&format!("/{name}"), [atom]);
        server.on(&format!("/page/{name}"), [Reply::ok(page(name)).header("Content-Type", "text/html")]);
    }
    server
}

fn feed_of(server: &Server, name: &str) -> String {
    source(name, "feed", &server.url(&format!("/{name}")))
}

fn times_asked(server: &Server, path: &str) -> usize {
    server.paths().iter().filter(|asked| *asked == path).count()
}

fn is_free(place: &Place) -> bool {
    RunLock::take(&place.path("data"), Timestamp::default()).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_tells_its_hook_of_each_pass_that_brought_something() {
    let server = server_of(&["shed", "loft"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    let told = place.path("told");
    let mut settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("text");
    settings += "\n[hooks]\non_new = [\"/bin/sh\", \"-c\", \"cat >> $HOME/told\"]\n";
    std::fs::write(place.path("config/boji.toml"), settings).expect("written");
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for_pause(1);
    let lines = || std::fs::read_to_string(&told).unwrap_or_default().lines().count();
    assert_eq!(lines(), 1);
    let both = feed_of(&server, "shed") + &feed_of(&server, "loft");
    std::fs::write(place.path("config/sources.toml"), both).expect("written");
    signal(&daemon.child, "-HUP");
    wait_until("the second call", || lines() == 2);
    assert_eq!(daemon.end("-TERM").0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_polls_and_others_write_in_its_pauses() {
    let server = server_of(&["shed"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for_pause(1);
    assert_eq!(place.titles(), ["shed"]);
    assert!(is_free(&place));
    for command in [&["retry", "shed"][..], &["export", "--to", "out"], &["reclean"]] {
        let ran = place.boji(command);
        assert_eq!(ran.code, Some(0), "{command:?}: {ran:?}");
    }
    // It looks at once, and what was retried is due.
    signal(&daemon.child, "-HUP");
    wait_until("the feed is asked again", || times_asked(&server, "/shed") == 2);
    daemon.wait_for_pause(2);
    let (code, said) = daemon.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    assert!(is_free(&place));
    let news = said.lines().filter(|line| line.starts_with("shed ")).count();
    assert_eq!(news, 1, "a pass without news says nothing: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_takes_in_a_new_source_and_refuses_a_wrong_file() {
    let server = server_of(&["shed", "loft"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for_pause(1);
    let file = place.path("config/sources.toml");
    let both = feed_of(&server, "shed") + &feed_of(&server, "loft");
    std::fs::write(&file, &both).expect("written");
    signal(&daemon.child, "-HUP");
    wait_until("the new source is asked", || server.paths().contains(&"/page/loft".to_owned()));
    daemon.wait_for_pause(2);
    assert_eq!(place.titles(), ["loft", "shed"]);

    std::fs::write(&file, both + "[[sauce]]\n").expect("written");
    assert_eq!(place.boji(&["retry", "shed"]).code, Some(0), "it needs no configuration");
    signal(&daemon.child, "-HUP");
    wait_until("the old configuration is in force", || times_asked(&server, "/shed") == 2);
    daemon.wait_for_pause(3);
    let (code, said) = daemon.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    let complaints = said.lines().filter(|line| line.starts_with("error:") && line.contains("sources.toml")).count();
    assert!(complaints == 1 && said.contains("stays as it was"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_is_told_what_goes_on() {
    let server = server_of(&["shed", "loft"]).await;
    let sources = feed_of(&server, "shed") + &feed_of(&server, "loft") + "enabled = false\n";
    let place = Place::new(&[&server], &sources);
    let mut daemon = Daemon::start(&place, &["-q"]);
    daemon.wait_for_pause(1);
    signal(&daemon.child, "-HUP");
    daemon.wait_for_pause(2);
    let (code, said) = daemon.end("-INT");
    assert_eq!((code, said.as_str()), (Some(130), ""), "Ctrl-C is told from SIGTERM");
    wait_until("all is told", || daemon.times("STOPPING=1") == 1);
    let told = daemon.told();
    let mut at = 0;
    for wanted in [
        "READY=1",
        "STATUS=asks 1 of 2 sources, 0 done",
        "STATUS=asks 1 of 2 sources, 1 done",
        "STATUS=looks for what is due at 2",
        "RELOADING=1\nMONOTONIC_USEC=",
        "READY=1",
        "STATUS=looks for what is due at 2",
        "STOPPING=1",
    ] {
        let found = told[at..].iter().position(|told| told.starts_with(wanted));
        at += found.unwrap_or_else(|| panic!("{wanted} is missing behind {at}: {told:?}")) + 1;
    }
    assert!(told.contains(&"WATCHDOG=1".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_waits_for_the_lock_and_gets_over_a_pass_that_fails() {
    let server = server_of(&["shed"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    std::fs::create_dir_all(place.path("data/boji.db")).expect("made");
    let held = RunLock::take(&place.path("data"), Timestamp::default()).expect("free");
    let mut daemon = Daemon::start(&place, &[]);
    wait_until("it waits", || daemon.times("STATUS=waits until no other boji writes") == 1);
    drop(held);
    wait_until("the pass fails", || daemon.times("STATUS=the last pass failed; tries again at 2") == 1);
    std::fs::remove_dir(place.path("data/boji.db")).expect("removed");
    signal(&daemon.child, "-HUP");
    daemon.wait_for_pause(1);
    assert_eq!(place.titles(), ["shed"]);
    let (code, said) = daemon.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("error: ") && said.contains("it works again"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_later_pass_would_mend_ends_a_daemon() {
    let server = server_of(&["shed"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    let database = rusqlite::Connection::open(place.path("data/boji.db")).expect("opened");
    database.pragma_update(None, "user_version", 9_999).expect("written");
    drop(database);
    let newer = place.boji(&["daemon"]);
    assert!(newer.code == Some(10) && newer.stderr.contains("hint: install the newer boji"), "{newer:?}");
    std::fs::write(place.path("config/sources.toml"), "[[sauce]]\n").expect("written");
    let wrong = place.boji(&["daemon"]);
    assert!(wrong.code == Some(4) && wrong.stderr.contains("sauce"), "{wrong:?}");
}

/// The next line of what a child says on stderr that has these words.
fn wait_for_line(child: &mut Child, words: &str) {
    let said = BufReader::new(child.stderr.take().expect("piped"));
    let found = said.lines().map_while(Result::ok).any(|line| line.contains(words));
    assert!(found, "in vain: {words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_waits_for_the_lock_when_it_is_told_to() {
    let server = server_of(&["shed"]).await;
    let place = Place::new(&[&server], &feed_of(&server, "shed"));
    let data = place.path("data");
    std::fs::create_dir_all(&data).expect("made");
    let held = RunLock::take(&data, Timestamp::default()).expect("free");
    let quiet = place.boji(&["run", "-q"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (Some(11), "", ""));
    for command in [&["run"][..], &["run", "--wait", "0s"], &["init", "-q", "--wait", "1s"]] {
        let refused = place.boji(command);
        assert_eq!(refused.code, Some(11), "{command:?}: {refused:?}");
        assert!(refused.stderr.contains("since 1970") && refused.stderr.contains("--wait"), "{command:?}: {refused:?}");
    }
    assert_eq!(place.boji(&["run", "--wait", "soon"]).code, Some(2));

    let mut stopped = place.command(&["run", "--wait", "1h", "-v"]).spawn().expect("started");
    wait_for_line(&mut stopped, "lock is waited for");
    signal(&stopped, "-TERM");
    assert_eq!(stopped.wait().expect("ended").code(), Some(143));
    let mut other = place.command(&["init", "--wait", "1h", "-v"]).spawn().expect("started");
    wait_for_line(&mut other, "lock is waited for");
    signal(&other, "-INT");
    assert_eq!(other.wait().expect("ended").signal(), Some(2), "nothing was begun that has to be ended");

    let mut waiting = place.command(&["run", "--wait", "1h", "-v"]).spawn().expect("started");
    let mut said = BufReader::new(waiting.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("lock is waited for") {
        line.clear();
        assert!(said.read_line(&mut line).expect("UTF-8") > 0, "it did not wait");
    }
    drop(held);
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(waiting.wait().expect("ended").code(), Some(0), "{rest}");
    assert_eq!(place.titles(), ["shed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_goes_away_ends_a_run_cleanly_unless_it_shall_go_on() {
    let server = server_of(&["shed"]).await;
    let entries = [(server.url("/page/shed"), "shed".to_owned())];
    // Slow enough for a signal on the way.
    server.on("/slow", [Reply::ok(feed("Shed", &entries, false)).trickle(10)]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/slow")), 60);
    let child = place.command(&["run"]).spawn().expect("started");
    wait_until("the feed is asked for", || times_asked(&server, "/slow") == 1);
    signal(&child, "-HUP");
    let ended = child.wait_with_output().expect("ended");
    assert_eq!(ended.status.code(), Some(143), "{ended:?}");
    assert_eq!(place.source("shed").1, SourceState::default(), "it is due as before");

    let run = place.command(&["run", "-q"]);
    let mut nohup = Command::new("sh");
    nohup.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(run.get_program()).args(run.get_args());
    nohup.env_clear().env("HOME", place.path("")).stdin(Stdio::null()).stderr(Stdio::piped());
    let child = nohup.spawn().expect("started");
    wait_until("the feed is asked for again", || times_asked(&server, "/slow") == 2);
    if cfg!(target_os = "linux") {
        signal(&child, "-HUP");
    }
    let ended = child.wait_with_output().expect("ended");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(place.titles(), ["shed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_heard_in_the_middle_of_a_pass() {
    let server = server_of(&["shed"]).await;
    server.on("/slow", [Reply::ok("<feed>".repeat(50)).trickle(1_000)]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/slow")), 600);
    let mut daemon = Daemon::start(&place, &[]);
    wait_until("the feed is asked for", || !server.log().is_empty());
    signal(&daemon.child, "-HUP");
    wait_until("the reload is over", || daemon.times("READY=1") == 2);
    assert_eq!(place.boji(&["run", "-q"]).code, Some(11), "the pass goes on");
    let (code, said) = daemon.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(place.source("shed").1, SourceState::default(), "it is due as before");
    assert!(is_free(&place));
}
