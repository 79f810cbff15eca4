//! Where the GMC and TIS disagree about a doctor, why, and what would settle it.

use serde::{Deserialize, Serialize};

use crate::ids::BodyCode;
use crate::trainee::{Claim, Membership, Trainee};

/// The kind of a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscrepancyKind {
    /// In a programme of a body, connected to none.
    ReadyForConnection,
    /// Connected to a body, in no current programme.
    ReadyForDisconnection,
    /// Connected to one body, in a programme of another.
    Transfer,
    /// Programmes of several bodies claim the doctor.
    SeveralClaimants,
    /// Two TIS persons carry one GMC number.
    NumberConflict,
    /// The programme's owner is not one we know.
    UnknownOwner,
}

impl DiscrepancyKind {
    /// All kinds, in the order pages list them.
    pub const ALL: [Self; 6] = [
        Self::ReadyForConnection,
        Self::ReadyForDisconnection,
        Self::Transfer,
        Self::SeveralClaimants,
        Self::NumberConflict,
        Self::UnknownOwner,
    ];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadyForConnection => "ready_for_connection",
            Self::ReadyForDisconnection => "ready_for_disconnection",
            Self::Transfer => "transfer",
            Self::SeveralClaimants => "several_claimants",
            Self::NumberConflict => "number_conflict",
            Self::UnknownOwner => "unknown_owner",
        }
    }

    /// The kind as pages say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ReadyForConnection => "Ready for connection",
            Self::ReadyForDisconnection => "Ready for disconnection",
            Self::Transfer => "Transfer",
            Self::SeveralClaimants => "Several claimants",
            Self::NumberConflict => "GMC number on two persons",
            Self::UnknownOwner => "Unknown programme owner",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One disagreement in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Its kind.
    pub kind: DiscrepancyKind,
    /// Why we think so: programme, owner, since when.
    pub why: String,
    /// What would settle it.
    pub settles: String,
}

/// Compares the connection with the current programmes; `None` means that the two agree, or a named rule excludes.
///
/// A group owner agrees with any body of its group. No programme and no connection is nothing to do.
pub fn judge(connected: Option<&BodyCode>, trainee: Option<&Trainee>) -> Option<Discrepancy> {
    let Some(trainee) = trainee else { return connected.map(no_person) };
    if trainee.persons.len() > 1 {
        return Some(number_conflict(trainee));
    }
    if trainee.excluded_by.is_some() {
        return None;
    }
    if trainee.memberships.is_empty() {
        return connected.map(no_programme);
    }
    if let Some(membership) =
        trainee.memberships.iter().find(|m| matches!(m.claim, Claim::Unknown(_) | Claim::Missing))
    {
        return Some(unknown_owner(membership));
    }
    let agrees = |membership: &&Membership| connected.is_some_and(|body| claims(membership, body));
    let disagreeing: Vec<&Membership> = trainee.memberships.iter().filter(|m| !agrees(m)).collect();
    match (connected, disagreeing.as_slice()) {
        (Some(_), []) => None,
        (_, [first, ..]) if !one_claim(&trainee.memberships) => Some(several(first, &trainee.memberships)),
        (Some(body), [first, ..]) => Some(transfer(body, first)),
        (None, [first, ..]) => Some(ready_for_connection(first)),
        (None, []) => None,
    }
}

fn claims(membership: &Membership, body: &BodyCode) -> bool {
    match &membership.claim {
        Claim::Body(claimant) => claimant == body,
        Claim::Group { bodies, .. } => bodies.contains(body),
        Claim::Unknown(_) | Claim::Missing => false,
    }
}

/// Whether all memberships could be of one and the same body.
fn one_claim(memberships: &[Membership]) -> bool {
    let Some(first) = memberships.first() else { return true };
    let candidates: Vec<&BodyCode> = match &first.claim {
        Claim::Body(body) => vec![body],
        Claim::Group { bodies, .. } => bodies.iter().collect(),
        Claim::Unknown(_) | Claim::Missing => Vec::new(),
    };
    candidates.into_iter().any(|body| memberships.iter().all(|membership| claims(membership, body)))
}

fn programme(membership: &Membership) -> String {
    let name = membership.programme.as_deref().unwrap_or("a programme without a name");
    let owner = membership.owner.as_deref().unwrap_or("nobody");
    match membership.start {
        Some(start) => format!("{name}, owned by {owner}, since {start}"),
        None => format!("{name}, owned by {owner}, start date not known"),
    }
}

fn no_person(body: &BodyCode) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::ReadyForDisconnection,
        why: format!("Connected to {body} at the GMC; TIS has no person with this GMC number."),
        settles: "Add the GMC number to the person in TIS, or remove the connection.".to_owned(),
    }
}

