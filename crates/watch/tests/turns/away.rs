//! Facts of a watch whose store is away.

use domain::clock::{Clock, VirtualClock};
use jiff::SignedDuration;
use testkit::engines;
use watch::away::Away;

use super::receiver::{Got, Receiver};
use super::{Outcome, at};

#[tokio::test]
async fn with_the_store_away_people_are_told_of_it_and_of_what_was_due() -> Outcome {
    let (store, _scratch) = testkit::store(engines()[0]).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    super::planned(&store).await?;
    let clock = VirtualClock::at(at("2026-11-25T00:05:30Z"));
    let (receiver, folder) = (Receiver::start().await, tempfile::tempdir().unwrap());
    let (channels, file) = ([receiver.webhook("chat")], folder.path().join("alone.json"));
    let watch = super::watch(&store, &clock, "a");
    let (mut away, _) = Away::read(Some(file.clone()));
    let (_, facts) = watch.look().await?;
    away.saw(&watch, &channels, facts).await.unwrap();
    drop(away);
    // The database goes, and the watch is started again.
    store.close().await;
    let (mut away, read) = Away::read(Some(file.clone()));
    assert_eq!(read, Ok(()));
    let mut told = Vec::new();
    for minutes in 0..8 {
        let error = watch.look().await.unwrap_err();
        away.cannot_look(&watch, &channels, &error).await;
        told.push((minutes, receiver.got().len()));
        clock.advance(SignedDuration::from_mins(1));
    }
    let keys =
        |got: Got| got.into_iter().map(|(_, body)| body["incident_keys"][0].clone()).collect::<Vec<_>>();
    assert_eq!(keys(receiver.got()), ["resource/store", "missed/gmc-sync"], "each once: {told:?}");
    assert_eq!((told[0].1, told[1].1, told[4].1, told[5].1), (0, 1, 1, 2), "{told:?}");
    // It is back.
    let facts = watch::facts::Facts { at: clock.now(), ..watch::facts::Facts::default() };
    away.saw(&watch, &channels, facts).await.unwrap();
    let (_, last) = receiver.got().pop().unwrap();
    assert_eq!(
        (&last["incident_keys"][0], &last["alerts"][0]["state"]),
        (&"resource/store".into(), &"resolved".into())
    );
    // What cannot be understood is begun anew, and said.
    std::fs::write(&file, "{").unwrap();
    assert!(Away::read(Some(file)).1.is_err());
    Ok(())
}
