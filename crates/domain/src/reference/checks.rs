//! What must hold of the reference data before anything is judged by it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Body, Grade, Kind, Owner, ReferenceError, fold};

const BODIES: &str = "bodies.toml";
const OWNERS: &str = "owners.toml";
const KINDS: &str = "membership-types.toml";
const GRADES: &str = "excluded-grades.toml";

fn wrong(file: &'static str, entry: &str, problem: impl Into<String>) -> ReferenceError {
    ReferenceError { file, entry: entry.to_owned(), problem: problem.into() }
}

fn parse<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, ReferenceError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        wrong(file, &format!("line {line}"), error.message())
    })
}

/// Refuses an entry with a text that is empty or has spaces around it.
fn written(file: &'static str, entry: &str, texts: &[(&str, &str)]) -> Result<(), ReferenceError> {
    for (field, text) in texts {
        if text.is_empty() || text.trim() != *text {
            return Err(wrong(file, entry, format!("`{field}` is empty or has spaces around it")));
        }
    }
    Ok(())
}

/// Reads the bodies: each code once, one code of an office at a time, renames that lead from one code to the next.
pub fn bodies(text: &str) -> Result<Vec<Body>, ReferenceError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        body: Vec<Body>,
    }
    let bodies = parse::<File>(BODIES, text)?.body;
    for (at, body) in bodies.iter().enumerate() {
        let code = body.code.as_str();
        let fields = [("code", code), ("name", &body.name), ("abbreviation", &body.abbreviation)];
        written(BODIES, code, &fields)?;
        if body.valid_from.zip(body.valid_to).is_some_and(|(from, to)| to < from) {
            return Err(wrong(BODIES, code, "`valid_to` lies before `valid_from`"));
        }
        for other in &bodies[..at] {
            apart(body, other)?;
        }
        renames(body, &bodies)?;
    }
    Ok(bodies)
}

fn apart(body: &Body, other: &Body) -> Result<(), ReferenceError> {
    let code = body.code.as_str();
    if body.code == other.code {
        return Err(wrong(BODIES, code, "this code stands twice"));
    }
    if body.replaces.is_some() && body.replaces == other.replaces {
        return Err(wrong(BODIES, code, format!("{} replaces the same code", other.code)));
    }
    // A code without a first or last day reaches as far as there are days.
    let ends_before =
        |one: &Body, two: &Body| one.valid_to.zip(two.valid_from).is_some_and(|(to, from)| to < from);
    if body.abbreviation == other.abbreviation && !ends_before(body, other) && !ends_before(other, body) {
        let problem = format!("{} is {} at the same time", other.code, body.abbreviation);
        return Err(wrong(BODIES, code, problem));
    }
    Ok(())
}

fn renames(body: &Body, all: &[Body]) -> Result<(), ReferenceError> {
    let Some(old) = &body.replaces else { return Ok(()) };
    let code = body.code.as_str();
    let Some(replaced) = all.iter().find(|other| other.code == *old) else {
        return Err(wrong(BODIES, code, format!("`replaces` names {old}, which is no code of this file")));
    };
    let follows = replaced.valid_to.zip(body.valid_from).is_some_and(|(to, from)| to < from);
    if follows {
        Ok(())
    } else {
        Err(wrong(BODIES, code, format!("it does not begin after {old} has ended")))
    }
}

/// Reads the owners by each of their spellings: each stands for one office or one group that exists.
pub fn owners(text: &str, bodies: &[Body]) -> Result<BTreeMap<String, Owner>, ReferenceError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        owner: Vec<Owner>,
    }
    let mut by_spelling = BTreeMap::new();
    for owner in parse::<File>(OWNERS, text)?.owner {
        stands_for(&owner, bodies)?;
        for spelling in owner.also.iter().chain([&owner.name]) {
            written(OWNERS, &owner.name, &[("name", spelling)])?;
            if by_spelling.insert(fold(spelling), owner.clone()).is_some() {
                return Err(wrong(OWNERS, &owner.name, format!("\"{spelling}\" stands twice")));
            }
        }
    }
    Ok(by_spelling)
}

fn stands_for(owner: &Owner, bodies: &[Body]) -> Result<(), ReferenceError> {
    let problem = match (&owner.body, &owner.group) {
        (Some(name), None) if bodies.iter().any(|body| body.abbreviation == *name) => return Ok(()),
        (None, Some(name)) if bodies.iter().any(|body| body.group.as_ref() == Some(name)) => return Ok(()),
        (Some(name), None) => format!("no body has the abbreviation {name}"),
        (None, Some(name)) => format!("the group {name} is empty: no body names it"),
        _ => "it needs either `body` or `group`".to_owned(),
    };
    Err(wrong(OWNERS, &owner.name, problem))
}

/// Reads the membership types, each once whatever its case.
pub fn kinds(text: &str) -> Result<BTreeMap<String, Option<String>>, ReferenceError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        r#type: Vec<Kind>,
    }
    let mut kinds = BTreeMap::new();
    for kind in parse::<File>(KINDS, text)?.r#type {
        written(KINDS, &kind.name, &[("name", &kind.name)])?;
        if let Some(rule) = &kind.excluded_by {
            written(KINDS, &kind.name, &[("excluded_by", rule)])?;
        }
        if kinds.insert(fold(&kind.name), kind.excluded_by).is_some() {
            return Err(wrong(KINDS, &kind.name, "this type stands twice"));
        }
    }
    Ok(kinds)
}

/// Reads the excluded grades: their ids and abbreviations.
pub fn grades(text: &str) -> Result<BTreeSet<String>, ReferenceError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        grade: Vec<Grade>,
    }
    let mut grades = BTreeSet::new();
    for grade in parse::<File>(GRADES, text)?.grade {
        let fields =
            [("id", grade.id.as_str()), ("abbreviation", &grade.abbreviation), ("name", &grade.name)];
        written(GRADES, &grade.name, &fields)?;
        for name in [grade.id, grade.abbreviation] {
            if !grades.insert(name) {
                return Err(wrong(GRADES, &grade.name, "its id or abbreviation stands twice"));
            }
        }
    }
    Ok(grades)
}
