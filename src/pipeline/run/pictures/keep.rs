use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use super::super::refusals::Refusals;
use super::header::read_header;
use super::next_try::{after_try, put_off};
use super::wanted::wanted;
use crate::fetch::{FetchError, Fetched, Fetcher, Purpose, Slot};
use crate::model::{ErrorClass, KeepImages, NoPicture, Picture, PictureOutcome, Source};
use crate::pipeline::engine::{Engine, Event};
use crate::pipeline::error::{RunError, WorkerError};
use crate::pipeline::log;
use crate::pipeline::report::{ImageCounts, SourceReport};
use crate::store::{Batch, StoreError};

/// Articles of one source whose pictures are listed in one run. Where pictures are wanted of a store that has had none, the newest come
/// first, and the others with the next runs.
const LISTED_AT_ONCE: usize = 500;

/// Pictures of one source that are looked through in one run: those of hosts that are left alone keep their places.
const LOOKED_THROUGH: usize = 10_000;

/// How long the pictures of one source may occupy a run, in milliseconds of requests and of work on what came: ten minutes, as its
/// pages.
const SHARE_MILLIS: i64 = 10 * 60 * 1_000;

/// Keeps the pictures of sources that want it, once all pages of a run are done, so that none of them waits for a picture. Half of what
/// a host may be asked in a day is left for pages. Each picture is committed by itself.
///
/// That a picture does not come is no trouble of the run: it is counted, and written down with its reason.
pub(in super::super) async fn keep_pictures(
    engine: &Arc<Engine>,
    sources: Vec<Source>,
    sequential: bool,
    reports: &mut [SourceReport],
) -> Result<(), RunError> {
    let wants = |source: &Source| source.keep_images.unwrap_or(engine.settings.keep_images);
    let names = Arc::new(Names::default());
    let (mut running, mut counts) = (JoinSet::new(), BTreeMap::new());
    for source in sources {
        let keep = wants(&source);
        let is_stopped = engine.stop.requested().is_some();
        if is_stopped || keep == KeepImages::None || engine.cookies.problem_of(&source.id).is_some() {
            continue;
        }
        let (engine, names) = (Arc::clone(engine), Arc::clone(&names));
        running.spawn(async move {
            let kept = keep_of_source(&engine, &source, keep, &names).await?;
            Ok::<_, RunError>((source.id, kept))
        });
        if sequential {
            next_counts(&mut running, &mut counts).await?;
        }
    }
    while !running.is_empty() {
        next_counts(&mut running, &mut counts).await?;
    }
    for report in reports {
        report.images = counts.remove(&report.source).unwrap_or_default();
    }
    Ok(())
}

async fn next_counts(
    running: &mut JoinSet<Result<(String, ImageCounts), RunError>>,
    counts: &mut BTreeMap<String, ImageCounts>,
) -> Result<(), RunError> {
    if let Some(done) = running.join_next().await {
        let (source, kept) = done.map_err(|_| WorkerError::Panicked)??;
        counts.insert(source, kept);
    }
    Ok(())
}

