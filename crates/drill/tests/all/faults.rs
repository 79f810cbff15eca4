//! Every way in which the GMC's service misbehaves, and what becomes of the one body it is about.

use domain::evidence::BodyEvidence;
use domain::run::BodyOutcome;
use drill::{Place, Sandbox};
use simulator::{Fault, Rule};

use BodyOutcome::{Failed, Held, Published};

/// A fault, what becomes of the body, and the cause that is written down.
fn table() -> Vec<(Fault, BodyOutcome, &'static str)> {
    let other = simulator::BODIES[4].to_owned();
    vec![
        (Fault::Reset(9_000), Failed, "network"),
        (Fault::Reset(0), Failed, "network"),
        (Fault::Cut(9_000), Failed, "truncated"),
        (Fault::Cut(40), Failed, "truncated"),
        (Fault::EdgeRefuses, Failed, "edge_refused"),
        (Fault::Page, Failed, "not_soap"),
        (Fault::SoapFault, Failed, "fault"),
        (Fault::Status(500), Failed, "busy"),
        (Fault::Status(503), Failed, "busy"),
        (Fault::Status(404), Failed, "not_soap"),
        (Fault::Code("81".into()), Failed, "not_authorised"),
        (Fault::Code("98".into()), Failed, "busy"),
        (Fault::Code("99".into()), Failed, "credentials"),
        (Fault::Code("12345".into()), Failed, "gmc_code"),
        (Fault::Code(" 0".into()), Failed, "gmc_code"),
        (Fault::NoList, Failed, "wrong_shape"),
        (Fault::NilList, Failed, "wrong_shape"),
        (Fault::OtherRequest, Failed, "wrong_answer"),
        (Fault::EmptyList, Held, "brake"),
        (Fault::Short(60), Held, "brake"),
        (Fault::ListOf(other), Held, "brake"),
        (Fault::Delay(20), Published, ""),
        (Fault::Twice, Published, ""),
    ]
}

async fn one_body(sandbox: &mut Sandbox, fault: Fault) -> BodyEvidence {
    let body = sandbox.body(1);
    sandbox.simulator.set_faults(vec![Rule::on(body.as_str(), fault)]);
    sandbox.ask_anew().unwrap();
    sandbox.gmc_sync_of(&body).await.unwrap().lists.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_gmc_does_the_last_good_list_stays_or_a_whole_one_takes_its_place() {
    let place = Place { store_url: None, program: std::path::PathBuf::new(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await.unwrap();
    sandbox.good_nights(1).await.unwrap();
    let before = sandbox.digest().await.unwrap();
    for (fault, outcome, cause) in table() {
        let told = format!("{fault:?}");
        let evidence = one_body(&mut sandbox, fault).await;
        assert_eq!((evidence.outcome, evidence.cause.as_str()), (outcome, cause), "{told}");
        assert!(evidence.account.balances(), "{told}");
        assert_eq!(evidence.reason.is_empty(), outcome == Published, "{told}: {}", evidence.reason);
        assert_eq!(sandbox.digest().await.unwrap(), before, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fault_alone_is_asked_away_within_the_run() {
    let place = Place { store_url: None, program: std::path::PathBuf::new(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await.unwrap();
    sandbox.good_nights(1).await.unwrap();
    let body = sandbox.body(1);
    let once = Rule { to_call: Some(2), ..Rule::on(body.as_str(), Fault::Cut(9_000)) };
    sandbox.simulator.set_faults(vec![once]);
    let evidence = sandbox.gmc_sync_of(&body).await.unwrap().lists.remove(0);
    assert_eq!((evidence.outcome, evidence.calls), (Published, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_refused_credentials_nobody_is_asked_again() {
    let place = Place { store_url: None, program: std::path::PathBuf::new(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await.unwrap();
    sandbox.good_nights(1).await.unwrap();
    sandbox.begin(2).unwrap();
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Code("99".into()))]);
    let calls = sandbox.simulator.journal().len();
    let report = sandbox.gmc_sync().await.unwrap();
    assert_eq!(report.lists.iter().filter(|list| list.outcome == Failed).count(), 13);
    assert_eq!(sandbox.simulator.journal().len() - calls, 1, "one call, then none");
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_in_fields_is_shown_as_unknown_and_a_name_without_end_sets_one_record_aside() {
    let place = Place { store_url: None, program: std::path::PathBuf::new(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await.unwrap();
    sandbox.good_nights(1).await.unwrap();
    let evidence = one_body(&mut sandbox, Fault::Nonsense(4)).await;
    assert_eq!((evidence.outcome, evidence.account.changed, evidence.account.rejected), (Published, 4, 0));
    let scope = sandbox.everybody();
    let mut tx = sandbox.context.store.read().await.unwrap();
    let query =
        store::listing::Query { under_notice: Some("unknown"), ..store::listing::Query::within(&scope) };
    let unknown = store::doctor::page(&mut tx, &query).await.unwrap();
    assert_eq!(unknown.len(), 4);
    assert!(unknown.iter().all(|row| row.view.under_notice_raw.as_deref() == Some("Perhaps")));
    assert!(unknown.iter().all(|row| row.view.submission_raw.as_deref() == Some("31/02/2026")));
    drop(tx);
    let evidence = one_body(&mut sandbox, Fault::LongName(100_000)).await;
    assert_eq!((evidence.outcome, evidence.account.rejected), (Published, 1));
    assert_eq!(evidence.account.not_confirmed, 1, "its doctor stays listed");
}
