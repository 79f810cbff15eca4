//! The five operations beside the list over HTTP: codes in their order, what a success changes, and every lost reply.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Once;
use std::time::Duration;

use jiff::civil::date;
use reqwest::Client;
use simulator::desk::{Officer, Strictness};
use simulator::register::{Decision, Lock};
use simulator::{BODIES, Fault, Rule, SimConfig, Simulator, World};
use sources::gmc::operations::{Operation, Soap};
use sources::gmc::request::{Credentials, write};
use tokio::net::TcpListener;

const HOME: &str = BODIES[0];
const OTHER: &str = BODIES[1];

struct Caller {
    simulator: Simulator,
    client: Client,
    world: World,
}

async fn caller() -> Caller {
    caller_with(|config| config).await
}

async fn caller_with(change: impl FnOnce(SimConfig) -> SimConfig) -> Caller {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let world = World::new(7, 12_005, date(2026, 11, 1));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let simulator = Simulator::start(change(SimConfig::new(world.clone())), listener).unwrap();
    Caller { simulator, client: Client::builder().no_proxy().build().unwrap(), world }
}

/// A reply's code and its text; nothing if no whole answer came.
type Heard = Option<(String, String)>;

fn part(text: &str, name: &str) -> Option<String> {
    Some(text.split(&format!("<{name}>")).nth(1)?.split('<').next()?.to_owned())
}

impl Caller {
    /// A doctor of the home body with this notice.
    fn doctor(&self, notice: &str) -> String {
        let listed = self.world.list(HOME, 0).unwrap();
        let mut fitting = listed.filter(|doctor| doctor.under_notice.as_deref() == Some(notice));
        fitting.next().unwrap().gmc_reference_number.unwrap()
    }

    async fn call(&self, operation: Operation, fields: &[(&str, &str)]) -> Heard {
        let us = Credentials { user: "reval", password: "reval" };
        let request = self.client.post(self.simulator.url()).body(write(Soap::V11, operation, fields, us));
        let request = request.header("content-type", "text/xml").header("soapaction", operation.action());
        let text = request.send().await.ok()?.text().await.ok()?;
        Some((part(&text, "ReturnCode")?, text))
    }

    async fn code(&self, operation: Operation, fields: &[(&str, &str)]) -> String {
        self.call(operation, fields).await.map_or_else(|| "nothing".to_owned(), |heard| heard.0)
    }

    async fn add(&self, doctor: &str, body: &str) -> String {
        self.code(Operation::TryAddDoctor, &wish(doctor, body, "1")).await
    }

    async fn recommend(&self, changes: &[(&str, &str)]) -> String {
        let doctor = self.doctor("Yes");
        self.code(Operation::TryRecommendationV2, &revalidate(&doctor, changes)).await
    }

    fn lists(&self, doctor: &str) -> Vec<String> {
        let place = self.simulator.register().find(&self.world, 0, doctor);
        place.and_then(|place| place.body).into_iter().collect()
    }
}

fn wish<'a>(doctor: &'a str, body: &'a str, reason: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("DoctorUID", doctor),
        ("DesignatedBodyCode", body),
        ("ClientRequestID", "our-1"),
        ("ChangeReason", reason),
        ("InternalUser", "Test Admin"),
    ]
}

