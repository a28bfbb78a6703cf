//! A web server on loopback that does what a test tells it, however wrong, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The server. It stops when it is dropped.
pub struct Server {
    host: String,
    shared: Arc<Shared>,
    accepting: tokio::task::JoinHandle<()>,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

/// One answer, right or wrong.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    manner: Manner,
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Whole,
    /// So many bytes of the body, then the end of the connection.
    Cut(usize),
    /// One byte of the body, then a pause of so many milliseconds, and so on.
    Trickle(u64),
    /// The connection ends without an answer.
    Hangup,
    /// One header after the other, with a pause of so many milliseconds after each.
    EndlessHead(u64),
    /// The body over and over again, of no stated length.
    EndlessBody,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<BTreeMap<String, Script>>,
    log: Mutex<Vec<Asked>>,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

/// The answers of one path, and how many have been given.
struct Script {
    replies: Vec<Reply>,
    given: usize,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = listener.local_addr().expect("an address").to_string();
        let shared = Arc::<Shared>::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { host, shared, accepting }
    }

    /// Gives these answers to a path (with query), one after the other, then the last one again. A path without a
    /// script is answered with 404.
    pub fn on(&self, path: &str, replies: impl Into<Vec<Reply>>) -> &Self {
        let script = Script { replies: replies.into(), given: 0 };
        self.shared.scripts.lock().expect("sound").insert(path.to_owned(), script);
        self
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// All requests so far, in the order in which they came.
    pub fn log(&self) -> Vec<Asked> {
        self.shared.log.lock().expect("sound").clone()
    }

    /// The most requests that were being answered at the same time.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }

    /// The paths of all requests so far, in order.
    pub fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|asked| asked.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Asked {
    /// The only value of a header; `None` when it is missing.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        assert_eq!(values.next(), None, "{name} was sent twice");
        first
    }
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), manner: Manner::Whole }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body)
    }

    pub fn redirect(status: u16, to: impl Into<String>) -> Self {
        Self::new(status, "").header("Location", to)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The body, compressed and labelled so.
    pub fn gzip(mut self) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&self.body).expect("memory");
        self.body = encoder.finish().expect("memory");
        self.header("Content-Encoding", "gzip")
    }

    /// The coding `deflate`, with or without zlib's head.
    pub fn deflate(mut self, with_head: bool) -> Self {
        let level = flate2::Compression::default();
        self.body = if with_head {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(&self.body).expect("memory");
            encoder.finish().expect("memory")
        } else {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(&self.body).expect("memory");
            encoder.finish().expect("memory")
        };
        self.header("Content-Encoding", "deflate")
    }

    /// A small body that unpacks to so many bytes.
    pub fn gzip_bomb(megabytes: usize) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let zeros = vec![0; 1_000_000];
        for _ in 0..megabytes {
            encoder.write_all(&zeros).expect("memory");
        }
        Self::ok(encoder.finish().expect("memory")).header("Content-Encoding", "gzip")
    }

    /// Ends the connection after so many bytes of the body, whose length is stated in full.
    pub fn cut(mut self, bytes: usize) -> Self {
        self.manner = Manner::Cut(bytes);
        self
    }

    /// Sends the body byte by byte with a pause after each.
    pub fn trickle(mut self, pause_millis: u64) -> Self {
        self.manner = Manner::Trickle(pause_millis);
        self
    }

    /// Ends the connection without a word.
    pub fn hangup() -> Self {
        Self { manner: Manner::Hangup, ..Self::new(0, "") }
    }

    /// Headers and no end of them.
    pub fn endless_head(pause_millis: u64) -> Self {
        Self { manner: Manner::EndlessHead(pause_millis), ..Self::ok("") }
    }

    /// The body again and again, as long as somebody takes it, without a word of its length.
    pub fn endless(mut self) -> Self {
        self.manner = Manner::EndlessBody;
        self
    }

    fn head(&self) -> String {
        let mut lines = vec![format!("HTTP/1.1 {} Scripted", self.status)];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push(format!("Content-Length: {}", self.body.len()));
        lines.push("Connection: close\r\n\r\n".to_owned());
        lines.join("\r\n")
    }
}

impl Shared {
    fn reply(&self, path: &str) -> Reply {
        let mut scripts = self.scripts.lock().expect("sound");
        let Some(script) = scripts.get_mut(path) else { return Reply::new(404, "no such path") };
        let reply = script.replies.get(script.given).or(script.replies.last()).cloned();
        script.given += 1;
        reply.unwrap_or_else(|| Reply::new(500, "empty script"))
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

/// One request a connection. Errors only mean that the client has left.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let asked = parse_head(&String::from_utf8_lossy(&head))?;
    let reply = shared.reply(&asked.path);
    shared.log.lock().expect("sound").push(asked);
    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most_open.fetch_max(open, Ordering::SeqCst);
    let last = answer(&mut stream, &reply).await;
    // The client cannot be done before this last piece, so no later request of it is counted beside this one.
    shared.open.fetch_sub(1, Ordering::SeqCst);
    stream.write_all(last?).await.ok()?;
    stream.shutdown().await.ok()
}

/// Sends all of the reply but its last piece, and gives that back.
async fn answer<'a>(stream: &mut TcpStream, reply: &'a Reply) -> Option<&'a [u8]> {
    if matches!(reply.manner, Manner::Hangup) {
        return None;
    }
    if let Manner::EndlessHead(millis) = reply.manner {
        stream.write_all(b"HTTP/1.1 200 Scripted\r\n").await.ok()?;
        loop {
            stream.write_all(b"X-More: y\r\n").await.ok()?;
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
    }
    if matches!(reply.manner, Manner::EndlessBody) {
        stream.write_all(b"HTTP/1.1 200 Scripted\r\nConnection: close\r\n\r\n").await.ok()?;
        loop {
            stream.write_all(&reply.body).await.ok()?;
        }
    }
    stream.write_all(reply.head().as_bytes()).await.ok()?;
    match reply.manner {
        Manner::Cut(bytes) => reply.body.get(..bytes),
        Manner::Trickle(millis) => {
            let (last, before) = reply.body.split_last()?;
            for byte in before {
                stream.write_u8(*byte).await.ok()?;
                tokio::time::sleep(Duration::from_millis(millis)).await;
            }
            Some(std::slice::from_ref(last))
        }
        _ => Some(&reply.body),
    }
}

fn parse_head(head: &str) -> Option<Asked> {
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Some(Asked { path, headers })
}
