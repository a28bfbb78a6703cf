//! The installer that is given away with a release, on a release made up for it.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::command::{Ended, Place};

/// A folder of a release: an archive for either kind of machine, with a program that says its version, and the list of hashes.
fn release(place: &Place) {
    let mut sums = String::new();
    for machine in ["x86_64", "aarch64"] {
        let name = format!("boji-9.8.7-{machine}-unknown-linux-musl");
        let program = place.write(&format!("packed/{name}/bin/boji"), "#!/bin/sh\necho boji 9.8.7\n");
        make_executable(&program);
        place.write(&format!("packed/{name}/share/man/man1/boji.1"), ".TH boji 1\n");
        place.write(&format!("packed/{name}/share/doc/boji/README.md"), "boji\n");
        fs::create_dir_all(place.path("release")).expect("made");
        let archive = place.path(&format!("release/{name}.tar.gz"));
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg("-C").arg(place.path("packed")).arg(&name);
        assert!(tar.status().expect("tar").success());
        let hash = Sha256::digest(fs::read(&archive).expect("readable"));
        let hex: String = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect();
        writeln!(sums, "{hex}  {name}.tar.gz").expect("written");
    }
    place.write("release/SHA256SUMS", sums);
}

fn digit(four_bits: u8) -> char {
    char::from_digit(four_bits.into(), 16).expect("a digit")
}

fn make_executable(program: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("made a program");
}

/// Runs the installer for the place's home, with programs of the place before those of the system.
fn install(place: &Place, arguments: &[&str]) -> Ended {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/install.sh");
    let mut command = place.bare("/bin/sh");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", place.path("programs").display());
    command.arg(script).args(arguments).env("PATH", path).env("BOJI_DOWNLOAD", place.path("release"));
    Ended::of(command.output().expect("started"))
}

/// All files of the home.
fn installed(place: &Place) -> Vec<String> {
    let files = crate::place::files(&place.path("home"));
    files.into_keys().map(|path| path.display().to_string()).collect()
}

/// A system that says to be this one.
fn pretend_to_be(place: &Place, system: &str, machine: &str) {
    let script = format!("#!/bin/sh\nif [ \"$1\" = -m ]; then echo {machine}; else echo {system}; fi\n");
    make_executable(&place.write("programs/uname", script));
}

#[test]
fn what_is_installed_is_taken_away_again_and_nothing_else() {
    let place = Place::new();
    release(&place);
    place.write("home/.local/share/boji/boji.db", "data");
    for machine in ["x86_64", "arm64"] {
        pretend_to_be(&place, "Linux", machine);
        let told = install(&place, &[]).with_code(0).out;
        assert!(told.starts_with("installed boji 9.8.7: ") && told.contains("is not in PATH"), "{told}");
        let files = installed(&place);
        for file in [".local/bin/boji", ".local/share/man/man1/boji.1", ".local/share/doc/boji/README.md"] {
            assert!(files.iter().any(|name| name == file), "{file}: {files:?}");
        }
        install(&place, &["--uninstall"]).with_code(0);
        assert_eq!(installed(&place), [".local/share/boji/boji.db"]);
    }
    assert!(install(&place, &["--uninstall"]).with_code(1).err.contains("error: there is no "));
    let tools = place.path("tools").display().to_string();
    install(&place, &["--to", &tools]).with_code(0);
    assert_eq!(fs::read_dir(&tools).expect("a folder").count(), 1, "beside no folder of programs there is no manual");
}

#[test]
fn what_is_damaged_or_unknown_is_refused_before_anything_is_installed() {
    let place = Place::new();
    release(&place);
    let refused = |words: &str, arguments: &[&str]| {
        let ended = install(&place, arguments).with_code(1);
        assert!(ended.err.contains(words) && ended.err.contains("\nhint: "), "{words}: {ended:?}");
        assert!(installed(&place).is_empty(), "{words}");
    };
    pretend_to_be(&place, "Linux", "sparc64");
    refused("there is no ready-made boji for sparc64", &[]);
    pretend_to_be(&place, "Plan9", "x86_64");
    refused("there is no ready-made boji for Plan9", &[]);
    pretend_to_be(&place, "Linux", "x86_64");
    refused("there is no boji 1.2.3 for x86_64", &["--version", "1.2.3"]);
    refused("--nonsense is no option", &["--nonsense"]);
    let archive = place.path("release/boji-9.8.7-x86_64-unknown-linux-musl.tar.gz");
    let mut bytes = fs::read(&archive).expect("readable");
    bytes.push(b'x');
    fs::write(&archive, bytes).expect("written");
    refused("is not what SHA256SUMS says it is; nothing was installed", &[]);
    fs::remove_file(&archive).expect("removed");
    refused("there is no ", &[]);
    let sums = fs::read_to_string(place.path("release/SHA256SUMS")).expect("text");
    place.write("release/SHA256SUMS", sums.replace("  boji-9", "  ../boji-9"));
    refused("there is no boji for x86_64", &[]);
    place.write("release/SHA256SUMS", format!("{sums}{}", sums.replace("9.8.7", "9.8.8")));
    refused("there are several versions", &[]);
}