fn revalidate<'a>(doctor: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("DoctorSurname", "Testington"),
        ("DoctorUID", doctor),
        ("RoSurname", "Officer-Sample"),
        ("RoUID", "9900001"),
        ("RoDesignatedBodyCode", HOME),
        ("RoPhoneNumber", "0"),
        ("RoRecommendation", "1"),
        ("ClientRequestID", "our-2"),
        ("InternalUser", "Test Approver"),
        ("InternalUserEmailAddress", "approver@example.org"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

#[tokio::test]
async fn adding_moves_the_doctor_and_says_the_submission_date() {
    let caller = caller().await;
    let doctor = caller.doctor("No");
    let (code, text) = caller.call(Operation::TryAddDoctor, &wish(&doctor, OTHER, "1")).await.unwrap();
    assert_eq!((code.as_str(), part(&text, "ClientRequestID").as_deref()), ("0", Some("our-1")));
    let (_, facts) = caller.world.find(&doctor, 0).unwrap();
    assert_eq!(part(&text, "SubmissionDate"), facts.submission_date);
    assert_eq!(caller.lists(&doctor), [OTHER]);
    assert_eq!(caller.add(&doctor, OTHER).await, "100");
}

#[tokio::test]
async fn the_lists_show_what_calls_changed() {
    let caller = caller().await;
    let doctor = caller.doctor("No");
    let listed = |text: &str| text.contains(&format!("<GMCReferenceNumber>{doctor}<"));
    assert_eq!(caller.add(&doctor, OTHER).await, "0");
    for (body, shows) in [(HOME, false), (OTHER, true)] {
        let ask = [("DesignatedBodyCode", body), ("ClientRequestID", "l"), ("InternalUser", "t")];
        let (_, text) = caller.call(Operation::GetDoctorsForDB, &ask).await.unwrap();
        assert_eq!(listed(&text), shows, "{body}");
    }
    assert_eq!(caller.code(Operation::TryRemoveDoctor, &wish(&doctor, OTHER, "3")).await, "0");
    assert_eq!(caller.lists(&doctor), Vec::<String>::new());
    assert_eq!(caller.code(Operation::TryRemoveDoctor, &wish(&doctor, OTHER, "3")).await, "140");
    assert_eq!(caller.add(&doctor, HOME).await, "0");
    let ask = [("DesignatedBodyCode", HOME), ("ClientRequestID", "l"), ("InternalUser", "t")];
    let (_, text) = caller.call(Operation::GetDoctorsForDB, &ask).await.unwrap();
    assert_eq!(text.matches(&format!("<GMCReferenceNumber>{doctor}<")).count(), 1, "home again, once");
}

#[tokio::test]
async fn each_refusal_of_a_connection_has_its_code_and_changes_nothing() {
    let caller = caller().await;
    let (doctor, locked, held, exempt) = (caller.doctor("No"), "9000100", "9000101", "9000102");
    for (number, lock) in [(locked, Lock::Revalidation), (held, Lock::History), (exempt, Lock::NotSubject)] {
        caller.simulator.edit(|register| register.lock(number, Some(lock)));
    }
    let add = Operation::TryAddDoctor;
    let without_user: Vec<_> =
        wish(&doctor, OTHER, "1").into_iter().filter(|f| f.0 != "InternalUser").collect();
    assert_eq!(caller.code(add, &without_user).await, "110");
    for (fields, code) in [
        (wish("0000000", OTHER, "1"), "70"),
        (wish("Smith", OTHER, "1"), "70"),
        (wish(&doctor, "1-NOSUCH", "1"), "80"),
        (wish(&doctor, OTHER, "3"), "120"),
        (wish(locked, OTHER, "1"), "106"),
        (wish(held, OTHER, "1"), "160"),
        (wish(exempt, OTHER, "1"), "90"),
    ] {
        assert_eq!(caller.code(add, &fields).await, code);
    }
    assert_eq!(caller.code(Operation::TryRemoveDoctor, &wish(&doctor, HOME, "4")).await, "120");
    assert_eq!(caller.lists(&doctor), [HOME]);
}

#[tokio::test]
async fn each_refusal_of_a_recommendation_has_its_code_in_the_documented_order() {
    let caller = caller().await;
    let defer = [("RoRecommendation", "2"), ("RoRecommendationReason", "2")];
    let insufficient = [("RoRecommendation", "2"), ("RoRecommendationReason", "1")];
    let cases: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (vec![("RoDesignatedBodyCode", "1-NOSUCH")], "80"),
        (vec![("InternalUser", ""), ("DoctorSurname", "")], "110"),
        (vec![("DoctorUID", "12")], "70"),
        (vec![("DoctorSurname", " "), ("RoUID", "")], "82"),
        (vec![("RoUID", "99"), ("InternalUserEmailAddress", "")], "84"),
        (vec![("InternalUserEmailAddress", ""), ("RoRecommendation", "9")], "150"),
        (vec![("RoRecommendation", "9")], "87"),
        (vec![("RoRecommendation", "2"), ("RoRecommendationReason", "9")], "88"),
        ([&insufficient[..], &[("RequestedDeferralDate", "01/01/2027")]].concat(), "97"),
        ([&insufficient[..], &[("RoRecommendationSubreason", "9")]].concat(), "94"),
        ([&defer[..], &[("RoRecommendationSubreason", "1")]].concat(), "94"),
        ([&defer[..], &[("RequestedDeferralDate", "2027-01-01")]].concat(), "89"),
        (vec![("RequestedDeferralDate", "01/01/2027")], "89"),
        (vec![("RoDesignatedBodyCode", OTHER)], "140"),
    ];
    for (changes, code) in cases {
        assert_eq!(caller.recommend(&changes).await, code, "{changes:?}");
    }
    for (notice, code) in [("No", "92"), ("On Hold", "93")] {
        let doctor = caller.doctor(notice);
        assert_eq!(caller.code(Operation::TryRecommendationV2, &revalidate(&doctor, &[])).await, code);
    }
    assert!(caller.simulator.register().recommendations().is_empty(), "a refusal takes nothing");
}

