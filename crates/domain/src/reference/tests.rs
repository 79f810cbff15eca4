//! The reference data by cases, and every mistake it can be refused for.

use jiff::civil::date;

use super::*;

fn reference() -> Reference {
    Reference::embedded().expect("the embedded reference data is right")
}

fn code(text: &str) -> BodyCode {
    BodyCode::new(text)
}

const ASKED: [&str; 13] = [
    "1-1RSG4X0",
    "1-1RSSPZ7",
    "1-1RSSQ05",
    "1-1RSSQ1B",
    "1-1RSSQ2H",
    "1-1RSSQ5L",
    "1-1RSSQ6R",
    "1-1RUZUSF",
    "1-1RUZUVB",
    "1-1RUZUYF",
    "1-1RUZV1D",
    "1-1RUZV4H",
    "1-1RUZV6H",
];

#[test]
fn thirteen_bodies_are_asked_before_and_after_the_change_of_codes() {
    let reference = reference();
    let asked =
        |day| -> Vec<&str> { reference.asked_on(day).iter().map(|body| body.code.as_str()).collect() };
    assert_eq!(asked(date(2026, 11, 25)), ASKED);
    assert_eq!(asked(date(2023, 4, 1)), ASKED);
    let old = asked(date(2023, 3, 31));
    assert_eq!((old.len(), old[0], old[12]), (13, "1-AIIDQQ", "1-AIIDWA"));
    let renamed: Vec<&str> =
        old.iter().filter_map(|old| reference.renamed(&code(old))).map(BodyCode::as_str).collect();
    assert_eq!(renamed, ASKED);
}

#[test]
fn a_code_with_two_hyphens_is_known_and_not_asked() {
    let reference = reference();
    let body = reference.body(&code("1-25U-830")).expect("NIMDTA is known");
    assert_eq!((body.abbreviation.as_str(), body.asked), ("NIMDTA", false));
    assert_eq!(reference.renamed(&body.code), None);
    assert_eq!(reference.body(&code("1-25U")), None);
}

#[test]
fn an_owner_stands_for_the_code_of_the_day() {
    let reference = reference();
    let (then, now) = (date(2023, 3, 31), date(2026, 11, 25));
    let cases = [
        ("Wessex", now, "1-1RUZUSF"),
        ("Wessex", then, "1-AIIDHJ"),
        (" wessex\u{A0}", now, "1-1RUZUSF"),
        ("Kent, Surrey\u{A0}and  Sussex", now, "1-1RUZV1D"),
        ("KENT, SURREY AND SUSSEX", now, "1-1RUZV1D"),
        ("Health Education England North West", now, "1-1RSSQ2H"),
        ("North West London", now, "1-1RUZV6H"),
        ("Northern Ireland Medical and Dental Training Agency", now, "1-25U-830"),
    ];
    for (owner, day, body) in cases {
        assert_eq!(reference.claim(owner, day), Claim::Body(code(body)), "{owner:?} on {day}");
    }
}

#[test]
fn london_stands_for_four_bodies_and_none_is_taken_first() {
    let codes = ["1-1RSSQ5L", "1-1RUZV1D", "1-1RUZV4H", "1-1RUZV6H"];
    let expected = Claim::Group { name: "London LETBs".to_owned(), bodies: codes.map(code).to_vec() };
    assert_eq!(reference().claim("london letbs ", date(2026, 11, 25)), expected);
}

#[test]
fn an_owner_nobody_knows_stays_as_written() {
    for owner in ["Office Nobody Knows", "West of England", "WESSEX LETB"] {
        let claim = reference().claim(owner, date(2026, 11, 25));
        assert_eq!(claim, Claim::Unknown(owner.to_owned()));
    }
    assert_eq!(reference().claim(" \u{A0}", date(2026, 11, 25)), Claim::Missing);
}

