//! One doctor: what both worlds say now, what they said on a day, and how it came to be.

use std::collections::BTreeSet;

use domain::discrepancy::DiscrepancyKind;
use domain::ids::{BodyCode, GmcNumber};
use domain::joined::Presence;
use domain::listing::Listing;
use domain::scope::Scope;
use domain::trainee::Trainee;
use jiff::Timestamp;
use jiff::civil::Date;
use store::Tx;
use store::discrepancy::Life;
use store::entry::Version;
use store::list::TIS;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::history::{self, Event};
use crate::place::{Ops, end_of};
use crate::rows::{DoctorRow, NoteRow, PastRow};
use crate::viewer::{Shown, Sight, Viewer};
use crate::worklist::Hiding;

/// The same words for a malformed number, an absent doctor and one out of scope.
const ABSENT: &str = "There is no doctor with this GMC number on the lists you may see.";

/// What one list said of a doctor.
#[derive(Clone)]
pub struct OnList {
    /// The body.
    pub body: BodyCode,
    /// The snapshot it was read from.
    pub snapshot: u64,
    /// When the request for that data was sent.
    pub data_as_of: Timestamp,
    /// Listed, or not confirmed.
    pub presence: Presence,
    /// The facts.
    pub listing: Listing,
    /// Whether sanctions and investigations are among them.
    pub sensitive: Shown,
}

/// What both worlds said of a doctor, as readers saw it at one instant.
#[derive(Clone)]
pub struct Said {
    /// The instant.
    pub at: Timestamp,
    /// The bodies of the scope that listed the doctor.
    pub lists: Vec<OnList>,
    /// What TIS said, and when it was asked.
    pub tis: Option<(Trainee, Timestamp)>,
}

/// One doctor, whole; it cannot be without its freshness.
pub struct DoctorPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// The joined row.
    pub row: DoctorRow,
    /// Where the two worlds disagree, if they do.
    pub disagreement: Option<DiscrepancyKind>,
    /// Every disagreement there was, what stands first.
    pub disagreements: Vec<Life>,
    /// What both worlds say now, or said at the end of the day that was asked for.
    pub said: Said,
    /// How the disagreement was hidden, the newest first; only for bodies of the scope.
    pub hidden: Vec<Hiding>,
    /// What people wrote, the newest first.
    pub notes: Vec<NoteRow>,
    /// What a service before ours recommended, the newest first.
    pub past: Vec<PastRow>,
    /// What happened, newest first; only on lists of the scope.
    pub history: Vec<Event>,
}

impl Ops {
    /// Reads one doctor, now or as of the end of a day in British time; out of scope is the same as absent. Sanctions and
    /// investigations are shown within the viewer's sensitive scope, and the audit says so first.
    pub async fn doctor(&self, viewer: &Viewer, number: &str, on: Option<Date>) -> Result<DoctorPage, Fault> {
        let scope = &viewer.doctors;
        let number = GmcNumber::parse(number).ok_or_else(|| Fault::not_found(ABSENT))?;
        let now = self.clock.now();
        let at = on.map_or(Ok(now), |day| end_of(day, now))?;
        let mut tx = self.read_within(scope).await?;
        let row = store::doctor::get(&mut tx, scope, &number).await?;
        let row = row.ok_or_else(|| Fault::not_found(ABSENT))?;
        let versions = visible(store::entry::history(&mut tx, &number).await?, viewer)?;
        let page = DoctorPage {
            freshness: self.freshness_behind(&mut tx, scope, &row).await?,
            disagreements: store::discrepancy::of_doctor(&mut tx, &number).await?,
            disagreement: row.view.discrepancy.as_deref().and_then(DiscrepancyKind::from_word),
            hidden: self.hidings(&mut tx, scope, (&number, &row)).await?,
            row,
            notes: store::note::of_doctor(&mut tx, &number).await?,
            past: store::past_recommendation::of_doctor(&mut tx, &number).await?,
            said: said(&mut tx, &versions, (at, viewer)).await?,
            history: history::events(versions)?,
        };
        drop(tx);
        let seen = page.history.iter().map(|event| &event.list);
        let seen: BTreeSet<String> = seen.filter(|list| shown(list, viewer) == Shown::Yes).cloned().collect();
        if !seen.is_empty() {
            self.note_sight(viewer, Sight::Doctor(&number, seen)).await?;
        }
        Ok(page)
    }

    /// The freshness of the body that lists the doctor; of every body of the scope if none does.
    async fn freshness_behind(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        row: &DoctorRow,
    ) -> Result<Freshness, Fault> {
        match row.view.body.as_deref().map(BodyCode::new).filter(|body| scope.covers(body)) {
            Some(body) => self.freshness_of(tx, &body).await,
            None => self.freshness_in(tx, scope).await,
        }
    }
}

/// Versions on lists of the scope, and of TIS, without what is not for these eyes.
fn visible(versions: Vec<Version>, viewer: &Viewer) -> Result<Vec<Version>, Fault> {
    let may_see = |list: &str| list == TIS || viewer.doctors.covers(&BodyCode::new(list));
    let blanked = |mut version: Version| {
        if version.list != TIS && shown(&version.list, viewer) == Shown::No {
            let listing = history::listing(&version.content)?.without_sensitive();
            version.content = serde_json::to_string(&listing)
                .map_err(|_| Fault::from(store::StoreError::Corrupt { what: "listing" }))?;
        }
        Ok(version)
    };
    versions.into_iter().filter(|version| may_see(&version.list)).map(blanked).collect()
}

/// Whether a list's sanctions and investigations are for these eyes; TIS tells of none.
fn shown(list: &str, viewer: &Viewer) -> Shown {
    if list != TIS && viewer.sensitive.covers(&BodyCode::new(list)) { Shown::Yes } else { Shown::No }
}

/// What readers saw of a doctor at an instant: the version that each list's snapshot of then holds.
async fn said(tx: &mut Tx, versions: &[Version], when: (Timestamp, &Viewer)) -> Result<Said, Fault> {
    let (at, viewer) = when;
    let mut lists: Vec<&str> = versions.iter().map(|version| version.list.as_str()).collect();
    lists.sort_unstable();
    lists.dedup();
    let mut said = Said { at, lists: Vec::new(), tis: None };
    for list in lists {
        let Some(snapshot) = store::snapshot::at(tx, list, at).await? else { continue };
        let holds = |v: &&Version| {
            v.list == list
                && v.from_snapshot <= snapshot.number
                && v.to_snapshot.is_none_or(|end| end > snapshot.number)
        };
        let Some(version) = versions.iter().find(holds) else { continue };
        if list == TIS {
            said.tis = Some((history::trainee(&version.content)?, snapshot.data_as_of));
            continue;
        }
        said.lists.push(OnList {
            body: BodyCode::new(list),
            snapshot: snapshot.number,
            data_as_of: snapshot.data_as_of,
            presence: version.presence,
            listing: history::listing(&version.content)?,
            sensitive: shown(list, viewer),
        });
    }
    Ok(said)
}
