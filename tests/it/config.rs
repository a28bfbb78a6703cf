//! Configuration: where it is looked for, what a mistake looks like, and that the shipped examples are valid.

use std::fs;
use std::path::{Path, PathBuf};

use boji::seams::config::{ConfigError, CronExpression, LoadOptions, Origin, Settings, load, load_sources};
use boji::seams::model::{Schedule, SourceKind};

fn shipped(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A working folder with an empty folder of the person's own beside it.
struct House {
    root: tempfile::TempDir,
}

impl House {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("work")).expect("made");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self { root }
    }

    fn options(&self, config_dir: Option<&str>) -> LoadOptions {
        LoadOptions {
            config_dir: config_dir.map(|folder| self.root.path().join(folder)),
            cwd: self.root.path().join("work"),
            xdg_config: Some(self.root.path().join("own")),
        }
    }

    /// The folder that was found, relative to the house, and the concurrency that counts.
    fn found(&self, config_dir: Option<&str>) -> (Option<PathBuf>, u32) {
        let loaded = load(&self.options(config_dir)).expect("valid");
        let folder = loaded.folder.map(|folder| folder.strip_prefix(self.root.path()).expect("inside").to_owned());
        (folder, loaded.settings.run.concurrency)
    }

    /// An error and its hint, with the house's path taken out.
    fn error(&self, config_dir: Option<&str>) -> String {
        let error: ConfigError = load(&self.options(config_dir)).expect_err("invalid");
        let hint = error.hint().map_or(String::new(), |hint| format!("\nhint: {hint}"));
        format!("{error}{hint}").replace(&format!("{}/", self.root.path().display()), "")
    }
}

#[test]
fn the_first_folder_that_has_one_counts() {
    let of = |number: u32| format!("[run]\nconcurrency = {number}\n");
    let (given, here, below, own) = (of(1), of(2), of(3), of(4));
    let all = [
        ("given/boji.toml", given.as_str()),
        ("work/boji.toml", &here),
        ("work/config/boji.toml", &below),
        ("own/boji.toml", &own),
    ];
    assert_eq!(House::new(&all).found(Some("given")), (Some("given".into()), 1));
    assert_eq!(House::new(&all).found(None), (Some("work".into()), 2));
    assert_eq!(House::new(&all[2..]).found(None), (Some("work/config".into()), 3));
    assert_eq!(House::new(&all[3..]).found(None), (Some("own".into()), 4));
    assert_eq!(House::new(&[]).found(None), (None, Settings::default().run.concurrency));
}

#[test]
fn the_programs_own_folder_changes_nothing() {
    let house = House::new(&[
        ("work/config/boji.toml", &shipped("boji.toml")),
        ("work/config/sources.toml", &shipped("sources.toml")),
    ]);
    let loaded = load(&house.options(None)).expect("valid");
    assert_eq!((loaded.settings, loaded.sources.len(), loaded.files.len()), (Settings::default(), 0, 2));
}

#[test]
fn a_folder_that_goes_before_the_own_one_says_so() {
    let files = [("work/config/boji.toml", ""), ("own/sources.toml", "")];
    let house = House::new(&files);
    let passed_over = |options| load(&options).expect("valid").passed_over;
    let own = house.root.path().join("own");
    assert_eq!(passed_over(house.options(None)), Some(own.clone()));
    assert_eq!(passed_over(house.options(Some("work/config"))), None, "it was asked for");
    assert_eq!(passed_over(House::new(&files[1..]).options(None)), None, "it is the one that counts");
}

#[test]
fn a_changed_value_tells_its_file_and_rules_lie_beside_it() {
    let house =
        House::new(&[("work/boji.toml", "\u{feff}[clean]\nrules = \"mine\"\n[fetch]\ncontact = \"me@a.example\"\n")]);
    let loaded = load(&house.options(None)).expect("valid");
    let file = house.root.path().join("work/boji.toml");
    assert_eq!(loaded.origins.get("fetch.contact"), Some(&Origin { file, line: 4 }));
    assert_eq!(loaded.origins.len(), 2);
    assert_eq!(Path::new(&loaded.settings.clean.rules), house.root.path().join("work/mine"));
}

