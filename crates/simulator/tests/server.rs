//! The simulator over HTTP: what a caller of the GMC's service would meet, good answers and every broken one.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Once;

use domain::raw::RawDoctor;
use jiff::civil::date;
use reqwest::{Client, StatusCode};
use simulator::server::Account;
use simulator::{BODIES, Fault, Rule, SimConfig, Simulator, World};
use sources::gmc::operations::{NAMESPACE, Operation, Soap};
use sources::gmc::request::{Credentials, write};
use sources::gmc::{Caps, Class, Expected, Incomplete, Item, read_doctors};
use tokio::net::TcpListener;

const US: Credentials<'_> = Credentials { user: "reval", password: "reval" };

/// A running simulator of 485 doctors, and whoever calls it.
struct Caller {
    simulator: Simulator,
    client: Client,
}

async fn caller() -> Caller {
    caller_of(SimConfig::new(World::new(7, 485, date(2026, 11, 1)))).await
}

async fn caller_of(config: SimConfig) -> Caller {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let simulator = Simulator::start(config, listener).unwrap();
    let client = Client::builder().no_proxy().user_agent("reval-test").build().unwrap();
    Caller { simulator, client }
}

fn envelope(soap: Soap, body: &str, credentials: Credentials<'_>) -> String {
    let fields = [("DesignatedBodyCode", body), ("ClientRequestID", "ours & <no other>")];
    write(soap, Operation::GetDoctorsForDB, &fields, credentials)
}

struct Reply {
    status: StatusCode,
    content_type: String,
    text: Result<String, reqwest::Error>,
}

impl Reply {
    fn text(&self) -> &str {
        self.text.as_deref().unwrap()
    }
}

impl Caller {
    async fn post(&self, soap: Soap, action: &str, xml: String) -> Reply {
        let request = self.client.post(self.simulator.url()).body(xml);
        let request = match soap {
            Soap::V11 => request
                .header("content-type", "text/xml; charset=utf-8")
                .header("soapaction", format!("\"{action}\"")),
            Soap::V12 => request
                .header("content-type", format!("application/soap+xml; charset=utf-8; action=\"{action}\"")),
        };
        let reply = request.send().await.unwrap();
        let content_type = reply.headers()["content-type"].to_str().unwrap().to_owned();
        Reply { status: reply.status(), content_type, text: reply.text().await }
    }

    async fn ask_as(&self, body: &str, credentials: Credentials<'_>) -> Reply {
        let action = Operation::GetDoctorsForDB.action();
        self.post(Soap::V11, &action, envelope(Soap::V11, body, credentials)).await
    }

    async fn ask(&self, body: &str) -> Reply {
        self.ask_as(body, US).await
    }

    async fn with(&self, fault: Fault) -> Reply {
        self.simulator.set_faults(vec![Rule::everywhere(fault)]);
        self.ask(BODIES[0]).await
    }
}

/// Reads an answer by the checks of the real sync.
async fn read(text: &str) -> Result<Vec<RawDoctor>, Class> {
    let expected = Expected {
        body: domain::ids::BodyCode::new(BODIES[0]),
        client_request_id: "ours & <no other>".into(),
        requested_at: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut doctors = Vec::new();
    let sink = |item| {
        match item {
            Item::Doctor(doctor) | Item::Oversized(doctor) => doctors.push(*doctor),
        }
        Ok::<(), Incomplete>(())
    };
    read_doctors(text.as_bytes(), expected, Caps::default(), sink).await.map_err(|error| error.class)?;
    Ok(doctors)
}

#[tokio::test]
async fn the_contract_names_this_address_and_all_six_operations() {
    let caller = caller().await;
    let reply = caller.client.get(format!("{}?WSDL", caller.simulator.url())).send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "text/xml; charset=utf-8");
    let wsdl = reply.text().await.unwrap();
    assert!(wsdl.contains(&caller.simulator.url()));
    for operation in Operation::ALL {
        assert!(wsdl.contains(&operation.action()), "{operation:?}");
    }
}

#[tokio::test]
async fn both_versions_of_soap_answer_with_the_whole_list_and_our_own_id() {
    let caller = caller().await;
    for soap in [Soap::V11, Soap::V12] {
        let action = Operation::GetDoctorsForDB.action();
        let reply = caller.post(soap, &action, envelope(soap, BODIES[0], US)).await;
        assert_eq!((reply.status, reply.content_type.as_str()), (StatusCode::OK, soap.content_type()));
        assert!(reply.text().contains(soap.namespace()));
        assert!(reply.text().contains("<ClientRequestID>ours &amp; &lt;no other&gt;</ClientRequestID>"));
        let listed: Vec<RawDoctor> = caller.simulator.world().list(BODIES[0], 0).unwrap().collect();
        assert_eq!(read(reply.text()).await.unwrap(), listed);
    }
}

