//! The settings by cases: the defaults hold, and each mistake is said with its place and a sentence.

mod people;

use super::layers::Layers;
use super::*;

fn reference() -> Reference {
    Reference::embedded().expect("the reference data is right")
}

fn with(text: &str) -> (Config, Vec<String>) {
    let folder = std::env::temp_dir().join(format!("reval-config-{}-{}", std::process::id(), digest(text)));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("my.toml");
    std::fs::write(&path, text).expect("a file");
    let reader = Reader::new(Layers::read(Some(&path), std::iter::empty()));
    let config = Config::read(&reader, &reference());
    std::fs::remove_dir_all(&folder).expect("a folder to remove");
    let shorten = |problem: Problem| {
        problem.to_string().replace(&folder.display().to_string(), "").replace("/my.toml, ", "")
    };
    (config, reader.problems().into_iter().map(shorten).collect())
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_defaults_are_whole_and_every_one_is_asked_for() {
    let reader = Reader::new(Layers::read(None, std::iter::empty()));
    let config = Config::read(&reader, &reference());
    assert_eq!(reader.problems(), []);
    let asked = reader.asked();
    // Showing the values asks for each once; a section that reads it asks again.
    let unread: Vec<&String> =
        reader.keys().iter().filter(|key| asked.iter().filter(|other| other == key).count() < 2).collect();
    assert!(unread.is_empty(), "no section reads these: {unread:?}");
    assert_eq!(config.brake.limits, domain::brake::Limits::default());
    assert_eq!(config.freshness, Promise::default());
    assert_eq!(config.gmc.caps.bytes, sources::gmc::Caps::default().bytes);
    assert_eq!(config.shown[0].key, "site.environment");
}

#[test]
fn a_mistake_is_said_with_its_line_and_a_sentence() {
    let cases = [
        (
            "[freshness]\namber = \"26\"",
            "line 2: freshness.amber is \"26\"; a duration is a whole number and a unit",
        ),
        ("[freshness]\nred = \"1h\"", "line 2: freshness.red must be longer than freshness.amber"),
        ("[site]\ncolour = \"mauve\"", "line 2: site.colour is \"mauve\"; it must be one of: white, grey"),
        ("[site]\nproduction = \"yes\"", "line 2: site.production must be \"on\" or \"off\""),
        ("[site]\npublic_url = \"reval.example\"", "line 2: site.public_url must begin with http"),
        ("[web]\nlisten = \"0.0.0.0:8080\"", "line 2: web.listen would send passwords over the network"),
        ("[web]\nproxies = \"10.0.0.0/8\"", "line 2: web.proxies is \"10.0.0.0/8\"; it must be addresses"),
        ("[web]\ncaller_per_minute = 3", "line 2: web.caller_per_minute"),
        ("[web]\nlisten = \"8080\"", "line 2: web.listen is \"8080\"; it must be an address and a port"),
        ("[store]\nurl = \"mysql://x\"", "line 2: store.url must begin with sqlite:// or postgres://"),
        ("[store]\nurl = \"postgres://a:b@c/d\"", "line 2: store.url holds a password"),
        ("[gmc]\nattempts = \"3\"", "line 2: gmc.attempts must be a whole number from 1 to 10"),
        ("[gmc]\nattempts = 3.5", "line 2: gmc.attempts must be a whole number"),
        (
            "[gmc]\npassword_file = \"/nowhere/at/all\"",
            "line 2: gmc.password_file names /nowhere/at/all, which cannot",
        ),
        ("[tis]\nzone = \"London\"", "line 2: tis.zone is \"London\", which is no time zone"),
        (
            "[tis]\nsource = \"files\"",
            "line 2: tis.source is \"files\"; it must be one of: extracts, database",
        ),
        ("[tis]\nextracts = \"\"", "line 2: tis.extracts must name the folder with the extracts"),
        (
            "[tis]\nurl = \"mysql://reval@tis.example/tcs\"",
            "line 2: tis.url is set, but tis.source is \"extracts\"",
        ),
        ("[tis]\nsource = \"database\"", "default: tis.url must say where the database is"),
        (
            "[tis]\nsource = \"database\"\nurl = \"mysql://reval:secret@tis.example/tcs\"",
            "line 3: tis.url holds a password; put it into a file and name that in tis.password_file",
        ),
        (
            "[tis]\nsource = \"database\"\nurl = \"postgres://reval@tis.example/tcs\"",
            "line 3: tis.url must have the form mysql://USER@HOST:PORT/DATABASE",
        ),
        (
            "[tis]\nsource = \"database\"\nurl = \"mysql://reval@localhost/tcs\"\nca_file = \"ca.pem\"",
            "line 4: tis.ca_file is set, but tis.url is this machine itself",
        ),
        (
            "[tis]\nsource = \"database\"\nurl = \"mysql://reval@tis.example/tcs\"\nlock_timeout = \"5m\"",
            "line 4: tis.lock_timeout must be shorter than tis.read_timeout",
        ),
        ("[tis]\nconnect_timeout = \"1500ms\"", "line 2: tis.connect_timeout must be whole seconds"),
        ("[holds]\nkeep_days = 400", "line 2: holds.keep_days must be a whole number from 1 to 90"),
        (
            "[sandbox]\nclock_file = \"now\"",
            "line 2: sandbox.clock_file is honoured only where site.environment",
        ),
        (
            "[site]\nenvironment = \"sandbox\"\n[sandbox]\nkill_at = \"x\"",
            "line 4: sandbox.kill_at must be LIST/STEP",
        ),
        ("[brake]\noverride = 3", "line 2: brake.override must be written as entries"),
    ];
    for (text, sentence) in cases {
        let (_, said) = with(text);
        assert_eq!(said.len(), 1, "{text}: {said:?}");
        assert!(said[0].starts_with(sentence), "{said:?}");
    }
}

#[test]
fn a_database_of_tis_is_named_without_its_password() {
    let text = "[tis]\nsource = \"database\"\nurl = \"mysql://reval@tis.example:3307/tcs\"";
    let (config, said) = with(text);
    assert_eq!(said, [""; 0]);
    let sync::tis::TisPlace::Database(database) = &config.tis.place else { panic!("a database") };
    assert_eq!(database.address.to_string(), "mysql://reval@tis.example:3307/tcs");
    assert_eq!(database.lock_timeout, std::time::Duration::from_secs(30));
    let (config, _) = with("[tis]\nurl = \"mysql://reval:secret@tis.example/tcs\"");
    let shown = config.shown.iter().find(|shown| shown.key == "tis.url");
    assert_eq!(shown.map(|shown| shown.value.as_str()), Some("\"mysql://reval:…@tis.example/tcs\""));
}

#[test]
fn production_asks_over_https_with_a_password() {
    let (_, said) = with("[site]\nproduction = \"on\"\n[gmc]\nurl = \"http://gmc.example/x\"");
    assert!(said[0].starts_with("line 4: gmc.url must begin with https:// in production"), "{said:?}");
    assert!(said[1].starts_with("default: gmc.password_file must name the file"), "{said:?}");
    let (_, said) = with("[site]\nproduction = \"on\"");
    assert_eq!(said, [""; 0], "the simulator may stand in for the GMC when harm is rehearsed");
}

const PLANNED: &str = "[[brake.override]]\nfrom = \"2026-08-05T00:00:00Z\"\nuntil = 2026-08-07T00:00:00Z\n\
                       owner = \"A. Sample\"\nreason = \"rotation\"\nchanged_percent = 60\n";

#[test]
fn a_planned_exception_raises_only_what_it_names() {
    let (config, said) = with(&format!("{PLANNED}list = \"1-1RSSQ2H\"\n"));
    assert_eq!(said, [""; 0]);
    let at = "2026-08-06T01:00:00Z".parse().expect("an instant");
    let (limits, planned) = config.brake.in_force("1-1RSSQ2H", at);
    assert_eq!((limits.changed_percent, limits.removed_percent), (60, 2));
    assert_eq!(planned.map(|planned| planned.owner.as_str()), Some("A. Sample"));
    assert!(config.brake.in_force("1-1RSG4X0", at).1.is_none());
}

#[test]
fn an_exception_that_is_not_planned_is_refused() {
    let cases = [
        ("owner = \"A. Sample\"\n", "", "brake.override needs `owner`"),
        ("reason = \"rotation\"\n", "", "brake.override needs `reason`"),
        ("until = 2026-08-07T00:00:00Z\n", "", "brake.override needs `until`"),
        ("08-07", "08-20", "brake.override lasts longer than 14 days"),
        ("08-07", "08-04", "brake.override ends before it begins"),
        ("until = 2026-08-07T00:00:00Z", "until = 2026-08-07", "brake.override has `until` \"2026-08-07\""),
        ("changed_percent = 60\n", "", "brake.override changes no limit"),
        (
            "changed_percent",
            "changed_precent",
            "brake.override has no changed_precent; did you mean changed_percent?",
        ),
        (
            "changed_percent = 60",
            "changed_percent = 600",
            "brake.override has changed_percent, which must be",
        ),
        ("owner =", "list = \"1-X\"\nowner =", "brake.override names the list 1-X, which is neither"),
    ];
    for (old, new, sentence) in cases {
        let (_, said) = with(&PLANNED.replace(old, new));
        assert!(said.iter().any(|said| said.contains(sentence)), "{sentence}: {said:?}");
    }
}

#[test]
fn the_hash_follows_the_values_and_no_secret() {
    let hash = |text| with(text).0.hash();
    assert_eq!(hash("").len(), 12);
    assert_eq!(hash(""), hash("[freshness]\namber = \"26h\""));
    assert_ne!(hash(""), hash("[freshness]\namber = \"27h\""));
    assert_eq!(hash("[store]\nurl = \"postgres://a:b@c/d\""), hash("[store]\nurl = \"postgres://a:x@c/d\""));
}

#[test]
fn the_jobs_of_the_house_are_declared() {
    let (config, said) = with("# nothing differs\n");
    assert_eq!(said, [""; 0]);
    let names: Vec<&str> = config.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["gmc-sync", "tis-enrich", "reconcile", "canary", "outcomes"]);
    assert!(
        config.jobs[0].is_called("gmc-sync-prod") && config.jobs[1].is_called("intrepid-reval-etl-all-prod")
    );
    assert!(config.is_scheduling);
}

