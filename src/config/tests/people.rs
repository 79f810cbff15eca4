//! Who comes in by a provider's word, and by which login the store is opened.

use super::with;

#[test]
fn a_role_of_an_identity_provider_is_whole_or_said_to_be_wrong() {
    let entry = |lines: &str| {
        format!("[oidc]\nissuer = \"https://a.example\"\nclient_id = \"r\"\n[[oidc.role]]\n{lines}")
    };
    let (config, said) = with(&entry("value = \"g\"\nrole = \"observer\"\nbodies = \"NWL|1-1RSSQ2H\""));
    assert_eq!(said, [""; 0]);
    let trust = config.oidc.expect("a provider").trust;
    assert_eq!((trust.mappings[0].claim.as_str(), trust.mappings[0].grant.bodies.len()), ("groups", 2));
    assert!(with("[oidc]\nclient_id = \"r\"").0.oidc.is_none(), "without an issuer there is no provider");
    let cases = [
        ("value = \"g\"\nrole = \"observer\"", "needs `bodies`"),
        ("value = \"g\"\nrole = \"observer\"\nbodies = \"all\"", "needs `bodies`"),
        ("value = \"g\"\nrole = \"observer\"\nbodies = \"Atlantis\"", "names the body Atlantis"),
        ("value = \"g\"\nrole = \"auditor\"\nbodies = \"NWL\"", "auditors see no doctor"),
        ("value = \"g\"\nrole = \"root\"\nbodies = \"NWL\"", "it must be one of: observer"),
        ("role = \"observer\"\nbodies = \"NWL\"", "needs `value`"),
        ("value = \"g\"\nrole = \"observer\"\nbodis = \"NWL\"", "did you mean bodies"),
    ];
    for (lines, sentence) in cases {
        let said = with(&entry(lines)).1;
        assert!(said.iter().any(|one| one.contains(sentence)), "{sentence:?} is not in {said:?}");
    }
    for (text, sentence) in [
        ("[oidc]\nissuer = \"http://a.example\"\nclient_id = \"r\"", "oidc.issuer must begin with https://"),
        ("[oidc]\nissuer = \"https://a.example\"", "oidc.client_id must not be empty"),
    ] {
        let said = with(text).1;
        assert!(said.iter().any(|one| one.contains(sentence)), "{said:?}");
    }
}

#[test]
fn a_login_of_a_part_takes_the_place_of_the_one_of_all() {
    let of = |lines: &str| with(&format!("[store]\nurl = \"postgres://reval_job@db:5432/reval\"\n{lines}"));
    let (config, said) = of("web_user = \"reval_web\"\nweb_password_file = \"config/reval.toml\"");
    assert_eq!(said, [""; 0]);
    let urls = [&config.store.web, &config.store.send, &config.store.url].map(|url| url.reveal().to_owned());
    assert!(
        urls[0].starts_with("postgres://reval_web:%23%20") && urls[0].ends_with("@db:5432/reval"),
        "{urls:?}"
    );
    assert_eq!(urls[1..], ["postgres://reval_job@db:5432/reval"; 2]);
    for (lines, sentence) in [
        ("web_user = \"a@b\"", "store.web_user needs a store.url like postgres://"),
        ("send_password_file = \"config/reval.toml\"", "is the password of nobody"),
    ] {
        let said = of(lines).1;
        assert!(said.iter().any(|one| one.contains(sentence)), "{said:?}");
    }
    assert!(with("[store]\nweb_user = \"reval_web\"").1[0].contains("needs a store.url like postgres://"));
}