#[tokio::test]
async fn a_service_that_knows_its_officers_checks_them() {
    let officers = [(HOME.to_owned(), Officer { number: "9900001".into(), licensed: false })].into();
    let caller = caller_with(|config| SimConfig { strictness: Strictness { officers }, ..config }).await;
    assert_eq!(caller.recommend(&[]).await, "95");
    assert_eq!(caller.recommend(&[("RoUID", "9900002")]).await, "84");
    assert_eq!(caller.recommend(&[("RoSurname", "")]).await, "85");
    let elsewhere = [("RoDesignatedBodyCode", OTHER)];
    assert_eq!(caller.recommend(&elsewhere).await, "96");
}

#[tokio::test]
async fn a_recommendation_is_open_until_decided_and_its_approval_ends_the_notice() {
    let caller = caller_with(|config| SimConfig { decides_after: None, ..config }).await;
    let doctor = caller.doctor("Yes");
    let heard = caller.call(Operation::TryRecommendationV2, &revalidate(&doctor, &[])).await.unwrap();
    let id = part(&heard.1, "RecommendationID").unwrap();
    assert_eq!(caller.recommend(&[]).await, "91");
    let ask = |id: &'static str| {
        let doctor = doctor.clone();
        let caller = &caller;
        async move {
            let fields = [
                ("DesignatedBodyId", HOME),
                ("ClientRequestId", "our-3"),
                ("InternalUserId", "t"),
                ("GMCReferenceNumber", doctor.as_str()),
                ("RecommendationId", id),
            ];
            caller.call(Operation::CheckRecommendationStatus, &fields).await.unwrap()
        }
    };
    assert_eq!(id, "SIM-R000001");
    assert_eq!(part(&ask("SIM-R000001").await.1, "Status").as_deref(), Some("Under Review"));
    assert_eq!(ask("").await.0, "130");
    assert!(caller.simulator.edit(|register| register.decide(&id, Decision::Approved)));
    assert!(!caller.simulator.edit(|register| register.decide(&id, Decision::Rejected)), "a decision stands");
    assert_eq!(part(&ask("SIM-R000001").await.1, "Status").as_deref(), Some("Approved"));
    assert_eq!(caller.recommend(&[]).await, "92", "approval ends the notice");
}

#[tokio::test]
async fn what_waited_a_night_is_approved_by_itself_with_a_date_five_years_on() {
    let caller = caller().await;
    let doctor = caller.doctor("Yes");
    assert_eq!(caller.recommend(&[]).await, "0");
    caller.simulator.set_night(1);
    let place = caller.simulator.register().find(&caller.world, 1, &doctor).unwrap();
    assert_eq!(place.doctor.under_notice.as_deref(), Some("No"));
    assert_eq!(place.doctor.submission_date.as_deref(), Some("02/11/2031"));
}

#[tokio::test]
async fn a_lost_reply_leaves_the_call_carried_out_and_other_faults_leave_nothing() {
    let done = [
        (Fault::LostReply, "nothing"),
        (Fault::DoneButPage, "nothing"),
        (Fault::DoneButCode("98".into()), "98"),
        (Fault::Cut(200), "nothing"),
    ];
    let undone = [(Fault::Page, "nothing"), (Fault::SoapFault, "nothing"), (Fault::Code("98".into()), "98")];
    for (fault, heard, is_done) in
        done.into_iter().map(|(f, h)| (f, h, true)).chain(undone.into_iter().map(|(f, h)| (f, h, false)))
    {
        let caller = caller().await;
        let doctor = caller.doctor("No");
        caller.simulator.set_faults(vec![Rule::everywhere(fault.clone()).of("TryAddDoctor")]);
        assert_eq!(caller.add(&doctor, OTHER).await, heard, "{fault:?}");
        assert_eq!(caller.lists(&doctor) == [OTHER], is_done, "{fault:?}");
    }
}

#[tokio::test]
async fn a_late_call_is_carried_out_after_its_connection_broke() {
    let caller = caller().await;
    let doctor = caller.doctor("No");
    caller.simulator.set_faults(vec![Rule::everywhere(Fault::Late(200)).of("TryAddDoctor")]);
    assert_eq!(caller.add(&doctor, OTHER).await, "nothing");
    assert_eq!(caller.lists(&doctor), [HOME]);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if caller.lists(&doctor) == [OTHER] {
            return;
        }
    }
    panic!("the late call never came");
}

#[tokio::test]
async fn a_fault_of_the_list_is_none_of_a_decision() {
    let caller = caller().await;
    caller.simulator.set_faults(vec![Rule::everywhere(Fault::Code("98".into()))]);
    assert_eq!(caller.add(&caller.doctor("No"), OTHER).await, "0");
    let journal = caller.simulator.journal();
    assert_eq!(journal[0].doctor, caller.doctor("No"));
}