#[test]
fn a_file_changes_single_values_of_a_job() {
    let (config, said) =
        with("[[job]]\nname = \"gmc-sync\"\nschedule = \"30 1 * * *\"\nstart_deadline = \"10m\"");
    assert_eq!(said, [""; 0]);
    assert_eq!(config.jobs.len(), 5, "the other jobs are still there");
    assert_eq!(config.jobs[0].start_deadline.to_string(), "within 10 minutes");
    assert_eq!(config.jobs[0].owner, "the revalidation team");
}

#[test]
fn a_job_that_lacks_what_a_night_is_judged_by_is_refused_by_line_and_reason() {
    let job = |text: &str| format!("[[job]]\nname = \"gmc-sync\"\n{text}");
    let cases = [
        ("owner = \"\"", "line 3: job gmc-sync needs `owner`"),
        ("start_deadline = \"\"", "line 3: job gmc-sync needs `start_deadline`"),
        (
            "finish_deadline = \"soon\"",
            "line 3: job gmc-sync has a finish_deadline: \"soon\" is neither a time",
        ),
        ("finish_deadline = \"00:07\"", "line 3: job gmc-sync has a finish_deadline that comes before"),
        ("floor_duration = \"\"", "line 3: job gmc-sync needs `floor_duration`"),
        ("floor_records = \"many\"", "line 3: job gmc-sync needs `floor_records`"),
        ("on_failed = \"\"", "line 3: job gmc-sync needs `on_failed`"),
        ("on_failed = \"shout\"", "line 3: job gmc-sync has on_failed \"shout\"; it must be one of: notice"),
        ("schedule = \"5 0 * *\"", "line 3: job gmc-sync has a schedule: \"5 0 * *\" is no cron pattern"),
        ("schedule = \"0 0 30 2 *\"", "names a time that never comes"),
        ("zone = \"London\"", "line 3: job gmc-sync has the zone \"London\", which is no time zone"),
        ("gap = \"jump\"", "line 3: job gmc-sync has gap \"jump\"; it must be one of: next, skip"),
        ("attempts = 99", "line 3: job gmc-sync has attempts, which must be a whole number from 1 to 10"),
        ("catch_up = \"long\"", "line 3: job gmc-sync has catch_up \"long\""),
        ("after = \"tis-enrich\"", "line 3: job gmc-sync needs `schedule` or `after`, and not both"),
        ("ownr = \"x\"", "line 3: job gmc-sync has no ownr; did you mean owner?"),
    ];
    for (text, sentence) in cases {
        let (_, said) = with(&job(text));
        assert!(said.iter().any(|said| said.contains(sentence)), "{text}: {said:?}");
    }
    let (_, said) = with("[[job]]\nname = \"intrepid-reval-etl\"");
    assert!(said[0].contains("line 2: job intrepid-reval-etl is none that this program can do"), "{said:?}");
    let (_, said) = with("[[job]]\nname = \"tis-enrich\"\nalias = \"gmc-sync\"");
    assert!(said[0].contains("has a name or an alias that another job has"), "{said:?}");
}