#[tokio::test]
async fn every_call_has_an_id_of_its_own() {
    let caller = caller().await;
    let id = |text: &str| text.split("<GMCRequestID>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (one, two) = (caller.ask(BODIES[12]).await, caller.ask(BODIES[12]).await);
    assert_ne!(id(one.text()), id(two.text()));
}

#[tokio::test]
async fn a_wrong_action_is_a_fault_in_either_version() {
    let caller = caller().await;
    let wrong = format!("{NAMESPACE}TryAddDoctor");
    for soap in [Soap::V11, Soap::V12] {
        let reply = caller.post(soap, &wrong, envelope(soap, BODIES[0], US)).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(reply.content_type, soap.content_type());
        assert!(reply.text().contains("did not recognize"));
        assert_eq!(read(reply.text()).await.err(), Some(Class::Fault));
    }
}

#[tokio::test]
async fn what_is_no_call_is_a_fault() {
    let caller = caller().await;
    let action = Operation::TryAddDoctor.action();
    for xml in ["not XML".to_owned(), "<a/>".to_owned()] {
        let reply = caller.post(Soap::V11, &action, xml).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(read(reply.text()).await.err(), Some(Class::Fault));
    }
}

#[tokio::test]
async fn user_password_and_body_each_have_their_code() {
    let world = World::new(7, 485, date(2026, 11, 1));
    let one_body = Some(vec![BODIES[0].to_owned()]);
    let account = Account { user: "part".into(), password: "secret".into(), bodies: one_body };
    let caller = caller_of(SimConfig { accounts: vec![account], ..SimConfig::new(world) }).await;
    let part = Credentials { user: "part", password: "secret" };
    let wrong = Credentials { user: "part", password: "Secret" };
    let cases = [
        (BODIES[0], part, "0"),
        (BODIES[1], part, "81"),
        ("1-NOSUCH", part, "80"),
        (BODIES[0], wrong, "99"),
        (BODIES[0], US, "99"),
    ];
    for (body, credentials, code) in cases {
        let reply = caller.ask_as(body, credentials).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.text().contains(&format!("<ReturnCode>{code}</ReturnCode>")), "{body} {code}");
        assert_eq!(reply.text().contains("<Doctors>"), code == "0");
    }
}

#[tokio::test]
async fn a_cut_answer_ends_well_on_the_wire_and_is_cut() {
    let caller = caller().await;
    let whole = caller.ask(BODIES[0]).await;
    // One byte short, in mid-list, between the parts of a character, and before anything.
    for at in [whole.text().len() - 1, 5_000, 701, 1, 0] {
        let reply = caller.with(Fault::Cut(at)).await;
        assert_eq!(reply.status, StatusCode::OK);
        let length = reply.text().len();
        assert!(length <= at && at - length < 4, "{length} of {at}");
        // Behind the list stands an id that no two calls share.
        let same = length.min(whole.text().find("<GMCRequestID>").unwrap());
        assert_eq!(whole.text()[..same], reply.text()[..same]);
        assert!(read(reply.text()).await.is_err(), "cut at {at}");
    }
    let uncut = caller.with(Fault::Cut(usize::MAX)).await;
    assert_eq!(uncut.text().len(), whole.text().len());
}

#[tokio::test]
async fn a_reset_breaks_the_connection_and_the_next_call_is_answered() {
    let caller = caller().await;
    for at in [0, 5_000] {
        let reply = caller.with(Fault::Reset(at)).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.text.is_err(), "reset after {at}");
    }
    caller.simulator.set_faults(Vec::new());
    assert!(read(caller.ask(BODIES[0]).await.text()).await.is_ok());
}

#[tokio::test]
async fn replies_that_are_no_answer_say_so_by_status_or_kind() {
    let caller = caller().await;
    let cases = [
        (Fault::EdgeRefuses, 403, "text/html"),
        (Fault::Page, 200, "text/html"),
        (Fault::SoapFault, 500, "text/xml"),
        (Fault::Status(503), 503, "text/plain"),
    ];
    for (fault, status, kind) in cases {
        let reply = caller.with(fault.clone()).await;
        assert_eq!(reply.status.as_u16(), status, "{fault:?}");
        assert!(reply.content_type.starts_with(kind), "{fault:?}");
    }
}

#[tokio::test]
async fn lists_can_be_empty_absent_nil_refused_short_doubled_or_anothers() {
    let caller = caller().await;
    let cases = [
        (Fault::EmptyList, Ok(0)),
        (Fault::NoList, Err(Class::WrongShape)),
        (Fault::NilList, Err(Class::WrongShape)),
        (Fault::Code("98".into()), Err(Class::Busy)),
        (Fault::OtherRequest, Err(Class::WrongAnswer)),
        (Fault::Short(60), Ok(15)),
        (Fault::Twice, Ok(80)),
        (Fault::ListOf(BODIES[12].into()), Ok(5)),
    ];
    for (fault, expected) in cases {
        let reply = caller.with(fault.clone()).await;
        let read = read(reply.text()).await.map(|doctors| doctors.len());
        assert_eq!(read, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn the_control_panel_moves_the_night_sets_faults_and_shows_the_journal() {
    let caller = caller().await;
    let url = caller.simulator.url();
    let root = url.split("/GMC").next().unwrap().to_owned();
    let put = |path: &str, body: String| {
        caller
            .client
            .put(format!("{root}/control/{path}"))
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    assert_eq!(put("night", "5".into()).await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(put("night", "soon".into()).await.unwrap().status(), StatusCode::BAD_REQUEST);
    let rules = serde_json::json!([{"body": BODIES[1], "from_call": 2, "fault": {"code": "98"}}]).to_string();
    assert_eq!(put("faults", rules).await.unwrap().status(), StatusCode::NO_CONTENT);
    let listed: Vec<RawDoctor> = caller.simulator.world().list(BODIES[1], 5).unwrap().collect();
    let first = caller.ask(BODIES[1]).await;
    assert_eq!(read(first.text()).await.unwrap(), listed);
    assert!(caller.ask(BODIES[1]).await.text().contains("<ReturnCode>98<"));
    assert!(caller.ask(BODIES[0]).await.text().contains("<ReturnCode>0<"));
    let reply = caller.client.get(format!("{root}/control/journal")).send().await.unwrap();
    let journal: serde_json::Value = serde_json::from_str(&reply.text().await.unwrap()).unwrap();
    assert_eq!(journal.as_array().unwrap().len(), 3);
    assert_eq!(journal[1]["user_agent"], "reval-test");
    assert!(!journal.to_string().contains("password"));
}
