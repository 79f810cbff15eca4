//! Recommendations of a drill: doctors under notice, officers, drafts, wishes, and how often the GMC carried one out.

use domain::clock::Clock;
use domain::ids::{BodyCode, GmcNumber};
use domain::recommendation::{Facts, Kind, Officer, Words};
use domain::sending::{Mover, Wish};
use store::intent::{self, IntentRow, NewIntent, Step};
use store::listing::Query;
use store::officer::OfficerRow;
use store::recommendation::NewRecommendation;

use crate::error::DrillError;
use crate::sandbox::Sandbox;

/// The operation by which a recommendation is made.
pub const OPERATION: &str = "TryRecommendationV2";

/// A doctor under notice.
#[derive(Clone)]
pub struct Noticed {
    /// GMC number.
    pub doctor: GmcNumber,
    /// The body whose list has the doctor.
    pub body: BodyCode,
}

/// How often the GMC carried out a recommendation of a doctor.
pub fn carried_out(sandbox: &Sandbox, doctor: &GmcNumber) -> usize {
    let done = |result: &str| result == "code 0" || result == "late, code 0";
    let calls = sandbox.simulator.journal();
    let of = calls.iter().filter(|call| call.operation == OPERATION && call.doctor == doctor.as_str());
    of.filter(|call| done(&call.result)).count()
}

/// Reads the newest wish about a doctor.
pub async fn wish_of(sandbox: &Sandbox, doctor: &GmcNumber) -> Result<Option<IntentRow>, DrillError> {
    Ok(intent::of_doctor(&mut sandbox.context.store.read().await?, doctor).await?.into_iter().next())
}

/// Names a responsible officer of each body.
pub async fn directory(sandbox: &Sandbox) -> Result<(), DrillError> {
    let mut tx = sandbox.context.store.begin().await?;
    for body in &sandbox.context.bodies {
        let officer = Officer {
            gmc_number: "9900001".to_owned(),
            surname: "Officer-Sample".to_owned(),
            phone: String::new(),
        };
        let row = OfficerRow {
            body: body.clone(),
            officer,
            user_name: "ro".to_owned(),
            email: "ro@example.org".to_owned(),
            updated_at: sandbox.clock.now(),
            updated_by: "drill".to_owned(),
        };
        store::officer::upsert(&mut tx, &row).await?;
    }
    Ok(tx.commit().await?)
}

/// Doctors under notice, and where they are.
pub async fn noticed(sandbox: &Sandbox) -> Result<Vec<Noticed>, DrillError> {
    let everybody = sandbox.everybody();
    let query = Query { limit: 1000, under_notice: Some("yes"), ..Query::within(&everybody) };
    let rows = store::doctor::page(&mut sandbox.context.store.read().await?, &query).await?;
    let named = rows.into_iter().filter(|row| row.view.last_name.is_some());
    let whom = named.filter_map(|row| {
        Some(Noticed { doctor: GmcNumber::parse(&row.view.gmc_number)?, body: BodyCode::new(row.view.body?) })
    });
    Ok(whom.collect())
}

/// Keeps a draft; gives its id.
pub async fn drafted(sandbox: &Sandbox, whom: &Noticed) -> Result<String, DrillError> {
    let (now, id) = (sandbox.clock.now(), sandbox.context.ids.mint(sandbox.clock.now()));
    let words = Words { kind: Kind::Revalidate, deferral_date: None, reason: None, sub_reason: None };
    let known = Facts {
        body: Some(whom.body.clone()),
        last_name: Some("Testington".to_owned()),
        under_notice: "yes".to_owned(),
        submission_date: None,
    };
    let (number, body) = (&whom.doctor, &whom.body);
    let new = NewRecommendation { id: &id, number, body, words: &words, facts: &known, actor: "drill" };
    let mut tx = sandbox.context.store.begin().await?;
    store::recommendation::insert(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Puts a draft into the queue.
pub async fn submitted(sandbox: &Sandbox, whom: &Noticed, id: &str) -> Result<(), DrillError> {
    let (now, wish) = (sandbox.clock.now(), sandbox.context.ids.mint(sandbox.clock.now()));
    let fields = serde_json::json!({
        "DoctorSurname": "Testington", "DoctorUID": whom.doctor.as_str(), "RoSurname": "Officer-Sample",
        "RoUID": "9900001", "RoDesignatedBodyCode": whom.body.as_str(), "RoPhoneNumber": "0", "RoRecommendation": "1",
        "InternalUser": "drill", "InternalUserEmailAddress": "a@example.org",
    });
    let new = NewIntent {
        id: &wish,
        wish: Wish::Recommend,
        number: &whom.doctor,
        body: &whom.body,
        from_body: Some(&whom.body),
        batch: &wish,
        fields: &fields.to_string(),
        asked_by: "drill",
        reason: "a drill",
    };
    let step = Step { mover: Mover::Person, actor: "drill", sentence: "submitted", code: None, at: now };
    let everybody = sandbox.everybody();
    let mut tx = sandbox.context.store.begin().await?;
    let row = store::recommendation::get(&mut tx, &everybody, id).await?;
    let row = row.ok_or_else(|| DrillError::Furnish("the draft is not there".to_owned()))?;
    intent::insert(&mut tx, &new, step).await?;
    store::recommendation::submit(&mut tx, &row, &wish, "drill", now).await?;
    Ok(tx.commit().await?)
}