#[test]
fn a_mistake_is_shown_with_its_line() {
    let house = House::new(&[("work/boji.toml", "# mine\n[run]\n  concurency = 4 # 并发\n")]);
    let want = "\
use work/boji.toml:3:3: unknown key `concurency` in [run]
   |
 3 |   concurency = 4 # 并发
   |   ^^^^^^^^^^
hint: did you mean `concurrency`?";
    assert_eq!(house.error(None), want);
}

#[test]
fn a_strictness_is_one_of_three() {
    let house = House::new(&[("work/boji.toml", "[clean]\nstrictness = \"harsh\"\n")]);
    let told = house.error(None);
    assert!(told.contains("work/boji.toml:2:14: `strictness` is `harsh`"), "{told}");
    assert!(told.ends_with("hint: known here: keep, balanced, strict"), "{told}");
}

#[test]
fn a_mistake_among_the_sources_is_shown_too() {
    let text = "[[source]]\nid = \"晒场\"\nkind = \"feed\"\nurl = \"https://a.example/\"\n";
    let house = House::new(&[("own/sources.toml", text)]);
    let want = "\
use own/sources.toml:2:6: the id `晒场` must begin with an ASCII letter or a digit
   |
 2 | id = \"晒场\"
   |      ^^^^^^";
    let loaded = load(&house.options(None)).expect("the rest is right");
    let told = loaded.mistakes[0].0.replace(&format!("{}/", house.root.path().display()), "");
    assert_eq!((told.as_str(), loaded.has_sources), (want, false));
}

#[test]
fn a_folder_given_by_hand_must_hold_something() {
    let house = House::new(&[("given/notes.txt", "")]);
    assert_eq!(
        house.error(Some("given")),
        "use given as configuration: neither boji.toml nor sources.toml is in it\n\
         hint: name the folder that holds boji.toml, or leave --config out for the defaults"
            .replace("use given", &format!("use {}", house.root.path().join("given").display()))
            .replace(&format!("{}/", house.root.path().display()), "")
    );
    assert!(house.error(Some("missing")).starts_with("read missing"));
}

#[test]
fn bytes_that_are_no_text_are_refused_at_their_place() {
    let house = House::new(&[]);
    fs::write(house.root.path().join("work/boji.toml"), b"[run]\n# \xb2\xa5\n").expect("written");
    assert!(house.error(None).starts_with("use work/boji.toml:2:3: this is not UTF-8"), "{}", house.error(None));
}

#[test]
fn every_example_of_the_shipped_sources_is_valid() {
    let text: String = shipped("sources.toml")
        .lines()
        .map(|line| {
            line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') || rest.starts_with("    \"")).unwrap_or(line)
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let sources = load_sources(Path::new("sources.toml"), &text, &Settings::default().run)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let kinds: Vec<SourceKind> = sources.iter().map(|source| source.kind).collect();
    assert_eq!(
        kinds,
        [
            SourceKind::Feed,
            SourceKind::Feed,
            SourceKind::Album,
            SourceKind::ListPage,
            SourceKind::Sitemap,
            SourceKind::Urls
        ]
    );
    assert_eq!(sources[1].schedule, Schedule::Every(21_600));
    let (album, urls) = (&sources[2], &sources[5]);
    assert_eq!((album.time_zone_minutes, urls.urls.len(), urls.enabled), (480, 2, false));
}

#[test]
fn the_crontab_and_the_unit_start_a_quiet_run() {
    let crontab = shipped("cron/boji");
    let lines: Vec<&str> = crontab.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(lines.iter().any(|line| line.ends_with("/boji run -q")), "{lines:?}");
    for line in lines {
        let times: Vec<&str> = line.split_whitespace().take(5).collect();
        CronExpression::parse(&times.join(" ")).unwrap_or_else(|error| panic!("{line}: {error}"));
    }

    let service = shipped("systemd/boji.service");
    assert!(service.lines().any(|line| line.starts_with("ExecStart=") && line.ends_with("/boji run -q")));
    assert!(service.lines().any(|line| line == "SuccessExitStatus=3 11"), "the codes that need no person");
    assert!(service.lines().any(|line| line == "Type=oneshot"));
    let timer = shipped("systemd/boji.timer");
    for wanted in ["Persistent=true", "Unit=boji.service", "WantedBy=timers.target"] {
        assert!(timer.lines().any(|line| line == wanted), "{wanted}");
    }
    assert!(timer.contains("RandomizedDelaySec="));
}