#[test]
fn channels_and_policies_are_read_whole() {
    let file = std::env::temp_dir().join(format!("reval-url-{}", std::process::id()));
    std::fs::write(&file, "https://hooks.slack.example/services/T/B/secret\n").expect("a file");
    let text = format!(
        "[[channel]]\nname = \"chat\"\nkind = \"slack\"\nurl_file = {file:?}\n\
         [[channel]]\nname = \"mail\"\nkind = \"mail\"\nhost = \"relay.example\"\nfrom = \"Reval <r@t.example>\"\n\
         to = \"a@t.example | b@t.example\"\n\
         [[channel]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"https://h.example/secret?token=1\"\nsecret_file = {file:?}\n"
    );
    let (config, said) = with(&text);
    assert_eq!(said, [""; 0]);
    let kinds: Vec<&str> = config.alerting.channels.iter().map(watch::channel::Channel::kind).collect();
    assert_eq!(kinds, ["slack", "mail", "webhook"]);
    let more = format!(
        "[[channel]]\nname = \"t\"\nkind = \"teams\"\nurl_file = {file:?}\n\
         [[channel]]\nname = \"p\"\nkind = \"pagerduty\"\nkey_file = {file:?}\n\
         [[channel]]\nname = \"n\"\nkind = \"notify\"\nkey_file = {file:?}\ntemplate = \"x\"\nto = \"a@t.example\"\n"
    );
    let (more, said) = with(&more);
    assert_eq!(said, [""; 0]);
    let kinds: Vec<&str> = more.alerting.channels.iter().map(watch::channel::Channel::kind).collect();
    assert_eq!(kinds, ["teams", "pagerduty", "notify"]);
    let watch::channel::Way::Mail(mail) = &config.alerting.channels[1].way else { panic!("mail") };
    assert_eq!((mail.port, mail.to.len()), (587, 2));
    let policy = &config.alerting.policies.all[0];
    assert_eq!(
        (policy.first.as_str(), policy.second.as_deref()),
        ("chat", Some("mail")),
        "the first two declared"
    );
    let shown = config.shown.iter().find(|shown| shown.key == "channel hook: url");
    assert_eq!(
        shown.map(|shown| shown.value.as_str()),
        Some("\"https://h.example/…\""),
        "no secret is shown"
    );
    let policies = "[[alert_policy]]\nname = \"nights\"\nseverities = \"page\"\nkinds = \"MISSED | HELD\"\nfirst = \"mail\"\n\
         [[alert_policy]]\nname = \"rest\"\nfirst = \"chat\"\nsecond = \"hook\"\nsecond_after = \"2m\"\n\
         people = \"first on call | second on call\"\nescalate_after = \"1h\"\nlouder_in_a_row = 0\ntell_ratio = \"3 of 7\"\n";
    let (config, said) = with(&format!("{text}{policies}"));
    assert_eq!(said, [""; 0]);
    assert_eq!(config.alerting.policies.all[0].kinds.len(), 2);
    let rest = &config.alerting.policies.all[1];
    assert_eq!(
        (rest.person(0), rest.person(1), rest.louder_in_a_row),
        (Some("first on call"), Some("second on call"), None)
    );
    assert_eq!((rest.tell, rest.escalate_after.len()), (watch::policy::Tell::Ratio { bad: 3, of: 7 }, 1));
    assert_eq!(config.alerting.policies.least_wait(), Some(jiff::SignedDuration::from_mins(2)));
    std::fs::remove_file(&file).expect("a file to remove");
}