#[test]
fn another_letter_case_is_no_other_membership_type() {
    let military = Some("military".to_owned());
    let cases = [
        ("SUBSTANTIVE", (true, None)),
        ("Substantive", (true, None)),
        (" substantive\u{A0}", (true, None)),
        ("LAT", (true, None)),
        ("fTsTa", (true, None)),
        ("VISITOR", (true, None)),
        ("Academic", (true, None)),
        ("MILITARY", (true, military.clone())),
        ("Military ", (true, military)),
        ("HONORARY", (false, None)),
        ("", (false, None)),
    ];
    for (kind, expected) in cases {
        assert_eq!(reference().kind(kind), expected, "{kind:?}");
    }
}

#[test]
fn foundation_year_one_is_excluded_by_id_and_by_abbreviation() {
    assert_eq!(reference().excluded_grades().iter().collect::<Vec<_>>(), ["279", "F1"]);
}

fn body(code: &str, abbreviation: &str, more: &str) -> String {
    format!(
        "[[body]]\ncode = \"{code}\"\nname = \"N\"\nabbreviation = \"{abbreviation}\"\nasked = true\n{more}\n"
    )
}

fn refused(texts: Texts<'_>) -> String {
    Reference::from_texts(texts).expect_err("a mistake").to_string()
}

#[test]
fn a_mistake_in_the_bodies_is_refused_by_name() {
    let cases = [
        ([body("1", "A", ""), body("1", "B", "")], "1: this code stands twice"),
        ([body("1", "A", ""), body("2", "A", "")], "2: 1 is A at the same time"),
        (
            [body("1", "A", "valid_to = \"2023-04-01\""), body("2", "A", "valid_from = \"2023-04-01\"")],
            "2: 1 is A at the same time",
        ),
        ([body("1", "A", ""), body("2", "B", "replaces = \"3\"")], "2: `replaces` names 3, which is no code"),
        ([body("1", "A", ""), body("2", "B", "replaces = \"1\"")], "2: it does not begin after 1 has ended"),
        (
            [body("1", "A", "valid_from = \"2023-04-02\"\nvalid_to = \"2023-04-01\""), String::new()],
            "1: `valid_to` lies before",
        ),
        ([body("1", " A", ""), String::new()], "1: `abbreviation` is empty or has spaces"),
        ([body("1", "A", "valid_from = \"tomorrow\""), String::new()], "line 6: "),
        ([body("1", "A", "colour = \"red\""), String::new()], "line 6: unknown field `colour`"),
    ];
    for (bodies, sentence) in cases {
        let said = refused(Texts { bodies: &bodies.concat(), ..EMBEDDED });
        assert!(said.starts_with(&format!("config/reference/bodies.toml, {sentence}")), "{said}");
    }
}

#[test]
fn a_mistake_in_the_other_files_is_refused_by_name() {
    let owners = [
        ("name = \"X\"\nbody = \"XYZ\"", "X: no body has the abbreviation XYZ"),
        ("name = \"X\"\ngroup = \"Paris\"", "X: the group Paris is empty"),
        ("name = \"X\"", "X: it needs either `body` or `group`"),
        ("name = \"X\"\nalso = [\"x\"]\nbody = \"EM\"", "X: \"X\" stands twice"),
    ];
    for (owner, sentence) in owners {
        let said = refused(Texts { owners: &format!("[[owner]]\n{owner}"), ..EMBEDDED });
        assert!(said.starts_with(&format!("config/reference/owners.toml, {sentence}")), "{said}");
    }
    let kinds = "[[type]]\nname = \"LAT\"\n[[type]]\nname = \"Lat\"";
    let said = refused(Texts { kinds, ..EMBEDDED });
    assert_eq!(said, "config/reference/membership-types.toml, Lat: this type stands twice");
    let grades = "[[grade]]\nid = \"279\"\nabbreviation = \"279\"\nname = \"F1\"";
    let said = refused(Texts { grades, ..EMBEDDED });
    assert_eq!(said, "config/reference/excluded-grades.toml, F1: its id or abbreviation stands twice");
}
