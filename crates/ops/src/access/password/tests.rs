//! Facts of passwords.

use super::*;

fn refusal(password: &str) -> Option<String> {
    check(password, LEAST, &["amira", "North West"]).err().map(|fault| fault.message)
}

#[test]
fn a_password_is_long_and_hard_to_guess_and_nothing_else_is_asked() {
    let cases = [
        ("kettle-violin-marsh-41", None),
        ("correct horse battery staple", None),
        ("žluťoučký kůň úpěl ďábelské ódy", None),
        ("a1B!x9zQ#2k", Some("at least 12")),
        ("password1234", Some("anybody would try")),
        ("aaaaaaaaaaaaaaaa", Some("easy to guess")),
        ("qwertyuiop1234567890", Some("easy to guess")),
        ("1q2w3e4r5t6y", Some("easy to guess")),
        ("revalgmcamira2026", Some("anybody would try")),
        ("North West reval 1", Some("anybody would try")),
    ];
    for (password, expected) in cases {
        let found = refusal(password);
        match expected {
            None => assert_eq!(found, None, "{password}"),
            Some(part) => assert!(found.clone().is_some_and(|f| f.contains(part)), "{password}: {found:?}"),
        }
    }
    assert!(refusal(&"kettle-violin-".repeat(10)).is_some_and(|f| f.contains("at most 128")));
}

#[test]
fn whoever_manages_people_needs_fifteen() {
    let password = "vb7-quill-moss";
    assert!(check(password, LEAST, &[]).is_ok());
    assert!(check(password, LEAST_OF_OPERATIONS, &[]).is_err());
}

#[tokio::test]
async fn a_password_is_kept_as_argon2id_under_todays_parameters() {
    let turn = Hasher::new(1).turn().expect("a place");
    let kept = turn.hash("kettle-violin-marsh", [7; 32]).await.expect("a hash");
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    let other = turn.hash("kettle-violin-marsh", [8; 32]).await.expect("a hash");
    assert_ne!(kept, other, "the salt is chance");
    assert_eq!(turn.check("kettle-violin-marsh", Some(kept.clone())).await.expect("checked"), Found::Right);
    assert_eq!(turn.check("kettle-violin-marsx", Some(kept)).await.expect("checked"), Found::Wrong);
    assert_eq!(
        turn.check("", None).await.expect("checked"),
        Found::Wrong,
        "nobody's password is none at all"
    );
}

#[tokio::test]
async fn what_was_kept_under_weaker_parameters_is_right_and_to_be_kept_anew() {
    let weak =
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).expect("sound"));
    let kept = weak.hash_password_with_salt(b"kettle-violin-marsh", &[7; 16]).expect("a hash").to_string();
    let turn = Hasher::new(1).turn().expect("a place");
    assert_eq!(turn.check("kettle-violin-marsh", Some(kept)).await.expect("checked"), Found::RightButWeak);
}

#[test]
fn a_full_queue_sends_people_away_until_a_place_is_free() {
    let hasher = Hasher::new(2);
    let turns: Vec<_> = (0..22).map(|_| hasher.turn().expect("a place")).collect();
    assert!(hasher.turn().is_none());
    drop(turns);
    assert!(hasher.turn().is_some());
}
