//! Turns of a living sender.

use domain::sending::{Standing, Wish};
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use sync::sending::Turn;
use testkit::engines;

use super::house::{House, nobody};

#[tokio::test]
async fn a_wish_is_sent_once_with_its_own_id_and_the_gmcs_words_are_kept() {
    for engine in engines() {
        let house = House::new(engine).await;
        let doctor = house.doctor("No");
        house.wish("i-1", Wish::Connect, &doctor).await;
        let sender = house.sender("node-a", nobody());
        let sent = Turn::Sent { id: "i-1".into(), standing: Standing::Accepted };
        assert_eq!(sender.send_next().await.unwrap(), sent, "{engine:?}");
        assert_eq!(sender.send_next().await.unwrap(), Turn::Idle, "{engine:?}");
        let row = house.row("i-1").await;
        assert_eq!((row.code.as_deref(), row.is_already), (Some("0"), false), "{engine:?}");
        assert!(row.gmc_request_id.unwrap().starts_with("SIM-"), "{engine:?}");
        let calls = house.simulator.journal();
        assert_eq!(calls.len(), 1, "{engine:?}");
        assert_eq!(calls[0].client_request_id, "i-1", "{engine:?}");
    }
}

#[tokio::test]
async fn what_was_so_already_says_so_once_the_list_read_anew_shows_it() {
    for engine in engines() {
        let house = House::new(engine).await;
        let doctor = house.doctor("No");
        house.simulator.edit(|register| register.move_to(doctor.as_str(), Some(super::house::OTHER)));
        for (id, wish, code) in [("i-1", Wish::Connect, "100"), ("i-2", Wish::Disconnect, "140")] {
            house.wish(id, wish, &doctor).await;
            house.sender("node-a", nobody()).send_next().await.unwrap();
            let row = house.row(id).await;
            assert_eq!((row.standing, row.is_already), (Standing::Accepted, true), "{engine:?}");
            assert_eq!(row.code.as_deref(), Some(code), "{engine:?}");
            assert!(
                row.awaits_list() && row.sentence.contains("read anew before"),
                "{engine:?}: {}",
                row.sentence
            );
        }
        house.simulator.set_faults(vec![Rule::everywhere(Fault::Code("98".into()))]);
        let sender = house.sender("node-a", nobody());
        assert_eq!(sender.look().await.unwrap(), 0, "{engine:?}: no whole list, nothing is said");
        assert!(house.row("i-1").await.awaits_list(), "{engine:?}");
        house.simulator.set_faults(Vec::new());
        house.clock.advance(SignedDuration::from_secs(60));
        assert_eq!(sender.look().await.unwrap(), 2, "{engine:?}");
        for id in ["i-1", "i-2"] {
            let row = house.row(id).await;
            assert_eq!(row.sentence, "it was so already: the GMC's list, read anew, shows it", "{engine:?}");
            assert!(!row.awaits_list(), "{engine:?}");
        }
    }
}

