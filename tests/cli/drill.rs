//! Facts of `reval drill`: a rehearsal touches nothing of the place where it is played.

use super::Home;

#[test]
fn a_drill_touches_neither_the_place_it_is_played_in_nor_the_store_that_is_set_there() {
    let home = Home::new();
    let mut drill = home.program(&["drill", "S05"]);
    drill.env("REVAL__STORE__URL", format!("sqlite://{}", home.path("real.db").display()));
    let played = drill.output().unwrap();
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stdout));
    let left: Vec<_> =
        std::fs::read_dir(home.path(".")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_bad_night_is_rehearsed_with_settings_of_one_s_own() {
    let home = Home::new();
    // A brake that keeps nothing back lets the short list through, and the rehearsal says so before the night does.
    let open = "[brake]\nremoved_percent = 100\nchanged_percent = 100\nmedian_percent = 1\n";
    let rehearsed = home.with_config(open, &["drill", "S11"]);
    assert!(rehearsed.code != Some(0), "{} {}", rehearsed.out, rehearsed.err);
    home.with_config("[brake]\nremoved_percent = \"x\"\n", &["drill", "S11"]).must(10, "removed_percent");
}
