//! `boji serve`: the inspector, a local web page that shows what was kept, what was taken out and why, and how sources fare.
//!
//! One page a file, each a pure function of what the store says; this file asks the store, and knows which address shows what. Reads
//! open the database for each page, so that nothing is stale and no page waits for another; changes take the lock that runs take.
//! Nothing is asked of the network, and no page of a stranger ever runs.

mod access;
mod article;
mod articles;
mod asked;
mod changes;
mod compare;
mod content;
mod corpus;
mod failure;
mod feeds;
mod frame;
mod original;
mod report;
mod review;
mod server;
mod sources;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path as InAddress, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use boji_clean::rules::Rules;
use maud::Markup;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::config::RunSettings;
use crate::inspect;
use crate::model::{Clock, Picture, StoredArticle, SystemClock};
use crate::pipeline::{self, Rulings, RunLock, Stop};
use crate::statistics;
use crate::store::{Access as StoreAccess, SqliteStore, Store};
pub(crate) use access::secret;
use access::{Access, COOKIE_NAME};
use article::Forms;
use asked::Asked;
use changes::{AnswerForm, BlockForm, RuleForm};
use content::KeptPictures;
use failure::Failure;
use original::Pictures;
use review::Queue;

/// Pages that are made at once; further ones wait.
const AT_ONCE: usize = 4;
/// Pages that wait at most.
const MAX_WAITING: usize = 256;
/// Bytes of a form.
const FORM_BYTES: usize = 64 << 10;
/// Seconds for which a change waits for a run to end.
const LOCK_SECONDS: u32 = 10;

/// What the pages may load: their own style and script, and frames of their own.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-src 'self'; connect-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("inspector.css");
const SCRIPT: &str = include_str!("inspector.js");

/// What an inspector is to be.
#[derive(Debug)]
pub(crate) struct Options {
    /// The data folder.
    pub folder: PathBuf,
    /// The database in it.
    pub database: PathBuf,
    /// The rules in force.
    pub rules: Rules,
    /// The settings of runs, where they can be read.
    pub run: Option<RunSettings>,
    /// Whether it may change something.
    pub is_writable: bool,
    /// What has to be known to look at it.
    pub token: Option<String>,
    /// Further names under which it is asked.
    pub names: Vec<String>,
    /// A secret word of this start.
    pub form_key: String,
}

/// What all handlers share.
struct Inspector {
    options: Options,
    access: Access,
    /// `http://127.0.0.1:8017`
    root: String,
    places: Semaphore,
    waiting: Semaphore,
    queue: Mutex<Option<Queue>>,
}

type Shared = State<Arc<Inspector>>;

/// Answers at a listener until somebody wants to stop.
pub(crate) async fn serve(listener: TcpListener, at: SocketAddr, options: Options, stop: &Stop) {
    let access = Access::new(at, &options.names, options.token.clone(), options.form_key.clone());
    let inspector = Inspector {
        access,
        root: format!("http://{at}"),
        options,
        places: Semaphore::new(AT_ONCE),
        waiting: Semaphore::new(MAX_WAITING),
        queue: Mutex::new(None),
    };
    server::answer(listener, router(Arc::new(inspector)), stop).await;
}

fn router(inspector: Arc<Inspector>) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/article/{id}", get(one))
        .route("/article/{id}/original", get(as_it_came))
        .route("/article/{id}/picture/{position}", get(kept_picture))
        .route("/article/{id}/compare", get(side_by_side))
        .route("/article/{id}/block", post(change_block))
        .route("/rule", post(change_rule))
        .route("/sources", get(all_sources))
        .route("/source/{id}", get(one_source))
        .route("/why", get(why))
        .route("/corpus", get(figures))
        .route("/duplicates", get(duplicates))
        .route("/accounts", get(accounts))
        .route("/account", get(account))
        .route("/review", get(review_next).post(review_answer))
        .route("/review/answers", get(review_answers))
        .route("/review/labels.jsonl", get(review_labels))
        .route("/feed.atom", get(atom))
        .route("/feed.json", get(json_feed))
        .route("/sources.opml", get(opml))
        .route(
            "/inspector.css",
            get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], [statistics::STYLE, STYLE].concat())),
        )
        .route("/inspector.js", get(async || ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
        .fallback(async || Failure::Missing("there is no such page".to_owned()))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&inspector), guard))
        .with_state(inspector)
}

