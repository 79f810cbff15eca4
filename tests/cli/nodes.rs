//! Nodes from outside: what they have, what they can begin, and settings that place a job nowhere.

use super::schedule::until;
use super::{Home, Running, sandbox, with};

#[test]
fn settings_that_place_a_job_nowhere_are_refused_and_a_node_shows_what_it_can_begin() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = std::fs::read_to_string(&config).unwrap();
    let placed = "\n[[job]]\nname = \"gmc-sync\"\nlabels = \"gmc big\"\n";
    std::fs::write(&config, format!("{usual}{placed}")).unwrap();
    home.run(&with(&config, &["serve"]))
        .must(10, "job gmc-sync needs a node with big and gmc, and none that is known has that");
    home.run(&with(&config, &["run", "gmc-sync"])).must(13, "lacks big and gmc");
    std::fs::write(&config, format!("{usual}[node]\nlabels = \"a,b\"\n")).unwrap();
    home.run(&with(&config, &["nodes"])).must(10, "node.labels has \"a,b\" is no label");

    std::fs::write(&config, format!("{usual}[node]\nname = \"a\"\nlabels = \"gmc big\"\n{placed}")).unwrap();
    assert!(home.run(&with(&config, &["nodes"])).out.starts_with("no node has ever kept the schedule here"));
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    let nodes = || -> serde_json::Value {
        let said = home.run(&with(&config, &["nodes", "--json"]));
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
    };
    until("the node has tried to start something", || nodes()[0]["launch"] == "works");
    let node = nodes()[0].clone();
    assert_eq!(node["labels"], serde_json::json!(["big", "gmc", "node=a"]));
    assert_eq!(
        node["begins"],
        serde_json::json!(["gmc-sync", "tis-enrich", "reconcile", "canary", "outcomes"])
    );
    let elsewhere = ["override", "add", "labels", "gmc-sync", "node=b", "--until", "2h", "--reason", "x"];
    home.run(&with(&config, &elsewhere)).must(10, "no node could begin gmc-sync then: a lacks node=b");
    assert_eq!(serve.end(), Some(0));
}
