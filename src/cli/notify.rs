use super::output::visible;
use super::workplace;

/// Sends one datagram.
type Send = Box<dyn Fn(&str) + std::marker::Send + Sync>;

/// The service manager that started the process, by the protocol of sd_notify(3): a datagram of lines `NAME=value` to the socket
/// in `$NOTIFY_SOCKET`. Without one nothing is told. A datagram that does not arrive is no failure of ours.
pub(super) struct ServiceManager {
    send: Option<Send>,
    watchdog_millis: Option<i64>,
}

impl ServiceManager {
    /// What the environment names.
    pub(super) fn of_environment() -> Self {
        let socket = workplace::environment("NOTIFY_SOCKET");
        let is_ours = |pid: String| pid == std::process::id().to_string();
        let micros = workplace::environment("WATCHDOG_USEC").and_then(|micros| micros.parse::<i64>().ok());
        let is_watched = workplace::environment("WATCHDOG_PID").is_none_or(is_ours);
        Self {
            send: socket.as_deref().and_then(sender_to),
            watchdog_millis: micros.map(|micros| micros / 1_000).filter(|millis| is_watched && *millis > 1),
        }
    }

    /// Milliseconds after which a process that does not say [`ServiceManager::alive`] counts as hung; `None` when nobody minds.
    pub(super) fn watchdog_millis(&self) -> Option<i64> {
        self.watchdog_millis
    }

    /// The service is up, or has read its configuration again.
    pub(super) fn ready(&self) {
        self.tell("READY=1");
    }

    /// What the service does, for people.
    pub(super) fn status(&self, text: &str) {
        self.tell(&format!("STATUS={}", visible(text).replace('\n', " ")));
    }

    /// The service reads its configuration again, until it is [`ServiceManager::ready`].
    pub(super) fn reloading(&self) {
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={}", monotonic_micros()));
    }

    /// The service does not hang.
    pub(super) fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// The service ends.
    pub(super) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    fn tell(&self, lines: &str) {
        if let Some(send) = &self.send {
            send(lines);
        }
    }
}

/// A socket in the file system, or in Linux's abstract names where the address begins with `@`.
#[cfg(target_os = "linux")]
fn sender_to(address: &str) -> Option<Send> {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let address = match address.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(address),
    };
    let (address, socket) = (address.ok()?, UnixDatagram::unbound().ok()?);
    // Nobody waits for a manager that does not read.
    socket.set_nonblocking(true).ok()?;
    Some(Box::new(move |lines| {
        let _ = socket.send_to_addr(lines.as_bytes(), &address);
    }))
}

#[cfg(not(target_os = "linux"))]
fn sender_to(_address: &str) -> Option<Send> {
    None
}

/// The time of `CLOCK_MONOTONIC`, by which a manager tells one reload from the next.
#[cfg(target_os = "linux")]
fn monotonic_micros() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}

#[cfg(not(target_os = "linux"))]
fn monotonic_micros() -> i64 {
    0
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 1_000];
        let length = socket.recv(&mut bytes).expect("told");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn a_manager_hears_each_line_by_either_kind_of_socket() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("manager");
        let name = format!("boji-test-{}", std::process::id());
        let abstract_address = SocketAddr::from_abstract_name(&name).expect("an address");
        let sockets = [
            (path.display().to_string(), UnixDatagram::bind(&path).expect("bound")),
            (format!("@{name}"), UnixDatagram::bind_addr(&abstract_address).expect("bound")),
        ];
        for (address, socket) in sockets {
            let manager = ServiceManager { send: sender_to(&address), watchdog_millis: None };
            manager.ready();
            assert_eq!(heard(&socket), "READY=1", "{address}");
            manager.status("two\nlines\u{1b}");
            assert_eq!(heard(&socket), "STATUS=two lines", "{address}");
            manager.reloading();
            let told = heard(&socket);
            let micros =
                told.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").and_then(|micros| micros.parse::<i64>().ok());
            assert!(micros.is_some_and(|micros| micros > 0), "{told}");
        }
    }

    #[test]
    fn without_a_manager_nothing_is_told() {
        for address in ["", "/nowhere/at/all", "vsock:2:1"] {
            ServiceManager { send: sender_to(address), watchdog_millis: None }.ready();
        }
    }
}
