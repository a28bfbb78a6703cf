//! The program as a person or script calls it: in a folder of its own, with an empty home and a bare environment.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The database that a command without `--data` uses, below the home folder.
pub const DATABASE: &str = "home/.local/share/boji/boji.db";

/// A folder with an empty home in it.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub out: String,
    /// What it wrote to stderr.
    pub err: String,
}

impl Place {
    /// A new folder; it goes with the value.
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(place.path("home")).expect("made");
        place
    }

    /// A path inside.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(&path, content).expect("written");
        path
    }

    /// A copy of a fixture.
    pub fn copy(&self, fixture: &str, relative: &str) -> PathBuf {
        self.write(relative, fs::read(self::fixture(fixture)).expect("readable"))
    }

    /// A command with the bare environment.
    pub fn bare(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.path("home")).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// `boji` with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(program());
        command.args(arguments);
        command
    }

    /// Runs `boji` to its end.
    pub fn boji(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().expect("started"))
    }

    /// Runs `boji` to its end with this on stdin.
    pub fn boji_with(&self, arguments: &[&str], stdin: &[u8]) -> Ended {
        feed(self.command(arguments), stdin)
    }
}

impl Ended {
    /// The text of what a process left.
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Stdout as JSON, one value a line.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }

    /// Itself, when it ended with this code.
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

/// Runs a command to its end while something is written to its stdin.
pub fn feed(mut command: Command, stdin: &[u8]) -> Ended {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut pipe = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The child may end before it has read everything.
            let _ = pipe.write_all(stdin);
        });
        Ended::of(child.wait_with_output().expect("waited for"))
    })
}

/// The program under test.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_boji")
}

/// A fixture of the project.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// A blog page of so many paragraphs, each of its own words.
pub fn blog_page(title: &str, paragraphs: usize) -> String {
    let mut body = String::new();
    for number in 1..=paragraphs {
        writeln!(
            body,
            "<p>Paragraph {number} of {title} tells how the miller of that year weighed the sacks, wrote the numbers \
             into the ledger, and found by evening that one of them had been counted twice.</p>"
        )
        .expect("written");
    }
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><article><h1>{title}</h1>\n{body}</article></body></html>"
    )
}

/// A store with three articles of two sources.
pub fn stocked() -> Place {
    let place = Place::new();
    place.copy("archives/demo-album.md", "album/demo.md");
    place.copy("archives/demo-wechatmp2markdown.md", "album/radio.md");
    place.write("blog/mill.html", blog_page("The Mill", 5));
    place.boji(&["import", "album", "blog", "-q"]).with_code(0);
    place
}

/// The articles in the store, as `list` gives them.
pub fn articles(place: &Place, arguments: &[&str]) -> Vec<serde_json::Value> {
    place.boji(&[&["list", "--json"], arguments].concat()).with_code(0).json()
}

/// Asserts that a command told what is wrong and what to do about it, gave no data and did not panic.
#[track_caller]
pub fn assert_told(ended: &Ended, code: i32, word: &str) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.err.contains(word), "{word}: {}", ended.err);
    let way_out = ["\nhint: ", "For more information, try '--help'"];
    assert!(ended.err.starts_with("error: ") && way_out.iter().any(|word| ended.err.contains(word)), "{}", ended.err);
    assert!(ended.out.is_empty() && !ended.err.contains("panicked"), "{ended:?}");
}

/// Ids of the articles in the store.
pub fn ids(place: &Place) -> Vec<String> {
    articles(place, &["--limit", "1000"]).iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}