/// Lets in who may come, and locks each answer.
async fn guard(State(inspector): Shared, request: Request, next: Next) -> Response {
    let token = url_token(request.uri().query().unwrap_or_default());
    let judged = inspector.access.judge(request.method(), request.headers(), token.as_deref());
    let mut answer = match (judged, token) {
        (Err(refusal), _) => (axum::http::StatusCode::FORBIDDEN, format!("{}\n", refusal.phrase())).into_response(),
        // The token goes out of the address, and with it out of histories.
        (Ok(()), Some(token)) if inspector.access.wants_token() && inspector.access.knows(&token) => {
            let cookie = format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict");
            match HeaderValue::from_str(&cookie) {
                Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(request.uri().path())).into_response(),
                Err(_) => next.run(request).await,
            }
        }
        (Ok(()), _) => next.run(request).await,
    };
    let headers = answer.headers_mut();
    let locks: [(HeaderName, &'static str); 5] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Without any a browser would send no origin with the forms of its own pages either.
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in locks {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    answer
}

fn url_token(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token").map(|(_, value)| value.into_owned())
}

impl Inspector {
    /// Makes a page of what the store says, on a thread that may wait for the disk.
    async fn read<T: Send + 'static>(
        self: Arc<Self>,
        page: impl FnOnce(&Self, &dyn Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Failure::Busy)?;
        let _place = self.places.acquire().await.map_err(|_| Failure::Busy)?;
        let inspector = Arc::clone(&self);
        let made = tokio::task::spawn_blocking(move || {
            let store = SqliteStore::open(&inspector.options.database, StoreAccess::Read)?;
            page(&inspector, &store)
        });
        made.await.map_err(|error| Failure::Store(error.to_string()))?
    }

    /// Changes something, as the one who writes.
    async fn write<T: Send + 'static>(
        self: Arc<Self>,
        key: &str,
        change: impl FnOnce(&Self, &mut dyn Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if !self.options.is_writable {
            return Err(Failure::ReadOnly);
        }
        if !self.access.is_own_form(key) {
            return Err(Failure::ForeignForm);
        }
        let lock = RunLock::wait(&self.options.folder, &SystemClock, Some(LOCK_SECONDS), &Stop::new()).await?;
        let inspector = Arc::clone(&self);
        let made = tokio::task::spawn_blocking(move || {
            let _lock = lock;
            let mut store = SqliteStore::open(&inspector.options.database, StoreAccess::Write)?;
            change(&inspector, &mut store)
        });
        made.await.map_err(|error| Failure::Store(error.to_string()))?
    }

    fn forms(&self) -> Forms<'_> {
        Forms { are_open: self.options.is_writable, key: self.access.form_key() }
    }

    /// Does something with the queue of doubts, which is made when there is none.
    fn with_queue<T>(&self, store: &dyn Store, is_anew: bool, act: impl FnOnce(&mut Queue) -> T) -> Result<T, Failure> {
        let mut held = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match held.take() {
            Some(queue) if !is_anew => held.insert(queue),
            _ => held.insert(Queue::of(store, &self.options.rules)?),
        };
        Ok(act(queue))
    }
}

type Shown = Result<Markup, Failure>;

async fn list(State(inspector): Shared, Asked(wanted): Asked<articles::Wanted>) -> Shown {
    inspector.read(move |_, store| articles::show(store, &wanted)).await
}

/// Which revision, and whether with pictures.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Which {
    revision: Option<u32>,
    pictures: Option<u8>,
    old: Option<u32>,
    new: Option<u32>,
}

/// The article whose id this is, in the revision that is wanted.
fn find(store: &dyn Store, id: &str, revision: Option<u32>) -> Result<StoredArticle, Failure> {
    let absent = || Failure::Missing(format!("there is no article {id}"));
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(absent());
    }
    let stored = store.article(id)?.ok_or_else(absent)?;
    match revision.filter(|number| *number != stored.revision) {
        None => Ok(stored),
        Some(number) => store
            .revision(&stored.id, number)?
            .ok_or_else(|| Failure::Missing(format!("the article {id} has no revision {number}"))),
    }
}

