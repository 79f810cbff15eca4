//! Which doctors a form is about: those ticked on a list, or all of it, or the one of a page; and the way back.

use domain::access::Right;
use ops::Fault;
use ops::allocation::Chosen;

use super::asked::{List, read};
use crate::App;
use crate::params::{Params, encoded};
use crate::posted::Posted;
use crate::reader::Reader;

/// The fields by which doctors are chosen.
pub const FIELDS: [&str; 5] = ["doctor", "all", "list", "query", "expected"];

/// What a list or a doctor's page sent.
pub struct Sent {
    /// Which doctors.
    pub chosen: Chosen,
    /// How many they are.
    pub many: u64,
    /// What the next form sends along.
    pub along: Vec<(&'static str, String)>,
    /// The way back, with what was done.
    pub back: String,
}

/// Reads which doctors are meant, and the way back.
pub fn sent(app: &App, reader: &Reader, posted: &Posted, done: &str) -> Result<Sent, Fault> {
    let list = match posted.get("list") {
        None => None,
        Some(word) => Some(List::from_word(word).ok_or_else(|| Fault::invalid("There is no such list."))?),
    };
    let query = posted.get("query").unwrap_or_default();
    let params = Params::parse(query);
    let doctors: Vec<String> = posted.all("doctor").map(str::to_owned).collect();
    let back = match (list, doctors.first()) {
        (Some(list), _) => format!("{}{}", list.path(), params.with("done", done)),
        (None, Some(number)) => format!("/doctors/{}?done={done}", encoded(number)),
        (None, None) => "/doctors".to_owned(),
    };
    if let Some(list) = list.filter(|_| posted.get("all") == Some("yes")) {
        let asked = read(app, &reader.scope(Right::EditNotes), list, &params);
        if let Some(complaint) = asked.errors.complaints.into_iter().next() {
            return Err(Fault::invalid(complaint.message));
        }
        let many: Option<u64> = posted.get("expected").and_then(|text| text.parse().ok());
        let many =
            many.ok_or_else(|| Fault::invalid("The form does not say how many doctors it is about."))?;
        let along = vec![
            ("list", list.word().to_owned()),
            ("query", query.to_owned()),
            ("all", "yes".to_owned()),
            ("expected", many.to_string()),
        ];
        return Ok(Sent { chosen: Chosen::Matching(Box::new(asked.filter), many), many, along, back });
    }
    let mut along: Vec<(&str, String)> = doctors.iter().map(|number| ("doctor", number.clone())).collect();
    if let Some(list) = list {
        along.extend([("list", list.word().to_owned()), ("query", query.to_owned())]);
    }
    Ok(Sent { many: doctors.len() as u64, chosen: Chosen::These(doctors), along, back })
}

impl Sent {
    /// The way back, with nothing done.
    pub fn undone(&self) -> String {
        match self.back.rsplit_once("done=") {
            Some((back, _)) => back.trim_end_matches(['?', '&']).to_owned(),
            None => self.back.clone(),
        }
    }
}
