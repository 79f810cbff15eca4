//! S22, what the data do: at 14:00 a doctor is connected at the GMC by somebody else, and the counts are compared.

use std::time::Duration;

use domain::ids::GmcNumber;
use domain::raw::RawDoctor;
use domain::run::RunState;
use jiff::SignedDuration;
use simulator::edits::{Edit, What};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const NIGHT: u32 = 2;
/// Of the GMC's service, as its contract has it.
const NAMESPACE: &str = "https://webcache.gmc-uk.org/GMCWebServices/";
/// Far beyond the doctors of any drill's world.
const NEWCOMER: u64 = 80_000;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    let second = sandbox.body(2);
    counts(sandbox, "after the night", facts).await?;
    sandbox.clock.advance(SignedDuration::from_hours(14));
    let number = connect_elsewhere(sandbox, second.as_str());
    facts.same("what the GMC has just changed is not here yet", &body_of(sandbox, &number).await?, &None);
    let told = gmc_says(sandbox, second.as_str()).await?;
    let here = we_show(sandbox, second.as_str()).await?;
    facts.same("a fresh count shows that one is missing", &told, &(here + 1));

    let report = sandbox.gmc_sync_of(&second).await?;
    facts.same("the body alone can be refreshed at once", &report.state, &RunState::Succeeded);
    let shown = body_of(sandbox, &number).await?;
    facts.same("after which the doctor is on the body's list", &shown.as_deref(), &Some(second.as_str()));
    counts(sandbox, "after the refresh", facts).await?;

    sandbox.begin(NIGHT + 1)?;
    sandbox.gmc_sync().await?;
    let shown = body_of(sandbox, &number).await?;
    facts.same("and stays there through the next night", &shown.as_deref(), &Some(second.as_str()));
    counts(sandbox, "after the next night", facts).await
}

/// Connects a doctor nobody has heard of, as another system would; gives the number.
fn connect_elsewhere(sandbox: &Sandbox, body: &str) -> String {
    let mut world = sandbox.simulator.world().as_ref().clone();
    let number = world.number(NEWCOMER);
    let record = RawDoctor {
        gmc_reference_number: Some(number.clone()),
        first_name: Some("Newa".to_owned()),
        last_name: Some("Connected-Sample".to_owned()),
        ..world.doctor(0, NIGHT)
    };
    let what = What::Add { record: Box::new(record) };
    world.edits.push(Edit { from: NIGHT, until: None, body: body.to_owned(), what });
    sandbox.simulator.set_world(world);
    number
}

async fn body_of(sandbox: &Sandbox, number: &str) -> Result<Option<String>, DrillError> {
    let number = GmcNumber::parse(number).ok_or_else(|| DrillError::Furnish("no GMC number".to_owned()))?;
    let mut tx = sandbox.context.store.read().await?;
    let row = store::doctor::get(&mut tx, &sandbox.everybody(), &number).await?;
    Ok(row.and_then(|row| row.view.body))
}

/// "GMC says N, we show N", for every body.
async fn counts(sandbox: &Sandbox, when: &str, facts: &mut Facts) -> Result<(), DrillError> {
    let mut apart = Vec::new();
    for body in &sandbox.context.bodies {
        let (told, here) = (gmc_says(sandbox, body.as_str()).await?, we_show(sandbox, body.as_str()).await?);
        if told != here || told == 0 {
            apart.push(format!("{body}: GMC says {told}, we show {here}"));
        }
    }
    facts.same(format!("{when} every body shows as many doctors as the GMC says"), &apart, &Vec::new());
    Ok(())
}

async fn we_show(sandbox: &Sandbox, body: &str) -> Result<u64, DrillError> {
    let state = store::list::get(&mut sandbox.context.store.read().await?, body).await?;
    Ok(state.map_or(0, |state| state.doctors))
}

/// A fresh call, written and counted by hand: nothing here is shared with the program's client and parser.
async fn gmc_says(sandbox: &Sandbox, body: &str) -> Result<u64, DrillError> {
    let url = sandbox.simulator.url();
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or_default();
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <GetDoctorsForDB xmlns=\"{NAMESPACE}\"><request><DesignatedBodyCode>{body}</DesignatedBodyCode>\
         <ClientRequestID>count-{body}</ClientRequestID><InternalUser>drill</InternalUser></request>\
         <Username>reval</Username><Password>reval</Password></GetDoctorsForDB></s:Body></s:Envelope>"
    );
    let request = format!(
        "POST /{path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: reval-drill\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"{NAMESPACE}GetDoctorsForDB\"\r\n\
         Content-Length: {}\r\n\r\n{envelope}",
        envelope.len()
    );
    let mut answer = String::new();
    let exchange = async {
        let mut wire = TcpStream::connect(host).await?;
        wire.write_all(request.as_bytes()).await?;
        wire.read_to_string(&mut answer).await
    };
    let read = tokio::time::timeout(Duration::from_secs(30), exchange).await;
    read.map_err(|_| DrillError::Furnish("the GMC gave no count".to_owned()))??;
    Ok(answer.matches("<GMCReferenceNumber>").count() as u64)
}