async fn one(State(inspector): Shared, InAddress(id): InAddress<String>, Asked(which): Asked<Which>) -> Shown {
    inspector
        .read(move |inspector, store| {
            let stored = find(store, &id, which.revision)?;
            let read = pipeline::read_again(store, &stored.id, &inspector.options.rules, Rulings::Heard)?;
            let mut rulings = store.learned()?.rulings;
            rulings.retain(|ruling| ruling.article() == Some(&stored.id));
            let pictures = store.pictures_of(&stored.id)?;
            Ok(article::show(&article::View {
                stored: &stored,
                revisions: &store.revision_numbers(&stored.id)?,
                read: read.as_ref(),
                rulings: &rulings,
                duplicates: &store.duplicates()?,
                kept: KeptPictures::of(&pictures),
                has_pictures: which.pictures == Some(1),
                forms: inspector.forms(),
            }))
        })
        .await
}

async fn as_it_came(
    State(inspector): Shared,
    InAddress(id): InAddress<String>,
    Asked(which): Asked<Which>,
) -> Result<Response, Failure> {
    let pictures = if which.pictures == Some(1) { Pictures::Shown } else { Pictures::Named };
    let page = inspector.read(move |_, store| {
        let stored = find(store, &id, which.revision)?;
        let capture =
            store.capture_of(&stored)?.ok_or_else(|| Failure::Missing("its capture is not stored".to_owned()))?;
        Ok(original::shown(&capture, pictures))
    });
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, pictures.policy())];
    Ok((headers, page.await?).into_response())
}

/// A picture of an article out of its file, as nothing but a picture of the type that its bytes have.
async fn kept_picture(
    State(inspector): Shared,
    InAddress((id, position)): InAddress<(String, u32)>,
) -> Result<Response, Failure> {
    let read = inspector.read(move |_, store| {
        let absent = || Failure::Missing("there is no such picture".to_owned());
        let stored = find(store, &id, None)?;
        let pictures = store.pictures_of(&stored.id)?;
        let file =
            pictures.iter().find(|picture| picture.position == position).and_then(Picture::file).ok_or_else(absent)?;
        Ok((store.picture_bytes(file)?.ok_or_else(absent)?, file.kind))
    });
    let (bytes, kind) = read.await?;
    let headers = [(CONTENT_TYPE, kind.media_type()), (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
    Ok((headers, bytes).into_response())
}

async fn side_by_side(State(inspector): Shared, InAddress(id): InAddress<String>, Asked(which): Asked<Which>) -> Shown {
    inspector
        .read(move |_, store| {
            let stored = find(store, &id, which.new)?;
            let numbers = store.revision_numbers(&stored.id)?;
            let new = stored.revision;
            let before = which.old.or_else(|| numbers.iter().copied().rfind(|number| *number < new));
            let old = find(store, &id, Some(before.unwrap_or(new)))?;
            Ok(compare::show(&old, &stored, &numbers))
        })
        .await
}

async fn change_block(
    State(inspector): Shared,
    InAddress(id): InAddress<String>,
    Form(form): Form<BlockForm>,
) -> Result<Redirect, Failure> {
    let key = form.key.clone();
    let place = form.place;
    let id = inspector
        .write(&key, move |inspector, store| {
            let stored = find(store, &id, None)?;
            changes::of_block(store, &stored, &form, &inspector.options.rules, &inspector.options.folder)?;
            Ok(stored.id)
        })
        .await?;
    Ok(Redirect::to(&format!("/article/{id}#b{place}")))
}

async fn change_rule(State(inspector): Shared, Form(form): Form<RuleForm>) -> Result<Redirect, Failure> {
    let key = form.key.clone();
    let back = format!("/account?name={}", corpus::encoded(&form.account));
    inspector.write(&key, move |inspector, store| changes::of_rule(store, &form, &inspector.options.rules)).await?;
    Ok(Redirect::to(&back))
}

async fn all_sources(State(inspector): Shared) -> Shown {
    inspector.read(|inspector, store| sources::all(store, inspector.options.rules.version(), SystemClock.now())).await
}

async fn one_source(State(inspector): Shared, InAddress(id): InAddress<String>) -> Shown {
    inspector.read(move |_, store| sources::one(store, &id, SystemClock.now())).await
}

async fn why(State(inspector): Shared, Asked(question): Asked<sources::Question>) -> Shown {
    inspector
        .read(move |inspector, store| sources::why(store, &question, inspector.options.run.as_ref(), SystemClock.now()))
        .await
}

async fn figures(State(inspector): Shared) -> Shown {
    inspector.read(|_, store| corpus::figures(store)).await
}

async fn duplicates(State(inspector): Shared) -> Shown {
    inspector.read(|_, store| corpus::duplicates(store)).await
}

async fn accounts(State(inspector): Shared) -> Shown {
    inspector.read(|_, store| corpus::accounts(store)).await
}

/// Which account.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Named {
    name: String,
}

async fn account(State(inspector): Shared, Asked(named): Asked<Named>) -> Shown {
    inspector.read(move |inspector, store| corpus::account(store, &named.name, inspector.forms())).await
}

/// Whether the queue is to be made anew.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Anew {
    anew: u8,
}

