//! Facts of `reval compare`: what GMC Connect's own export and our list have in common, by the real program.

use std::os::unix::fs::PermissionsExt;

use super::{Home, Running, sandbox, with};

fn published(home: &Home) -> (std::path::PathBuf, Running) {
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(home, &gmc.first);
    home.run(&with(&config, &["run", "gmc-sync", "--body", "NWL"]));
    (config, gmc)
}

fn approved(home: &Home, config: &std::path::Path) {
    let holds = home.run(&with(config, &["holds", "--json"]));
    let holds: serde_json::Value = serde_json::from_str(&holds.out).unwrap();
    let (id, doctors) = (holds[0]["id"].as_str().unwrap(), holds[0]["doctors"].to_string());
    let approve = home.run(&with(config, &["approve", id, "--count", &doctors, "--reason", "first"]));
    assert_eq!(approve.code, Some(0), "{}", approve.err);
}

#[test]
fn an_export_that_says_the_same_ends_with_0_and_any_other_with_32() {
    let home = Home::new();
    let (config, _gmc) = published(&home);
    let export = |text: &str| std::fs::write(home.path("export.csv"), text).unwrap();
    let compare = |more: &[&str]| {
        home.run(&with(&config, &[&["compare", "NWL", "--export", "export.csv"], more].concat()))
    };
    export("List of doctors\nGMC No,Under notice\n9999999,No\n");
    compare(&[]).must(12, "Nothing was published of this body yet");
    approved(&home, &config);

    let said = compare(&["--json"]);
    assert_eq!(said.code, Some(32), "{}", said.err);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&report["there"], &report["here"], &report["both"]), (&1.into(), &5.into(), &0.into()));
    assert_eq!(report["only_there"], serde_json::json!(["9999999"]));
    let ours: Vec<&str> =
        report["only_here"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();

    export(&format!("GMC number\n{}\n", ours.join("\n")));
    let said = compare(&[]);
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    assert!(
        said.out.contains("the export names 5 doctors, we show 5, as of 2026-11-25 00:05:00 UTC"),
        "{}",
        said.out
    );

    export(&format!("GMC number,Under notice\n{},=perhaps()\nUNKNOWN,No\n", ours.join(",\n")));
    let said = compare(&["--csv", "out.csv"]);
    assert_eq!(said.code, Some(32), "{}", said.err);
    assert!(
        said.out.contains("row 7 of the export was set aside: it has no GMC number of seven digits"),
        "{}",
        said.out
    );
    let rows = std::fs::read_to_string(home.path("out.csv")).unwrap();
    assert!(rows.contains(",under_notice,'=perhaps(),"), "{rows}");
    let mode = std::fs::metadata(home.path("out.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it names doctors");
    compare(&["--csv", "out.csv"]).must(20, "out.csv cannot be written");
}

#[test]
fn a_file_that_is_no_export_is_refused_with_a_sentence() {
    let home = Home::new();
    home.run(&["compare", "NWL", "--export", "absent.csv"]).must(12, "absent.csv cannot be opened");
    std::fs::write(home.path("export.csv"), "Name\nA\n").unwrap();
    let said = home.run(&["compare", "NWL", "--export", "export.csv"]);
    said.must(10, "Map your columns in [gmc_connect]");
    home.run(&["compare", "TIS", "--export", "export.csv"]).must(10, "TIS is no designated body");
    home.with_config("[gmc_connect]\ngmc_number = \"\"\n", &["holds"])
        .must(10, "my.toml, line 2: gmc_connect.gmc_number");
}