#[tokio::test]
async fn what_the_list_never_shows_is_for_a_person() {
    for engine in engines() {
        let house = House::new(engine).await;
        let doctor = house.doctor("No");
        house.wish("i-1", Wish::Connect, &doctor).await;
        house.simulator.set_faults(vec![Rule::everywhere(Fault::Code("100".into())).of("TryAddDoctor")]);
        let sender = house.sender("node-a", nobody());
        sender.send_next().await.unwrap();
        for _ in 0..30 {
            assert_eq!(sender.look().await.unwrap(), 0, "{engine:?}");
            assert!(house.row("i-1").await.awaits_list(), "{engine:?}");
            house.clock.advance(SignedDuration::from_hours(1));
        }
        assert_eq!(sender.look().await.unwrap(), 0, "{engine:?}");
        let row = house.row("i-1").await;
        assert!(!row.awaits_list() && row.sentence.ends_with("ask the GMC"), "{engine:?}: {}", row.sentence);
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_frees_the_doctor() {
    for engine in engines() {
        let house = House::new(engine).await;
        let doctor = house.doctor("No");
        house.wish("i-1", Wish::Recommend, &doctor).await;
        house.sender("node-a", nobody()).send_next().await.unwrap();
        let row = house.row("i-1").await;
        assert_eq!((row.standing, row.code.as_deref()), (Standing::Rejected, Some("92")), "{engine:?}");
        assert!(row.sentence.contains("not under notice"), "{engine:?}: {}", row.sentence);
        house.wish("i-2", Wish::Recommend, &doctor).await;
    }
}

#[tokio::test]
async fn refused_credentials_stop_every_call_after_one() {
    for engine in engines() {
        let house = House::new(engine).await;
        house.wish("i-1", Wish::Connect, &house.doctor("No")).await;
        house.wish("i-2", Wish::Recommend, &house.doctor("Yes")).await;
        let refusing = Rule::everywhere(Fault::Code("99".into())).of("TryAddDoctor");
        house.simulator.set_faults(vec![refusing]);
        let sender = house.sender("node-a", nobody());
        let back = Turn::Sent { id: "i-1".into(), standing: Standing::Queued };
        assert_eq!(sender.send_next().await.unwrap(), back, "{engine:?}");
        for _ in 0..3 {
            assert_eq!(sender.send_next().await.unwrap(), Turn::Refused, "{engine:?}");
        }
        // Another process, and one that is started anew, know of it.
        let anew = house.sender("node-b", nobody());
        assert_eq!(anew.send_next().await.unwrap(), Turn::Refused, "{engine:?}");
        assert_eq!(house.simulator.journal().len(), 1, "{engine:?}");
        assert_eq!(house.row("i-1").await.sends, 0, "{engine:?}: it was not carried out");
        house.clock.advance(SignedDuration::from_hours(1));
        house.simulator.set_faults(Vec::new());
        house.a_list_comes_whole().await;
        for _ in 0..2 {
            let sent = anew.send_next().await.unwrap();
            let well = matches!(sent, Turn::Sent { standing: Standing::Accepted, .. });
            assert!(well, "{engine:?}: once a list has come whole, {sent:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_not_known_is_proven_by_the_list() {
    for engine in engines() {
        let house = House::new(engine).await;
        let (moved, stays) = (house.doctor("No"), house.doctor("Yes"));
        house.wish("i-1", Wish::Connect, &moved).await;
        house.wish("i-2", Wish::Connect, &stays).await;
        let lost = |fault, call| Rule {
            from_call: call,
            to_call: Some(call),
            ..Rule::everywhere(fault).of("TryAddDoctor")
        };
        house.simulator.set_faults(vec![lost(Fault::LostReply, 1), lost(Fault::Page, 2)]);
        let sender = house.sender("node-a", nobody());
        sender.send_next().await.unwrap();
        sender.send_next().await.unwrap();
        assert_eq!(sender.look().await.unwrap(), 0, "{engine:?}: half a minute has to pass");
        house.clock.advance(SignedDuration::from_secs(31));
        assert_eq!(sender.look().await.unwrap(), 1, "{engine:?}");
        assert_eq!(house.standing("i-1").await, Standing::Accepted, "{engine:?}");
        let row = house.row("i-2").await;
        assert_eq!(
            (row.standing, row.looks),
            (Standing::Unknown, 1),
            "{engine:?}: never sent again by itself"
        );
    }
}

#[tokio::test]
async fn two_nodes_send_each_wish_once() {
    for engine in engines() {
        let house = House::new(engine).await;
        let listed: Vec<_> = house.world.list(super::house::HOME, 0).unwrap().take(12).collect();
        for (n, doctor) in listed.iter().enumerate() {
            let number = doctor.gmc_reference_number.as_deref().unwrap();
            let number = domain::ids::GmcNumber::parse(number).unwrap();
            house.wish(&format!("i-{n}"), Wish::Connect, &number).await;
        }
        let nodes = ["node-a", "node-b"].map(|node| {
            let sender = house.sender(node, nobody());
            tokio::spawn(async move {
                loop {
                    match sender.send_next().await.unwrap() {
                        Turn::Idle => break,
                        Turn::Sent { .. } | Turn::Beaten => {}
                        other => panic!("{other:?}"),
                    }
                }
            })
        });
        for node in nodes {
            node.await.unwrap();
        }
        assert_eq!(house.carried_out(), 12, "{engine:?}");
        assert_eq!(house.simulator.journal().len(), 12, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_senders_at_once_send_one_wish_once() {
    for engine in engines() {
        let house = House::new(engine).await;
        house.wish("i-1", Wish::Recommend, &house.doctor("Yes")).await;
        let senders = (0..64).map(|n| {
            let sender = house.sender(&format!("node-{n}"), nobody());
            tokio::spawn(async move { sender.send_next().await.unwrap() })
        });
        let turns = futures_util::future::join_all(senders.collect::<Vec<_>>()).await;
        let sent = turns.iter().filter(|turn| matches!(turn, Ok(Turn::Sent { .. }))).count();
        assert_eq!(sent, 1, "{engine:?}");
        assert_eq!(house.simulator.journal().len(), 1, "{engine:?}: one call");
        assert_eq!(house.carried_out(), 1, "{engine:?}: one acceptance");
        let row = house.row("i-1").await;
        assert_eq!((row.standing, row.sends), (Standing::Accepted, 1), "{engine:?}");
    }
}

#[tokio::test]
async fn three_doubts_in_a_row_stop_the_queue_until_one_goes_through() {
    for engine in engines() {
        let house = House::new(engine).await;
        let listed: Vec<_> = house.world.list(super::house::HOME, 0).unwrap().take(6).collect();
        for (n, doctor) in listed.iter().enumerate() {
            let number = doctor.gmc_reference_number.as_deref().unwrap();
            let number = domain::ids::GmcNumber::parse(number).unwrap();
            house.wish(&format!("i-{n}"), Wish::Connect, &number).await;
        }
        let failing = Rule { to_call: Some(4), ..Rule::everywhere(Fault::Status(500)).of("TryAddDoctor") };
        house.simulator.set_faults(vec![failing]);
        let sender = house.sender("node-a", nobody());
        let mut turns = Vec::new();
        for _ in 0..4 {
            turns.push(sender.send_next().await.unwrap());
        }
        assert!(matches!(turns[3], Turn::Resting(_)), "{engine:?}: {turns:?}");
        assert_eq!(house.simulator.journal().len(), 3, "{engine:?}: the others were never claimed");
        house.clock.advance(SignedDuration::from_mins(5));
        sender.send_next().await.unwrap();
        assert!(matches!(sender.send_next().await.unwrap(), Turn::Resting(_)), "{engine:?}: one more doubt");
        house.clock.advance(SignedDuration::from_mins(5));
        for _ in 0..2 {
            let sent = sender.send_next().await.unwrap();
            let well = matches!(sent, Turn::Sent { standing: Standing::Accepted, .. });
            assert!(well, "{engine:?}: on recovery the queue drains in order, {sent:?}");
        }
        assert_eq!(sender.send_next().await.unwrap(), Turn::Idle, "{engine:?}");
        assert_eq!(house.carried_out(), 2, "{engine:?}: nothing sent is ever sent again by itself");
    }
}
