//! Reference data: designated bodies, the owners of programmes, membership types and excluded grades.
//!
//! The files are part of the binary and checked as a whole when they are loaded: a mistake in one of them stops the
//! program with its file, entry and a sentence, before anything is judged by it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

use crate::ids::{BodyCode, trim};
use crate::tis_rules::covers;
use crate::trainee::Claim;

mod checks;
#[cfg(test)]
mod tests;

const BODIES: &str = include_str!("../../../config/reference/bodies.toml");
const OWNERS: &str = include_str!("../../../config/reference/owners.toml");
const TYPES: &str = include_str!("../../../config/reference/membership-types.toml");
const GRADES: &str = include_str!("../../../config/reference/excluded-grades.toml");

/// A mistake in the reference data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("config/reference/{file}, {entry}: {problem}")]
pub struct ReferenceError {
    /// The file's name.
    pub file: &'static str,
    /// The entry, by its name or line.
    pub entry: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A designated body under one of its codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The GMC's code.
    pub code: BodyCode,
    /// As pages show it.
    pub name: String,
    /// The same office before and after a change of code.
    pub abbreviation: String,
    /// Bodies that work as one.
    pub group: Option<String>,
    /// Whether the nightly run asks for its list while the code is valid.
    pub asked: bool,
    /// First day, inclusive; `None` where nobody knows it.
    pub valid_from: Option<Date>,
    /// Last day, inclusive; `None` while it is in use.
    pub valid_to: Option<Date>,
    /// The code this one took over from.
    pub replaces: Option<BodyCode>,
}

impl Body {
    /// Whether the code is valid on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        covers(self.valid_from, self.valid_to, day)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner {
    name: String,
    #[serde(default)]
    also: Vec<String>,
    body: Option<String>,
    group: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    name: String,
    excluded_by: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grade {
    id: String,
    abbreviation: String,
    name: String,
}

/// The four files as texts.
#[derive(Clone, Copy)]
struct Texts<'a> {
    bodies: &'a str,
    owners: &'a str,
    kinds: &'a str,
    grades: &'a str,
}

const EMBEDDED: Texts<'static> = Texts { bodies: BODIES, owners: OWNERS, kinds: TYPES, grades: GRADES };

/// All reference data, checked.
#[derive(Clone, Debug)]
pub struct Reference {
    bodies: Vec<Body>,
    /// By folded name and each other spelling.
    owners: BTreeMap<String, Owner>,
    /// By folded name: the rule that excludes it, if any.
    kinds: BTreeMap<String, Option<String>>,
    grades: BTreeSet<String>,
}

impl Reference {
    /// Loads the reference data that is part of the binary; refuses it whole if anything in it is wrong.
    pub fn embedded() -> Result<Self, ReferenceError> {
        Self::from_texts(EMBEDDED)
    }

    fn from_texts(texts: Texts<'_>) -> Result<Self, ReferenceError> {
        let bodies = checks::bodies(texts.bodies)?;
        Ok(Self {
            owners: checks::owners(texts.owners, &bodies)?,
            kinds: checks::kinds(texts.kinds)?,
            grades: checks::grades(texts.grades)?,
            bodies,
        })
    }

    /// Gives every body under every code, in order of the file.
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// Finds a body by its code, valid or not.
    pub fn body(&self, code: &BodyCode) -> Option<&Body> {
        self.bodies.iter().find(|body| body.code == *code)
    }

    /// Gives the bodies the nightly run asks on a day, in its order.
    pub fn asked_on(&self, day: Date) -> Vec<&Body> {
        self.bodies.iter().filter(|body| body.asked && body.is_valid_on(day)).collect()
    }

    /// Gives the code that took over from this one.
    pub fn renamed(&self, code: &BodyCode) -> Option<&BodyCode> {
        self.bodies.iter().find(|body| body.replaces.as_ref() == Some(code)).map(|body| &body.code)
    }

    /// Gives every rename: the old code and the new.
    pub fn renames(&self) -> Vec<(BodyCode, BodyCode)> {
        let rename = |body: &Body| Some((body.replaces.clone()?, body.code.clone()));
        self.bodies.iter().filter_map(rename).collect()
    }

    /// Says what the owner of a programme stands for on a day; an owner we do not know is kept as written.
    pub fn claim(&self, owner: &str, day: Date) -> Claim {
        let folded = fold(owner);
        if folded.is_empty() {
            return Claim::Missing;
        }
        let unknown = || Claim::Unknown(owner.to_owned());
        let Some(known) = self.owners.get(&folded) else { return unknown() };
        let is_meant = |body: &&Body| match (&known.body, &known.group) {
            (Some(abbreviation), _) => body.abbreviation == *abbreviation,
            (None, group) => body.group == *group,
        };
        let valid = self.bodies.iter().filter(is_meant).filter(|body| body.is_valid_on(day));
        let mut codes: Vec<BodyCode> = valid.map(|body| body.code.clone()).collect();
        match (&known.group, codes.pop()) {
            (_, None) => unknown(),
            (None, Some(code)) => Claim::Body(code),
            (Some(_), Some(last)) => {
                codes.push(last);
                Claim::Group { name: known.name.clone(), bodies: codes }
            }
        }
    }

    /// Says whether a membership type is known, and by which rule its members stay out of the discrepancies.
    pub fn kind(&self, kind: &str) -> (bool, Option<String>) {
        self.kinds.get(&fold(kind)).map_or((false, None), |excluded_by| (true, excluded_by.clone()))
    }

    /// Gives ids and abbreviations of the grades that need no connection.
    pub fn excluded_grades(&self) -> &BTreeSet<String> {
        &self.grades
    }
}

/// Folds what people write differently without meaning another: case, outer spaces, kinds and numbers of spaces.
fn fold(text: &str) -> String {
    trim(text).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
