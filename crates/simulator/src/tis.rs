//! A sample TIS for the same invented doctors: CSV extracts of its tables, with every way the two worlds disagree.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use domain::raw::RawDoctor;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::chance::mix;
use crate::edits::{Edit, What};
use crate::population::World;

/// Owners as TIS writes them, in the order of the bodies.
pub const OWNERS: [&str; 13] = [
    "Yorkshire and the Humber",
    "East Midlands",
    "East of England",
    "North East",
    "North West",
    "South London",
    "Thames Valley",
    "Wessex",
    "South West",
    "West Midlands",
    "Kent, Surrey and Sussex",
    "North Central and East London",
    "North West London",
];
const SPECIALTIES: [&str; 6] = [
    "Cardiology",
    "General Practice",
    "Clinical Radiology",
    "Paediatrics",
    "Trauma and Orthopaedics",
    "Anaesthetics",
];

const TABLES: [(&str, &str); 7] = [
    ("Person", "id,role,status"),
    ("ContactDetails", "id,surname,forenames"),
    ("GmcDetails", "id,gmcNumber"),
    ("Programme", "id,programmeName,programmeNumber,owner"),
    (
        "ProgrammeMembership",
        "uuid,personId,programmeId,programmeMembershipType,programmeStartDate,programmeEndDate",
    ),
    ("CurriculumMembership", "id,programmeMembershipUuid,curriculumEndDate"),
    ("Placement", "id,traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status"),
];

struct Tables(Vec<BufWriter<File>>);

impl Tables {
    fn create(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let mut files = Vec::new();
        for (name, header) in TABLES {
            let mut file = BufWriter::new(File::create(directory.join(format!("{name}.csv")))?);
            writeln!(file, "{header}")?;
            files.push(file);
        }
        Ok(Self(files))
    }

    fn row(&mut self, table: &str, values: &[&str]) -> io::Result<()> {
        // Unwrap safety: only names of the table above are passed.
        let at = TABLES.iter().position(|(name, _)| *name == table).unwrap_or_default();
        let quoted: Vec<String> = values.iter().map(|value| quote(value)).collect();
        writeln!(self.0[at], "{}", quoted.join(","))
    }
}

