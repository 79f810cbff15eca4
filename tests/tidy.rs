//! The rules of the house that a compiler does not check; each failure says what to do instead.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "tidy/records.rs"]
mod records;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which rooms each room may name in its `[dependencies]`: exactly these.
const EDGES: &[(&str, &str)] = &[
    ("domain", ""),
    ("jobs", "domain store"),
    ("ops", "domain store"),
    ("simulator", "domain sources"),
    ("sources", "domain"),
    ("store", "domain"),
    ("sync", "domain jobs sources store"),
    ("watch", "domain store"),
    ("web", "domain ops"),
];

/// The room that plays whole nights, and so may name any other.
const MAY_NAME_ANY: &str = "drill";

/// Longest function and longest file without its inline tests, in lines.
const FUNCTION_MAX: usize = 70;
const FILE_MAX: usize = 400;

/// Statements written twice, once for each engine, because they differ by necessity.
const FORKS_MAX: usize = 3;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of ours below a folder, by its path from the root.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .filter(|name| extension.is_empty() || name.ends_with(extension))
        .collect();
    names.sort();
    names
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    const MADE: &[&str] = &["target", "node_modules", ".git", ".test", ".demo", "shots"];
    let Ok(items) = fs::read_dir(folder) else { return };
    for path in items.map(|item| item.unwrap().path()) {
        if !path.is_dir() {
            found.push(path);
        } else if !MADE.contains(&path.file_name().unwrap().to_str().unwrap()) {
            collect(&path, found);
        }
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_default()
}

/// All Rust of the house; a walk that finds little has gone wrong.
fn sources() -> Vec<String> {
    let all: Vec<String> =
        ["crates", "src", "testkit", "tests"].iter().flat_map(|folder| files(folder, ".rs")).collect();
    assert!(all.len() > 50, "only {} Rust files were found: the walk is broken", all.len());
    all
}

/// What ships of a file: without its inline tests; nothing of a file that is all tests.
fn production(name: &str) -> String {
    let is_test = name.starts_with("tests/") || name.contains("/tests/") || name.ends_with("/tests.rs");
    if is_test || name.starts_with("testkit/") {
        return String::new();
    }
    read(name).lines().take_while(|line| line.trim() != "#[cfg(test)]").collect::<Vec<_>>().join("\n")
}

fn must_be_empty(wrong: &[String], instead: &str) {
    assert!(wrong.is_empty(), "{instead}:\n  {}", wrong.join("\n  "));
}

/// The rooms that a manifest names in one of its tables.
fn rooms_named(manifest: &str, table: &str) -> BTreeSet<String> {
    let rooms: BTreeSet<String> = rooms().into_iter().chain(["testkit".to_owned()]).collect();
    let text = read(manifest);
    let inside = text.lines().skip_while(|line| *line != table).skip(1).take_while(|l| !l.starts_with('['));
    inside
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| rooms.contains(*name))
        .map(str::to_owned)
        .collect()
}

