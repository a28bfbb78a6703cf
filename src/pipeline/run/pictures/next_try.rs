use boji_clean::model::Timestamp;

use crate::config::RunSettings;
use crate::fetch::{FetchError, backoff};
use crate::model::{ErrorClass, NoPicture, Picture, PictureOutcome};

/// The picture after a try that was over at `now`. What may come another time is asked for again, each time later, as often as a page;
/// then it is left alone.
pub(super) fn after_try(picture: Picture, outcome: PictureOutcome, now: Timestamp, run: &RunSettings) -> Picture {
    let tries = picture.tries.saturating_add(1);
    let again = may_come(&outcome) && tries < run.page_tries;
    let wait = backoff(tries, run.backoff_minutes, run.backoff_ceiling_hours);
    let next_due = again.then(|| now.plus_seconds(wait));
    Picture { outcome: Some(outcome), tries, tried_at: Some(now), next_due, ..picture }
}

/// The picture that was not asked for, as its host rests or has had its requests of the day.
pub(super) fn put_off(picture: Picture, error: &FetchError, now: Timestamp, run: &RunSettings) -> Picture {
    let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
    let wait = error.retry_after.unwrap_or_else(|| i64::from(run.backoff_minutes) * 60).clamp(1, ceiling.max(1));
    Picture { next_due: Some(now.plus_seconds(wait)), ..picture }
}

/// Whether the same address may give something else another time.
const fn may_come(outcome: &PictureOutcome) -> bool {
    match outcome {
        PictureOutcome::Kept(_) => false,
        // A page of a server that keeps strangers out, and what broke off.
        PictureOutcome::Refused(why) => matches!(why, NoPicture::UnknownType | NoPicture::Unreadable),
        PictureOutcome::Failed(class) => {
            !matches!(class, ErrorClass::Gone | ErrorClass::TooLarge | ErrorClass::BadUrl | ErrorClass::PrivateAddress)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::model::{PictureFile, PictureKind, WantedPicture};

    #[test]
    fn what_may_come_is_asked_for_again_and_not_for_ever() {
        let run = RunSettings { page_tries: 3, backoff_minutes: 15, ..Settings::default().run };
        let now = Timestamp::from_seconds(1_700_000_000);
        let picture = Picture {
            article_id: "a".into(),
            wanted: WantedPicture { name: "n".into(), url: "u".into() },
            position: 0,
            outcome: None,
            tries: 0,
            tried_at: None,
            next_due: Some(now),
        };
        let file = PictureFile { hash: "ab".repeat(32), kind: PictureKind::Png, width: 1, height: 1, bytes: 1 };
        let cases = [
            ("it is kept", PictureOutcome::Kept(file), 0, None),
            ("not found", PictureOutcome::Failed(ErrorClass::NotFound), 0, Some(15)),
            ("not found again", PictureOutcome::Failed(ErrorClass::NotFound), 1, Some(30)),
            ("not found too often", PictureOutcome::Failed(ErrorClass::NotFound), 2, None),
            ("gone for good", PictureOutcome::Failed(ErrorClass::Gone), 0, None),
            ("no address", PictureOutcome::Failed(ErrorClass::BadUrl), 0, None),
            ("a page in its place", PictureOutcome::Refused(NoPicture::UnknownType), 0, Some(15)),
            ("a drawing", PictureOutcome::Refused(NoPicture::Svg), 0, None),
            ("too large", PictureOutcome::Refused(NoPicture::TooManyBytes), 0, None),
        ];
        for (case, outcome, tries, want) in cases {
            let after = after_try(Picture { tries, ..picture.clone() }, outcome, now, &run);
            assert_eq!(after.next_due, want.map(|minutes| now.plus_seconds(minutes * 60)), "{case}");
            assert_eq!((after.tries, after.tried_at), (tries + 1, Some(now)), "{case}");
        }
        let rests = FetchError { retry_after: Some(90), ..FetchError::new("u", ErrorClass::HostPaused, "it rests") };
        let waiting = put_off(picture.clone(), &rests, now, &run);
        assert_eq!(waiting, Picture { next_due: Some(now.plus_seconds(90)), ..picture }, "nobody was asked");
    }
}