fn quote(value: &str) -> String {
    if value.contains([',', '"', '\n']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// How a person's training stands.
struct Training<'a> {
    id: u64,
    number: &'a str,
    surname: &'a str,
    forenames: &'a str,
    role: &'a str,
    kind: &'a str,
    grade: (&'a str, &'a str),
    programmes: Vec<u64>,
    start: String,
    end: String,
}

/// The body whose steady doctors play the rarer cases, so that each stands in a world of any size.
const CAST_BODY: usize = 3;
/// Luck of an ordinary person, and of each rarer case in the table of `training`.
const ORDINARY: u64 = 500;
const CASES: [u64; 7] = [ORDINARY, ORDINARY, 0, 25, 45, 62, 68];

/// Writes the extracts of a night: about 2 % of the GMC's doctors have no person, 1 % train under another body's
/// programme, 3 % have an ended one, and each kind of disagreement stands at least once in a world of any size.
pub fn write_extracts(directory: &Path, world: &World, night: u32, today: Date) -> io::Result<u64> {
    let mut tables = Tables::create(directory)?;
    programmes(&mut tables)?;
    // What goes wrong with a number on its way from the GMC is unknown to TIS.
    let edits = world.edits.iter().filter(|edit| !breaks_number(edit)).cloned().collect();
    let world = &World { edits, ..world.clone() };
    let cast = cast(world);
    let mut once: HashMap<u64, bool> = added(world).into_iter().map(|key| (key, false)).collect();
    let mut persons = 0;
    for (body, code) in world.bodies.iter().enumerate() {
        let Some(list) = world.list(code, night) else { continue };
        for doctor in list {
            let Some(key) = key(&doctor) else { continue };
            if once.get_mut(&key).is_some_and(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            let luck = cast.get(&key).copied().unwrap_or_else(|| mix(world.seed, key, 77));
            if let Some(training) = training((body as u64, key), luck, &doctor, today) {
                persons += 1;
                person(&mut tables, &training)?;
            }
        }
    }
    persons += only_in_tis(&mut tables, world, today)?;
    for file in &mut tables.0 {
        file.flush()?;
    }
    Ok(persons)
}

fn key(doctor: &RawDoctor) -> Option<u64> {
    doctor.gmc_reference_number.as_deref()?.trim().parse().ok()
}

fn breaks_number(edit: &Edit) -> bool {
    matches!(&edit.what, What::Set { field, .. } if field == "GMCReferenceNumber")
}

/// Numbers that a story adds: they may stand twice at the GMC, but are one person each.
fn added(world: &World) -> HashSet<u64> {
    let record = |edit: &Edit| match &edit.what {
        What::Add { record } => key(record),
        What::Set { .. } | What::Drop { .. } => None,
    };
    world.edits.iter().filter_map(record).collect()
}

/// Numbers of the doctors with a fixed case, and their luck. The first two also have a second person.
fn cast(world: &World) -> HashMap<u64, u64> {
    let number = |index: u64| world.number(index).parse().unwrap_or_default();
    world.steady(CAST_BODY).map(number).zip(CASES).collect()
}

/// Programme ids: body × 10 + specialty; 900 is London's group, 901 an owner nobody knows.
fn programmes(tables: &mut Tables) -> io::Result<()> {
    for (body, owner) in OWNERS.iter().enumerate() {
        for (which, name) in SPECIALTIES.iter().enumerate() {
            let id = (body * 10 + which).to_string();
            tables.row("Programme", &[&id, name, &format!("SIM{body:02}{which}"), owner])?;
        }
    }
    tables.row("Programme", &["900", "Pan-London Haematology", "SIM900", "London LETBs"])?;
    tables.row("Programme", &["901", "Orphaned Programme", "SIM901", "Office Nobody Knows"])
}

fn training(place: (u64, u64), luck: u64, doctor: &RawDoctor, today: Date) -> Option<Training<'_>> {
    let (body, key) = place;
    let own = body * 10 + luck / 1000 % SPECIALTIES.len() as u64;
    let other = (body + 1) % 12 * 10 + 1;
    let london = matches!(body, 5 | 10..=12);
    let (mut programmes, mut kind, mut grade, mut role) =
        (vec![own], "SUBSTANTIVE", ("281", "ST3"), "DR in Training");
    let mut ended = false;
    match luck % 1000 {
        0..20 => return None,
        20..30 => programmes = vec![other],
        30..60 => ended = true,
        60..64 => programmes = vec![own, other],
        64..68 => programmes = vec![own, body * 10 + 2],
        68..70 => programmes = vec![901],
        70..75 => kind = "MILITARY",
        75..80 => grade = ("279", "F1"),
        80..82 => role = "Placeholder",
        82..84 => kind = "HONORARY",
        84..90 => kind = "LAT",
        90..130 if london => programmes = vec![900],
        _ => {}
    }
    let day = |days: i64| today.checked_add(days.days()).map(|date| date.to_string()).unwrap_or_default();
    let span = i64::try_from(luck / 7 % 900).unwrap_or(0);
    Some(Training {
        id: key,
        number: doctor.gmc_reference_number.as_deref().unwrap_or_default(),
        surname: doctor.last_name.as_deref().unwrap_or_default(),
        forenames: doctor.first_name.as_deref().unwrap_or_default(),
        role,
        kind,
        grade,
        programmes,
        start: if luck % 1000 == 999 { String::new() } else { day(-span - 60) },
        end: if ended { day(-40) } else { day(span + 30) },
    })
}

fn person(tables: &mut Tables, training: &Training<'_>) -> io::Result<()> {
    let id = training.id.to_string();
    tables.row("Person", &[&id, training.role, "CURRENT"])?;
    tables.row("ContactDetails", &[&id, training.surname, training.forenames])?;
    tables.row("GmcDetails", &[&id, training.number])?;
    for (which, programme) in training.programmes.iter().enumerate() {
        let uuid = format!("pm-{id}-{which}");
        let programme = programme.to_string();
        tables.row(
            "ProgrammeMembership",
            &[&uuid, &id, &programme, training.kind, &training.start, &training.end],
        )?;
        tables.row("CurriculumMembership", &[&format!("{id}{which}"), &uuid, &training.end])?;
    }
    let (grade_id, grade) = training.grade;
    tables.row("Placement", &[&id, &id, grade_id, grade, &training.start, &training.end, "CURRENT"])
}

/// Persons the GMC does not list: new starters, shared and unusable numbers, dummies.
fn only_in_tis(tables: &mut Tables, world: &World, today: Date) -> io::Result<u64> {
    let spare = |n: u64| world.number(world.doctors + 900_000 / 10 + n);
    let day = |days: i64| today.checked_add(days.days()).map(|date| date.to_string()).unwrap_or_default();
    let shared = world.steady(CAST_BODY).take(2).map(|index| (world.number(index), "DR in Training", 0));
    let mut cases: Vec<(String, &str, u64)> =
        (0..26).map(|n| (spare(n), "DR in Training", n % 12 * 10)).collect();
    cases.extend(shared);
    for number in ["UNKNOWN", "N/A", "", "9\u{a0}", "TBC"] {
        cases.push((number.to_owned(), "DR in Training", 0));
    }
    cases.push((spare(100), "Dummy Record", 0));
    let count = cases.len() as u64;
    for (n, (number, role, programme)) in cases.into_iter().enumerate() {
        person(
            tables,
            &Training {
                id: 50_000_000 + n as u64,
                number: &number,
                surname: "Starter-Sample",
                forenames: "Newa",
                role,
                kind: "SUBSTANTIVE",
                grade: ("281", "ST1"),
                programmes: vec![programme],
                start: day(-5),
                end: day(700),
            },
        )?;
    }
    Ok(count)
}