fn rooms() -> Vec<String> {
    files("crates", "Cargo.toml")
        .iter()
        .map(|manifest| manifest.split('/').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn rooms_name_only_the_rooms_they_may() {
    let mut wrong = Vec::new();
    for room in rooms() {
        let named = rooms_named(&format!("crates/{room}/Cargo.toml"), "[dependencies]");
        if room == MAY_NAME_ANY && !named.contains("testkit") {
            continue;
        }
        let row = EDGES.iter().find(|(name, _)| *name == room);
        let may: BTreeSet<String> =
            row.map(|(_, may)| may.split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
        if row.is_none() || named != may {
            wrong.push(format!("{room} names {named:?}, the table says {may:?}"));
        }
    }
    must_be_empty(
        &wrong,
        "move the code to the room that may, or change EDGES and say why in ARCHITECTURE.md",
    );
}

#[test]
fn what_tests_share_ships_nowhere() {
    assert!(!rooms_named("Cargo.toml", "[dependencies]").contains("testkit"), "make it a dev-dependency");
    let may: BTreeSet<String> = ["domain", "simulator", "sources", "store"].map(str::to_owned).into();
    let named = rooms_named("testkit/Cargo.toml", "[dependencies]");
    assert!(!named.is_empty() && named.is_subset(&may), "testkit names {named:?}: keep to {may:?}");
}

#[test]
fn every_file_opens_with_what_it_is() {
    let opens = |name: &String| {
        let text = read(name);
        text.starts_with("//! ") || text.starts_with("#![doc = include_str!")
    };
    let wrong: Vec<String> = sources().into_iter().filter(|name| !opens(name)).collect();
    must_be_empty(&wrong, "open these with `//!` and one sentence that a manager could read");
}

#[test]
fn no_file_is_too_long_to_read_standing_up() {
    let lines = |name: &String| read(name).lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|name| lines(name) > FILE_MAX)
        .map(|name| format!("{name}: {} lines", lines(&name)))
        .collect();
    must_be_empty(&wrong, "split these by noun into files of at most 400 lines");
}

/// Name and length of every function in formatted code, unless the line above gives a reason for its length.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some((before, after)) = code.split_once("fn ") else { continue };
        let is_head = before.split_whitespace().all(|word| {
            word.starts_with("pub") || ["const", "async", "unsafe"].contains(&word) || word.starts_with("in ")
        });
        let excused = at > 0 && lines[at - 1].trim_start().starts_with("// tidy: long because ");
        if !is_head || excused {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let Some(opened) = lines[at..].iter().position(|l| l.ends_with(['{', ';', '}'])) else { continue };
        let length = if lines[at + opened].ends_with('{') {
            let close = format!("{indent}}}");
            lines[at..].iter().position(|l| *l == close).map_or(1, |end| end + 1)
        } else {
            opened + 1
        };
        found.push((after.split(['(', '<']).next().unwrap().to_owned(), length));
    }
    found
}

#[test]
fn a_function_is_measured_from_its_head_to_its_closing_brace() {
    let text = "pub fn a() {\n    b();\n}\n\nfn c() -> u8 { 1 }\n\n// tidy: long because it is a table\nfn d() {\n}\n\
                impl X {\n    pub(crate) async fn e(\n        x: u8,\n    ) {\n        if x {\n        }\n    }\n}\n";
    let found = functions(text);
    let expected = [("a", 3), ("c", 1), ("e", 6)];
    assert_eq!(found, expected.map(|(name, length)| (name.to_owned(), length)));
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for name in sources() {
        for (function, length) in functions(&read(&name)) {
            seen += 1;
            if length > FUNCTION_MAX {
                wrong.push(format!("{name}: {function} has {length} lines"));
            }
        }
    }
    assert!(seen > 200, "only {seen} functions were found: the measure is broken");
    must_be_empty(&wrong, "split these, or write `// tidy: long because <reason>` above");
}

#[test]
fn every_room_introduces_itself_and_stands_on_the_map() {
    let map = read("ARCHITECTURE.md");
    assert!(!map.is_empty(), "write ARCHITECTURE.md: the map of the rooms");
    let mut wrong = Vec::new();
    for room in rooms() {
        let text = read(&format!("crates/{room}/README.md"));
        if !text.starts_with(&format!("# {room}\n")) || !text.contains("**Must never:**") {
            wrong.push(format!("crates/{room}/README.md: its name, what lives here, **Must never:**"));
        }
        if !map.contains(&format!("`{room}`")) {
            wrong.push(format!("ARCHITECTURE.md does not name `{room}`"));
        }
    }
    must_be_empty(&wrong, "write what is missing");
}

#[test]
fn every_statement_is_called_from_one_place() {
    let code: String = files("crates/store/src", ".rs").iter().map(|name| production(name)).collect();
    let statements = files("crates/store/sql", ".sql");
    assert!(statements.len() > 30, "only {} statements were found: the walk is broken", statements.len());
    let forks = statements.iter().filter(|name| name.ends_with(".postgres.sql")).count();
    assert!(
        forks <= FORKS_MAX,
        "{forks} statements differ by engine: write them so that both accept one text"
    );
    let wrong: Vec<String> = statements
        .iter()
        .map(|name| name.trim_start_matches("crates/store/sql/").trim_end_matches(".sql"))
        .map(|name| (name, code.matches(&format!("sql!(\"{name}\")")).count()))
        .filter(|(_, times)| *times != 1)
        .map(|(name, times)| format!("sql/{name}.sql is called from {times} places"))
        .collect();
    must_be_empty(&wrong, "delete a statement nobody calls; give two callers one function");
}

#[test]
fn published_migrations_do_not_change() {
    let folder = root().join("crates/store/migrations");
    if !folder.join("SHA256SUMS").exists() {
        return;
    }
    let listed = read("crates/store/migrations/SHA256SUMS");
    let wrong: Vec<String> = files("crates/store/migrations", ".sql")
        .into_iter()
        .filter(|name| !listed.contains(name.rsplit('/').next().unwrap()))
        .collect();
    must_be_empty(&wrong, "add these to migrations/SHA256SUMS with sha256sum");
    let check = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(folder).output();
    let told = check.unwrap();
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success(), "write a new migration instead of changing a published one:\n{said}");
}