fn no_programme(body: &BodyCode) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::ReadyForDisconnection,
        why: format!("Connected to {body} at the GMC; no programme membership in TIS covers today."),
        settles: "Remove the connection, or correct the membership dates in TIS.".to_owned(),
    }
}

fn number_conflict(trainee: &Trainee) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::NumberConflict,
        why: format!("{} persons in TIS carry this GMC number, so neither is joined.", trainee.persons.len()),
        settles: "Correct the GMC number of the wrong person in TIS.".to_owned(),
    }
}

fn unknown_owner(membership: &Membership) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::UnknownOwner,
        why: format!("In {}: no designated body is known for that owner.", programme(membership)),
        settles: "Correct the programme's owner in TIS, or add the owner to the reference list.".to_owned(),
    }
}

fn several(first: &Membership, all: &[Membership]) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::SeveralClaimants,
        why: format!(
            "In {} current programmes of different bodies, among them {}.",
            all.len(),
            programme(first)
        ),
        settles: "Agree which body is responsible and end the other membership in TIS.".to_owned(),
    }
}

fn transfer(body: &BodyCode, membership: &Membership) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::Transfer,
        why: format!("Connected to {body} at the GMC, but in {}.", programme(membership)),
        settles: "Connect the doctor to the programme's body, which ends the old connection.".to_owned(),
    }
}

fn ready_for_connection(membership: &Membership) -> Discrepancy {
    Discrepancy {
        kind: DiscrepancyKind::ReadyForConnection,
        why: format!("In {}, and connected to none of our bodies at the GMC.", programme(membership)),
        settles: "Connect the doctor, or correct the membership in TIS.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GmcNumber;

    fn membership(claim: Claim) -> Membership {
        Membership {
            programme: Some("Cardiology".into()),
            owner: Some("An owner".into()),
            claim,
            kind: Some("Substantive".into()),
            kind_is_known: true,
            start: None,
            end: None,
            curriculum_end: None,
        }
    }

    fn of(body: &str) -> Membership {
        membership(Claim::Body(BodyCode::new(body)))
    }

    fn london() -> Membership {
        membership(Claim::Group {
            name: "London LETBs".into(),
            bodies: ["NWL", "NCEL", "SL", "KSS"].map(BodyCode::new).to_vec(),
        })
    }

    fn trainee(memberships: Vec<Membership>) -> Trainee {
        Trainee {
            gmc_number: GmcNumber::parse("9000001").expect("seven digits"),
            persons: vec!["1".into()],
            forenames: None,
            surname: None,
            memberships,
            grades: vec![],
            excluded_by: None,
        }
    }

    #[test]
    fn each_pair_of_worlds_has_its_one_answer() {
        use DiscrepancyKind::{
            ReadyForConnection, ReadyForDisconnection, SeveralClaimants, Transfer, UnknownOwner,
        };
        let unknown = membership(Claim::Unknown("Narnia".into()));
        let cases = [
            (Some("A"), vec![of("A")], None),
            (Some("A"), vec![of("A"), of("A")], None),
            (Some("A"), vec![of("B")], Some(Transfer)),
            (Some("A"), vec![], Some(ReadyForDisconnection)),
            (None, vec![of("B")], Some(ReadyForConnection)),
            (None, vec![], None),
            (Some("A"), vec![of("A"), of("B")], Some(SeveralClaimants)),
            (None, vec![of("A"), of("B")], Some(SeveralClaimants)),
            (Some("SL"), vec![london()], None),
            (Some("KSS"), vec![london(), of("KSS")], None),
            (Some("A"), vec![london()], Some(Transfer)),
            (Some("A"), vec![unknown.clone()], Some(UnknownOwner)),
            (None, vec![unknown], Some(UnknownOwner)),
        ];
        for (connected, memberships, expected) in cases {
            let body = connected.map(BodyCode::new);
            let found = judge(body.as_ref(), Some(&trainee(memberships.clone()))).map(|d| d.kind);
            assert_eq!(found, expected, "{connected:?} {memberships:?}");
        }
    }

    #[test]
    fn a_connected_doctor_unknown_to_tis_is_ready_for_disconnection() {
        let body = BodyCode::new("A");
        assert_eq!(judge(Some(&body), None).map(|d| d.kind), Some(DiscrepancyKind::ReadyForDisconnection));
        assert_eq!(judge(None, None), None);
    }

    #[test]
    fn an_excluded_person_is_no_discrepancy_but_a_shared_number_is() {
        let military = Trainee { excluded_by: Some("military".into()), ..trainee(vec![of("B")]) };
        assert_eq!(judge(None, Some(&military)), None);
        let shared = Trainee { persons: vec!["1".into(), "2".into()], ..military };
        assert_eq!(judge(None, Some(&shared)).map(|d| d.kind), Some(DiscrepancyKind::NumberConflict));
    }
}
