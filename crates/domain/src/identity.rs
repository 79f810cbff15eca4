//! People whom the house's own identity provider vouches for: who they are, and which roles their claims give.
//!
//! Invariants: a person is the provider and its word for them, never a name; a claim that no line of the settings names
//! gives nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use crate::access::Grant;

/// What goes along with somebody to the provider and must come back with them. `Debug` shows nothing: it follows from the
/// secret of a browser.
#[derive(Clone)]
pub struct Asking {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Shown with the code alone, as proof that whoever asked brings it (PKCE).
    pub verifier: String,
    /// Whether somebody signed in must show once more who they are.
    pub again: bool,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asking(…)")
    }
}

/// Whom a provider vouches for. `Debug` shows nothing: claims are personal data.
#[derive(Clone)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Its word for the person, which it never gives to another.
    pub subject: String,
    /// What it says of them; a claim with several values has each.
    pub claims: BTreeMap<String, BTreeSet<String>>,
    /// When they last showed it who they are, if it says so.
    pub signed_in_at: Option<Timestamp>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// One line of the settings: whoever has this value of this claim has this role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The claim, such as `groups`.
    pub claim: String,
    /// The value, letter by letter.
    pub value: String,
    /// What it gives.
    pub grant: Grant,
}

/// What of a provider's word counts here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// The claim that says what a person is to be called here.
    pub name_claim: String,
    /// What claims give.
    pub mappings: Vec<Mapping>,
}

impl Trust {
    /// What a person is to be called here: the part before an `@`, in lower case, of what the provider calls them.
    pub fn name(&self, identity: &Identity) -> Option<String> {
        let called = identity.claims.get(&self.name_claim)?.first()?;
        let name = called.split('@').next().unwrap_or_default().trim().to_lowercase();
        Some(name).filter(|name| !name.is_empty())
    }

    /// What a person's claims give: without a line for any of them, nothing.
    pub fn grants(&self, identity: &Identity) -> Vec<Grant> {
        let is_theirs = |mapping: &&Mapping| {
            identity.claims.get(&mapping.claim).is_some_and(|values| values.contains(&mapping.value))
        };
        let mut grants: Vec<Grant> = Vec::new();
        for mapping in self.mappings.iter().filter(is_theirs) {
            if !grants.contains(&mapping.grant) {
                grants.push(mapping.grant.clone());
            }
        }
        grants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::ids::BodyCode;

    fn mapping(value: &str, role: Role) -> Mapping {
        let bodies = [BodyCode::new("1-AIIDWT")].into();
        let grant = Grant { role, bodies, sensitive: false, ends: None };
        Mapping { claim: "groups".to_owned(), value: value.to_owned(), grant }
    }

    fn with(claims: &[(&str, &[&str])]) -> Identity {
        let claims = claims.iter().map(|(claim, values)| {
            ((*claim).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
        });
        let (issuer, subject) = ("https://idp.example".to_owned(), "7".to_owned());
        Identity { issuer, subject, claims: claims.collect(), signed_in_at: None }
    }

    #[test]
    fn a_claim_gives_what_its_line_says_and_no_line_gives_nothing() {
        let mappings = vec![mapping("reval-approvers", Role::Approver), mapping("reval", Role::Observer)];
        let trust = Trust { name_claim: "preferred_username".to_owned(), mappings };
        let roles = |claims: &[(&str, &[&str])]| {
            trust.grants(&with(claims)).iter().map(|grant| grant.role).collect::<Vec<_>>()
        };
        assert_eq!(roles(&[("groups", &["reval-approvers", "staff"])]), [Role::Approver]);
        assert_eq!(roles(&[("groups", &["reval", "reval-approvers"])]), [Role::Approver, Role::Observer]);
        for nothing in [
            &[][..],
            &[("groups", &[][..])],
            &[("groups", &["Reval-Approvers", "reval-approvers "][..])],
            &[("roles", &["reval-approvers"][..])],
        ] {
            assert_eq!(roles(nothing), [], "{nothing:?}");
        }
        assert_eq!(Trust::default().grants(&with(&[("groups", &["reval"])])), []);
    }

    #[test]
    fn a_name_is_what_stands_before_the_at_sign() {
        let trust = Trust { name_claim: "upn".to_owned(), mappings: Vec::new() };
        let name = |called: &str| trust.name(&with(&[("upn", &[called])]));
        assert_eq!(name("Amira.Sample@example.org").as_deref(), Some("amira.sample"));
        assert_eq!(name("amira").as_deref(), Some("amira"));
        assert_eq!((name("@example.org"), name(" ")), (None, None));
        assert_eq!(trust.name(&with(&[])), None);
    }
}
