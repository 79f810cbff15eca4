//! The bare contestant's join: the current membership of each person by GMC number, beside the lists; differences are written.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::civil::Date;

use crate::Outcome;
use crate::bare::Bare;

/// The list under which the joined rows stand.
const VIEW: &str = "view";

impl Bare {
    /// Joins the lists with a day of TIS; gives how many joined rows differed.
    pub async fn join(&self, folder: &Path, today: Date) -> Outcome<u64> {
        let mut joined: BTreeMap<String, String> = BTreeMap::new();
        for (number, content) in self.listed(VIEW).await? {
            joined.entry(number).or_default().push_str(&content);
        }
        for (number, training) in trainings(folder, today)? {
            let row = joined.entry(number).or_default();
            row.push('#');
            row.push_str(&training);
        }
        self.differ(VIEW, &joined).await
    }
}

/// Programme, owner, kind and dates of what covers today, by GMC number.
fn trainings(folder: &Path, today: Date) -> Outcome<Vec<(String, String)>> {
    let table = |name: &str| csv::Reader::from_path(folder.join(format!("{name}.csv")));
    let mut programmes: HashMap<String, String> = HashMap::new();
    for row in table("Programme")?.records() {
        let row = row?;
        programmes.insert(row[0].to_owned(), format!("{}|{}", &row[1], &row[3]));
    }
    let today = today.to_string();
    let mut current: HashMap<String, String> = HashMap::new();
    for row in table("ProgrammeMembership")?.records() {
        let row = row?;
        if row[4] <= *today && row[5] >= *today {
            let programme = programmes.get(&row[2]).map(String::as_str).unwrap_or_default();
            let text = format!("{programme}|{}|{}|{}", &row[3], &row[4], &row[5]);
            current.entry(row[1].to_owned()).or_default().push_str(&text);
        }
    }
    let mut all = Vec::new();
    for row in table("GmcDetails")?.records() {
        let row = row?;
        let number = row[1].trim();
        if number.len() == 7 && number.bytes().all(|byte| byte.is_ascii_digit()) {
            all.push((number.to_owned(), current.remove(&row[0]).unwrap_or_default()));
        }
    }
    Ok(all)
}
