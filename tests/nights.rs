//! Whole nights that went wrong, played by the real program on both stores.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use drill::{Place, SCENARIOS, play};

/// Plays a drill on every engine of this machine; each fact must hold.
async fn holds(name: &str) {
    for engine in testkit::engines() {
        let scratch = testkit::scratch(engine).await;
        let place = Place {
            store_url: Some(scratch.url.clone()),
            program: env!("CARGO_BIN_EXE_reval").into(),
            doctors: 0,
        };
        let facts = play(name, &place).await.unwrap();
        assert!(facts.hold(), "{name} on {engine:?}:\n{}", facts.broken());
    }
}

macro_rules! nights {
    ($($fact:ident: $name:literal,)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $fact() {
            holds($name).await;
        })*

        #[test]
        fn every_drill_is_played_here() {
            let played = [$($name),*];
            let missing: Vec<&str> =
                SCENARIOS.iter().map(|scenario| scenario.name).filter(|name| !played.contains(name)).collect();
            assert!(missing.is_empty(), "name these in tests/nights.rs: {missing:?}");
        }
    };
}

nights! {
    s00_november_2020_is_told_before_anybody_misses_it: "S00",
    s01_three_frozen_nights_are_missed_and_one_run_catches_up: "S01",
    s02_empty_lists_in_no_time_are_suspect: "S02",
    s03_tis_alone_on_old_lists_says_so: "S03",
    s04_an_override_ends_by_itself_and_two_jobs_of_one_name_are_refused: "S04",
    s05_killed_as_it_began_the_night_is_one_run_of_two_attempts: "S05",
    s06_killed_half_way_the_night_ends_as_an_undisturbed_one: "S06",
    s07_readers_see_each_list_move_once_and_whole: "S07",
    s08_an_edge_that_refuses_is_told_in_daylight: "S08",
    s09_one_refused_body_leaves_twelve_fresh: "S09",
    s11_a_short_list_waits_for_two_people: "S11",
    s14_bad_records_lose_no_doctor: "S14",
    s16_a_letter_case_hides_nobody_and_a_strange_type_is_marked: "S16",
    s18_a_rebuild_takes_nothing_away: "S18",
    s22_what_others_connect_is_counted_and_shown: "S22",
    s23_a_lost_reply_is_confirmed_by_a_person_and_never_sent_twice: "S23",
    s24_three_doubts_stop_the_queue_and_each_is_settled_once: "S24",
    s25_a_big_night_fits_into_small_memory: "S25",
    s27_with_the_channels_dead_nothing_is_lost: "S27",
    s28_who_is_told_follows_from_the_policy: "S28",
    s29_the_clocks_change_and_each_job_runs_once_a_day: "S29",
    s30_a_pause_ends_by_itself_and_hides_no_old_list: "S30",
    s31_a_new_program_begins_nothing_before_it_has_proved_itself: "S31",
    s34_whoever_can_show_the_last_good_list_is_ready: "S34",
    s35_whoever_types_what_the_alert_says_ends_it: "S35",
    sleepers_with_the_right_to_send_say_nothing_twice: "SLEEPERS",
    deaths_at_every_point_of_a_recommendations_way_send_nothing_twice: "DEATHS",
    s36_twenty_one_nights_hide_nothing_and_lose_nothing: "S36",
    kills_at_every_named_step_leave_no_trace: "KILLS",
}
