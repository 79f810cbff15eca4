//! Whether the world answers as the settings say: each question is asked for real, and nothing is published.

use std::sync::Arc;

use domain::clock::IdSource;
use domain::ids::BodyCode;
use domain::reference::Reference;
use sources::gmc::Event;
use sources::gmc::client::Means;
use store::Store;
use sync::SyncError;

use crate::config::Config;
use crate::exit::Failure;
use crate::wiring::{clock, gmc_client, install_tls, make_private_folder, tis_source};

/// One question and its answer: what was found, or what to do.
pub struct Check {
    /// What was asked.
    pub what: &'static str,
    /// Found, or what is wrong and what to do.
    pub result: Result<String, String>,
}

/// Asks everything; one bad answer does not keep the others from being asked.
pub async fn checks(config: Config, reference: Arc<Reference>) -> Vec<Check> {
    install_tls();
    let today = match clock(config.sandbox.clock_file.as_deref()) {
        Ok(clock) => clock.now().to_zoned(config.tis.zone.clone()).date(),
        Err(failure) => return vec![Check { what: "clock", result: Err(failure.message) }],
    };
    let (store, smallest) = store_of(&config).await;
    let asked = reference.asked_on(today).last().map(|body| body.code.clone());
    vec![
        Check { what: "store", result: store },
        Check { what: "GMC", result: gmc(&config, smallest.or(asked)).await },
        Check { what: "TIS", result: tis(&config, &reference).await },
        Check { what: "spool", result: spool(&config) },
    ]
}

/// Whether the store can be reached and is ours; also the smallest list it knows.
async fn store_of(config: &Config) -> (Result<String, String>, Option<BodyCode>) {
    if let Some(file) = config.store.file.as_deref().filter(|file| !file.exists()) {
        return (Ok(format!("{} is not there yet; the first command makes it", file.display())), None);
    }
    match opened(config).await {
        Ok((found, smallest)) => (Ok(found), smallest),
        Err(failure) => (Err(format!("{}: {}", config.store.shown, failure.message)), None),
    }
}

async fn opened(config: &Config) -> Result<(String, Option<BodyCode>), Failure> {
    let store = Store::open(config.store.url.reveal()).await?;
    store.check_schema().await?;
    let environment = &config.site.environment;
    let owner = store::site::owner(&store).await?;
    if let Some(owner) = owner.as_ref().filter(|owner| *owner != environment) {
        let program = environment.clone();
        return Err(store::StoreError::OtherEnvironment { store: owner.clone(), program }.into());
    }
    let lists = store::list::all(&mut store.read().await?).await?;
    store.close().await;
    let bodies = lists.into_iter().filter(|list| list.code != store::list::TIS && list.doctors > 0);
    let smallest = bodies.min_by_key(|list| list.doctors).map(|list| BodyCode::new(list.code));
    let whose = if owner.is_some() { "of this environment" } else { "of no environment yet" };
    let version = Store::schema_version();
    Ok((format!("{} is reachable, at version {version}, {whose}", config.store.shown), smallest))
}

/// Asks the GMC once for one list.
pub async fn gmc(config: &Config, body: Option<BodyCode>) -> Result<String, String> {
    let advice =
        "check gmc.url, gmc.user and gmc.password_file, and whether the GMC lets this machine's address in";
    let body = body.ok_or_else(|| "the reference data name no body to ask for".to_owned())?;
    let mut settings = config.gmc.clone();
    settings.retries.attempts = 1;
    let client = gmc_client(settings).map_err(|failure| failure.message)?;
    let clock = clock(config.sandbox.clock_file.as_deref()).map_err(|failure| failure.message)?;
    let seed = getrandom::u64().map_err(|error| error.to_string())?;
    let means = Means { clock: clock.as_ref(), ids: &IdSource::new(seed) };
    let mut records = 0_u64;
    let sink = |event: Event| {
        match event {
            Event::Start => records = 0,
            Event::Item(_) => records += 1,
        }
        Ok::<(), SyncError>(())
    };
    match client.fetch(&body, means, sink).await {
        Ok(_) => Ok(format!("{} answers; the list of {body} is complete, {records} records", config.gmc.url)),
        Err(not) => Err(format!("{}: {}; {advice}", config.gmc.url, not.error)),
    }
}

/// Reads TIS as the night would, with every check; nothing is published.
async fn tis(config: &Config, reference: &Arc<Reference>) -> Result<String, String> {
    let advice = "nothing was published; the last good TIS data stay";
    let clock = clock(config.sandbox.clock_file.as_deref()).map_err(|failure| failure.message)?;
    let source = tis_source(config, reference);
    let reading = source.read(clock.as_ref()).await.map_err(|error| format!("{error}; {advice}"))?;
    let account = &reading.extract.account;
    let mut told = format!(
        "{} is readable, as of {}: {} persons, {} kept, {} excluded, {} rejected",
        source.place,
        super::say::instant(reading.as_of),
        account.read,
        account.kept,
        account.excluded,
        account.rejected
    );
    let counts = [
        ("left out", &account.by_rule),
        ("kept out of the discrepancies", &account.outside_discrepancies),
        ("marked", &account.marked),
        ("rows of nobody", &account.orphans),
    ];
    for (what, counts) in counts.into_iter().filter(|(_, counts)| !counts.is_empty()) {
        let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        told.push_str(&format!("; {what}: {}", counts.join(", ")));
    }
    Ok(told)
}

fn spool(config: &Config) -> Result<String, String> {
    let folder = &config.store.spool;
    make_private_folder(folder).map_err(|failure| failure.message)?;
    let probe = folder.join(format!("check-{}", std::process::id()));
    std::fs::write(&probe, b"can this be written?")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| format!("{} cannot be written: {error}; check store.spool", folder.display()))?;
    Ok(format!("{} can be written", folder.display()))
}