#[test]
fn a_channel_that_would_not_work_is_refused_with_its_line() {
    let mail = "[[channel]]\nname = \"m\"\nkind = \"mail\"\nhost = \"r\"\nfrom = \"a@b.example\"\nto = \"c@d.example\"\n";
    let cases = [
        ("[[channel]]\nkind = \"slack\"".to_owned(), "line 1: channel needs `name`"),
        (
            "[[channel]]\nname = \"a b\"\nkind = \"slack\"\nurl = \"x\"".to_owned(),
            "line 2: channel a b must be called by",
        ),
        (
            "[[channel]]\nname = \"c\"\nkind = \"fax\"".to_owned(),
            "line 3: channel c has kind \"fax\"; it must be one of: slack, teams, pagerduty, webhook, mail, notify",
        ),
        (
            "[[channel]]\nname = \"c\"\nkind = \"slack\"\nurl = \"https://h\"".to_owned(),
            "line 4: channel c has `url`; whoever knows",
        ),
        (
            "[[channel]]\nname = \"c\"\nkind = \"slack\"\nurl_file = \"/nowhere\"".to_owned(),
            "line 4: channel c names in url_file the file /nowhere, which cannot",
        ),
        (
            "[[channel]]\nname = \"c\"\nkind = \"webhook\"\nurl = \"https://h\"".to_owned(),
            "line 1: channel c needs `secret_file`",
        ),
        (format!("{mail}hots = \"r\""), "line 7: channel m has no hots; did you mean host?"),
        (
            format!("{mail}security = \"none\""),
            "line 7: channel m has security \"none\", which is only for a relay next door",
        ),
        (format!("{mail}user = \"u\""), "line 7: channel m needs `user` and `password_file` together"),
        (
            mail.replace("c@d.example", "c at d"),
            "line 6: channel m has to \"c at d\", which is no mail address",
        ),
        (format!("{mail}{mail}"), "line 8: channel m has a name that another channel has"),
        (
            format!("{mail}[[alert_policy]]\nname = \"p\"\nfirst = \"chat\""),
            "line 9: alert_policy p names the channel \"chat\", which is not declared; there are m",
        ),
        (
            format!("{mail}[[alert_policy]]\nname = \"p\"\nfirst = \"m\"\nsecond = \"m\""),
            "line 10: alert_policy p has the same channel",
        ),
        (
            format!("{mail}[[alert_policy]]\nname = \"p\"\nfirst = \"m\"\nkinds = \"HELD\""),
            "line 8: alert_policy p is the last one, so it must be about everything",
        ),
        (
            format!("{mail}[[alert_policy]]\nname = \"p\"\nfirst = \"m\"\njobs = \"gmc\""),
            "line 10: alert_policy p names the job \"gmc\"",
        ),
    ];
    for (text, sentence) in cases {
        let (_, said) = with(&text);
        assert!(said.iter().any(|one| one.starts_with(sentence)), "{sentence:?} is not in {said:?}");
    }
    for (url, allow, sentence) in [
        ("http://h.example/x", "false", "has an address of http"),
        ("ftp://h.example/x", "true", "must begin with https://"),
        ("https://u:p@h.example/x", "false", "with a name or password in it"),
    ] {
        let text = format!(
            "[[channel]]\nname = \"c\"\nkind = \"webhook\"\nallow_private = {allow}\nurl = {url:?}\nsecret_file = \"config/reval.toml\""
        );
        let (_, said) = with(&text);
        assert!(said.len() == 1 && said[0].contains(sentence), "{said:?}");
    }
}