/// Where a thing may be named, by the beginnings of paths; everywhere else it is refused.
fn named_outside(things: &[&str], places: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in sources() {
        if name.ends_with("build.rs") || places.iter().any(|place| name.starts_with(place)) {
            continue;
        }
        let code = production(&name);
        wrong.extend(things.iter().filter(|t| code.contains(**t)).map(|t| format!("{name} names {t}")));
    }
    wrong
}

#[test]
fn drivers_are_named_only_where_statements_are_put() {
    let places = ["crates/store/src/db", "crates/sources/src/tis/mysql.rs"];
    assert!(production("crates/store/src/db.rs").contains("sqlx::"), "the driver moved: correct this test");
    must_be_empty(&named_outside(&["sqlx::"], &places), "put the statement into `store` and call that");
}

#[test]
fn a_visitor_is_made_only_where_a_session_is_read() {
    let places = ["crates/store/src/session.rs", "crates/store/src/api_token.rs"];
    let wrong = named_outside(&["Visitor::read("], &places);
    must_be_empty(&wrong, "take the visitor of the request, so that what they may do is as of now");
}

#[test]
fn only_the_command_line_prints() {
    let wrong = named_outside(&["println!(", "print!("], &["src/cli", "src/main.rs"]);
    must_be_empty(&wrong, "log with tracing, or give the text back to src/cli");
}

#[test]
fn only_the_wiring_reads_the_environment() {
    let places = ["src/config", "src/wiring.rs", "src/main.rs"];
    let wrong = named_outside(&["std::env", "env::var("], &places);
    must_be_empty(&wrong, "make it a setting in config/reval.toml and pass it in");
}

#[test]
fn nothing_is_left_for_later() {
    let later = concat!("TO", "DO");
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|name| read(name).lines().any(|line| line.contains(later) && !line.contains('#')))
        .collect();
    must_be_empty(&wrong, "do it, or open an issue and name its number");
}

#[test]
fn every_word_of_the_glossary_is_a_word_of_the_code() {
    let code: String = files("crates/domain/src", ".rs").iter().map(|n| read(n).to_lowercase()).collect();
    let glossary = read("docs/glossary.md");
    let headings: Vec<&str> = glossary.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert!(headings.len() > 15, "docs/glossary.md has only {} words", headings.len());
    let wrong: Vec<String> = headings
        .iter()
        .filter(|heading| heading.to_lowercase().split(' ').any(|word| !code.contains(word)))
        .map(ToString::to_string)
        .collect();
    must_be_empty(
        &wrong,
        "the domain does not say these; use its word, or take them out of docs/glossary.md",
    );
}

#[test]
fn no_text_points_outside_the_repository() {
    let outside = [concat!("/wo", "rk/"), concat!("../sha", "red")];
    let all = files("", "");
    assert!(all.len() > 100, "only {} files were found: the walk is broken", all.len());
    let wrong: Vec<String> =
        all.into_iter().filter(|name| outside.iter().any(|path| read(name).contains(path))).collect();
    must_be_empty(&wrong, "say it here, or cite a public source");
}