/// The pictures that are being asked for, by their names: so that one which several sources want is asked for once.
#[derive(Default)]
struct Names(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Names {
    /// Locked while somebody asks for the picture.
    fn of(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(names.entry(name.to_owned()).or_default())
    }
}

async fn keep_of_source(
    engine: &Engine,
    source: &Source,
    keep: KeepImages,
    names: &Names,
) -> Result<ImageCounts, RunError> {
    let (id, now, run) = (source.id.clone(), engine.clock.now(), engine.settings.clone());
    let due = engine
        .store
        .with(move |store| {
            let most = run.images_per_article as usize;
            let wish = format!("{keep} {most}");
            for article_id in store.unlisted_pictures(&id, &wish, LISTED_AT_ONCE)? {
                let wanted = match store.article(&article_id) {
                    Ok(stored) => stored.map(|stored| wanted(&stored.submission.article, keep, most)),
                    // What cannot be read wants none.
                    Err(StoreError::Corrupt { .. }) => None,
                    Err(error) => return Err(error),
                };
                store.list_pictures(&article_id, &wish, &wanted.unwrap_or_default(), now)?;
            }
            store.due_pictures(&id, now, LOOKED_THROUGH)
        })
        .await?;
    let (mut counts, mut left_alone, mut refusals) = (ImageCounts::default(), BTreeSet::new(), Refusals::default());
    let (mut asked, mut spent) = (0, 0);
    for picture in due {
        if asked >= engine.settings.images_per_source || spent >= SHARE_MILLIS {
            break;
        }
        let host = Fetcher::host_of(&picture.wanted.url);
        let is_closed = left_alone.contains(&host) || !engine.fetcher.has_half_a_day_left(&host);
        let slot = engine.slots.slot();
        let tried = tokio::select! {
            biased;
            () = engine.stop.wait() => return Ok(counts),
            tried = keep_one(engine, source, picture, is_closed, names, &slot) => tried?,
        };
        spent += slot.finish();
        let error = match tried {
            Tried::Left => continue,
            Tried::Known => {
                counts.kept += 1;
                continue;
            }
            Tried::Kept => {
                counts.kept += 1;
                None
            }
            Tried::Refused => {
                counts.failed += 1;
                None
            }
            Tried::Failed(error) => {
                counts.failed += usize::from(!error.was_not_sent());
                Some(error)
            }
        };
        asked += u32::from(error.as_ref().is_none_or(|error| !error.was_not_sent()));
        let refusal = error.as_ref().map(|error| error.class);
        let refusal =
            refusal.filter(|class| matches!(class, ErrorClass::Forbidden | ErrorClass::Client | ErrorClass::Server));
        if error.as_ref().is_some_and(FetchError::closes_host) || refusals.are_enough(&host, refusal) {
            left_alone.insert(host);
        }
    }
    Ok(counts)
}

/// What a run did about a picture.
enum Tried {
    /// It was kept already, of another article.
    Known,
    /// It is kept now.
    Kept,
    /// What came is not.
    Refused,
    /// Nothing came.
    Failed(FetchError),
    /// Nothing: its host is left alone, and it waits.
    Left,
}

/// Takes a picture from where it is kept under its name already, or asks for it.
async fn keep_one(
    engine: &Engine,
    source: &Source,
    picture: Picture,
    is_closed: bool,
    names: &Names,
    slot: &Slot,
) -> Result<Tried, RunError> {
    let name = names.of(&picture.wanted.name);
    // Nobody waits here with a slot, so that who asks for the picture gets one.
    let _asking = name.lock().await;
    let wanted = picture.wanted.name.clone();
    if let Some(file) = engine.store.with(move |store| store.kept_picture(&wanted)).await? {
        let kept = Picture { outcome: Some(PictureOutcome::Kept(file)), next_due: None, ..picture };
        put(engine, kept, None).await?;
        return Ok(Tried::Known);
    }
    if is_closed {
        return Ok(Tried::Left);
    }
    (engine.listen)(Event::Page { source: source.id.clone(), url: picture.wanted.url.clone() });
    let ask = engine.ask(&picture.wanted.url, Purpose::Picture, source);
    let (outcome, bytes) = match engine.fetcher.fetch_in(&ask, Some(slot)).await {
        Ok(Fetched::Complete(capture)) => read(engine, capture.body).await?,
        Ok(Fetched::NotModified { .. }) => (PictureOutcome::Failed(ErrorClass::Client), None),
        Err(error) => {
            let now = engine.clock.now();
            let after = if error.was_not_sent() {
                put_off(picture, &error, now, &engine.settings)
            } else {
                after_try(picture, PictureOutcome::Failed(error.class), now, &engine.settings)
            };
            log::picture_is_tried(&after);
            put(engine, after, None).await?;
            return Ok(Tried::Failed(error));
        }
    };
    let tried = if bytes.is_some() { Tried::Kept } else { Tried::Refused };
    let after = after_try(picture, outcome, engine.clock.now(), &engine.settings);
    log::picture_is_tried(&after);
    put(engine, after, bytes).await?;
    Ok(tried)
}

/// What came, and its bytes where it is kept. Bytes at which the reader of headers breaks off cannot be read.
async fn read(engine: &Engine, body: Vec<u8>) -> Result<(PictureOutcome, Option<Vec<u8>>), RunError> {
    let most = engine.settings.image_bytes;
    let read = engine.compute(move |_| read_header(&body, most).map(|file| (file, body))).await;
    match read {
        Ok(Ok((file, bytes))) => Ok((PictureOutcome::Kept(file), Some(bytes))),
        Ok(Err(why)) => Ok((PictureOutcome::Refused(why), None)),
        Err(RunError::Worker(_)) => Ok((PictureOutcome::Refused(NoPicture::Unreadable), None)),
        Err(error) => Err(error),
    }
}

async fn put(engine: &Engine, picture: Picture, bytes: Option<Vec<u8>>) -> Result<(), RunError> {
    let url = picture.wanted.url.clone();
    engine.commit(Batch { pictures: vec![(picture, bytes)], ..Batch::default() }, &url).await?;
    Ok(())
}