async fn review_next(State(inspector): Shared, Asked(wish): Asked<Anew>) -> Shown {
    inspector
        .read(move |inspector, store| {
            let forms = inspector.forms();
            inspector.with_queue(store, wish.anew == 1, |queue| {
                // Articles that went meanwhile are passed over.
                loop {
                    let Some(doubt) = queue.next().cloned() else { return Ok(review::ask(queue, None, forms)) };
                    match store.article(&doubt.article) {
                        Ok(Some(stored)) => return Ok(review::ask(queue, Some(&stored), forms)),
                        Ok(None) => drop(queue.answer(&doubt.article, doubt.place, None)),
                        Err(error) => return Err(error.into()),
                    }
                }
            })?
        })
        .await
}

async fn review_answer(State(inspector): Shared, Form(form): Form<AnswerForm>) -> Result<Redirect, Failure> {
    let key = form.key.clone();
    inspector
        .write(&key, move |inspector, store| {
            let step = inspector.with_queue(store, false, |queue| changes::of_queue(queue, &form))?;
            let done = changes::of_answer(store, &step, &inspector.options.rules);
            if done.is_err() {
                inspector.with_queue(store, false, |queue| changes::put_back(queue, &step))?;
            }
            done
        })
        .await?;
    Ok(Redirect::to("/review"))
}

async fn review_answers(State(inspector): Shared) -> Shown {
    inspector.read(|inspector, store| review::answered(store, &inspector.options.rules)).await
}

async fn review_labels(State(inspector): Shared) -> Result<Response, Failure> {
    let labels = inspector.read(|inspector, store| review::labels(store, &inspector.options.rules)).await?;
    Ok(([(CONTENT_TYPE, "application/jsonl; charset=utf-8")], labels).into_response())
}

/// The address under which the inspector was asked.
fn asked_at(inspector: &Inspector, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.map_or_else(|| inspector.root.clone(), |host| format!("http://{host}"))
}

async fn atom(
    State(inspector): Shared,
    headers: HeaderMap,
    Asked(wanted): Asked<feeds::FeedWanted>,
) -> Result<Response, Failure> {
    let root = asked_at(&inspector, &headers);
    let feed = inspector.read(move |_, store| Ok(feeds::atom(&feeds::wanted(store, &wanted)?, &wanted, &root))).await?;
    Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response())
}

async fn json_feed(
    State(inspector): Shared,
    headers: HeaderMap,
    Asked(wanted): Asked<feeds::FeedWanted>,
) -> Result<Response, Failure> {
    let root = asked_at(&inspector, &headers);
    let feed = inspector.read(move |_, store| Ok(feeds::json(&feeds::wanted(store, &wanted)?, &wanted, &root))).await?;
    Ok(([(CONTENT_TYPE, "application/feed+json; charset=utf-8")], feed).into_response())
}

async fn opml(State(inspector): Shared) -> Result<Response, Failure> {
    let list = inspector.read(|_, store| {
        let sources: Vec<_> = store.sources()?.into_iter().map(|(source, _)| source).collect();
        Ok(inspect::opml(&sources))
    });
    Ok(([(CONTENT_TYPE, "text/x-opml; charset=utf-8")], list.await?).into_response())
}
