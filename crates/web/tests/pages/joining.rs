//! A person's way in, by pages alone: added by one, given a role by two, signed in with password and code.

use axum::http::{StatusCode, header};
use domain::access::Role::Operations;
use domain::clock::Clock as _;
use jiff::SignedDuration;
use ops::access::WRONG;
use testkit::engines;
use testkit::world::{HOLD, SANCTION};
use totp_rs::{Builder, Secret};

use super::people::{Person, over, person};
use super::site::form;
use super::{Answer, Pages, site};

const PASSWORD: &str = "kettle-violin-marsh-41";

fn way(answer: &Answer) -> &str {
    answer.headers.get(header::LOCATION).map(|way| way.to_str().unwrap()).unwrap_or_default()
}

/// What a page shows beside a word of its summary, to be typed.
fn shown(page: &str, key: &str) -> String {
    let (_, rest) = page.split_once(key).unwrap_or_else(|| panic!("no {key} on {page}"));
    rest.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned()
}

/// What an authenticator shows now; the next code is another one.
fn code(site: &Pages, secret: &str) -> String {
    site.clock.advance(SignedDuration::from_secs(30));
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(site.clock.now().as_second()).unwrap()).to_string()
}

/// Who an answer signs in.
fn seated(answer: &Answer, account: &str) -> Person {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let secret = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(secret.len(), 64, "32 bytes");
    Person {
        account: account.to_owned(),
        cookie: format!("reval={secret}"),
        form_token: web::form_token(secret),
    }
}

/// Adds amira by the page of users; gives the secret of her authenticator.
async fn added(site: &Pages) -> String {
    let fields = [("name", "amira"), ("reason", "began on Monday")];
    let page = site.post_as(&site.everybody, "/users/add", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let token = shown(&page.text, "Token");
    let open = |token: &str| form("/invitation", "", [("invitation", token)].iter());
    assert_eq!(site.send(open("0")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let invitation = site.send(open(&token)).await;
    assert!(invitation.status == StatusCode::OK && invitation.text.contains("amira"));
    let secret = shown(&invitation.text, "Secret");
    let now = code(site, &secret);
    let accept = |again: &'static str| {
        let fields = [
            ("invitation", token.as_str()),
            ("password", PASSWORD),
            ("again", again),
            ("code", now.as_str()),
        ];
        form("/invitation/accept", "", fields.iter())
    };
    let differs = site.send(accept("another")).await;
    assert!(differs.text.contains("The two passwords differ"), "{}", differs.text);
    assert_eq!(way(&site.send(accept(PASSWORD)).await), "/sign-in?done=set-up");
    assert_eq!(site.send(open(&token)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it works once");
    secret
}

async fn signing_in(site: &Pages, who: (&str, &str, &str)) -> Answer {
    let (name, password, code) = who;
    let fields = [("name", name), ("password", password), ("code", code), ("next", "/doctors?q=spec")];
    site.send(form("/sign-in", "reval=of-somebody-else", fields.iter())).await
}

#[tokio::test]
async fn whoever_signs_in_wrongly_is_told_the_same_whatever_was_wrong() {
    for engine in engines() {
        let site = site(engine).await;
        let secret = added(&site).await;
        let right = code(&site, &secret);
        let wrong = [
            ("nobody", PASSWORD, right.as_str()),
            ("amira", "kettle-violin-marsh-42", right.as_str()),
            ("amira", PASSWORD, "000000"),
            ("amira", PASSWORD, ""),
        ];
        let mut told = Vec::new();
        for who in wrong {
            let answer = signing_in(&site, who).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?} {who:?}");
            assert!(answer.text.contains(WRONG) && !answer.text.contains(PASSWORD), "{engine:?} {who:?}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{engine:?} {who:?}");
            told.push(answer.text.replace("value=\"nobody\"", "value=\"amira\""));
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{engine:?}");
        site.clock.advance(SignedDuration::from_mins(5));
        let welcome = signing_in(&site, ("amira", PASSWORD, &code(&site, &secret))).await;
        assert!(way(&welcome).starts_with("/account?failed="), "{engine:?}: {}", welcome.text);
        let amira = seated(&welcome, "");
        let page = site.get_as(&amira, way(&welcome)).await.text;
        assert!(page.contains("attempts in vain") && page.contains("href=\"/doctors?q=spec\""), "{engine:?}");
    }
}

#[tokio::test]
async fn a_role_needs_two_people_and_opens_the_next_request() {
    for engine in engines() {
        let site = site(engine).await;
        let secret = added(&site).await;
        let amira = seated(&signing_in(&site, ("amira", PASSWORD, &code(&site, &secret))).await, "amira");
        assert_eq!(site.get_as(&amira, "/doctors").await.status, StatusCode::FORBIDDEN, "{engine:?}");
        let users = site.get("/users").await.text;
        let id = users.split("href=\"/users/").find(|rest| rest.contains(">amira<")).unwrap();
        let page = format!("/users/{}", id.split('"').next().unwrap());
        let asked =
            [("role", "approver"), ("bodies", "1-AIIDWT"), ("bodies", "1-AII-DH1"), ("reason", "for holds")];
        let proposed = site.post_as(&site.everybody, &format!("{page}/grant"), &asked).await;
        assert_eq!(way(&proposed), format!("{page}?done=proposed"), "{engine:?}");
        let waits = site.get(way(&proposed)).await.text;
        assert!(waits.contains("Confirm: Approver over "), "{engine:?} {waits}");
        let proposal = waits.split("name=\"proposal\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let confirm = [("proposal", proposal), ("word", "confirm"), ("reason", "agreed")];
        let own = site.post_as(&site.everybody, &format!("{page}/settle"), &confirm).await;
        assert!(own.status.is_client_error(), "{engine:?}: nobody confirms what they proposed");
        assert_eq!(site.get_as(&amira, "/doctors").await.status, StatusCode::FORBIDDEN, "{engine:?}");
        let second = person(&site.store, "second", &[over(Operations, &[])], site.clock.now()).await;
        let confirmed = site.post_as(&second, &format!("{page}/settle"), &confirm).await;
        assert_eq!(way(&confirmed), format!("{page}?done=confirmed"), "{engine:?} {}", confirmed.text);
        assert_eq!(site.get_as(&amira, "/doctors").await.status, StatusCode::OK, "{engine:?}");
        assert!(site.get("/audit").await.text.contains("for holds"), "{engine:?}");
        let disabled = site.post_as(&second, &format!("{page}/disable"), &[("reason", "left")]).await;
        assert_eq!(way(&disabled), format!("{page}?done=disabled"), "{engine:?}");
        assert_eq!(site.get_as(&amira, "/doctors").await.status, StatusCode::SEE_OTHER, "{engine:?}");
    }
}

#[tokio::test]
async fn a_password_typed_again_gives_a_new_session_and_the_old_one_is_dead() {
    for engine in engines() {
        let site = site(engine).await;
        let secret = added(&site).await;
        let amira = seated(&signing_in(&site, ("amira", PASSWORD, &code(&site, &secret))).await, "");
        let mut tx = site.store.begin().await.unwrap();
        let account = store::account::get(&mut tx, "amira").await.unwrap().unwrap().id;
        let by = store::account_grant::By { asked: "test", granted: "another" };
        let grant = over(domain::access::Role::Approver, &["1-AIIDWT"]);
        store::account_grant::insert(&mut tx, ("g", &account), &grant, &by, site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        site.clock.advance(SignedDuration::from_mins(16));
        let approve = format!("/holds/{HOLD}/approve");
        let fields = [("count", "2"), ("reason", "looked")];
        let asked = site.post_as(&amira, &approve, &fields).await;
        let back = format!("%2Fholds%2F{HOLD}");
        assert_eq!(way(&asked), format!("/step-up?next={back}"), "{engine:?}");
        let wrong = [("password", "kettle-violin-marsh-42"), ("code", "000000")];
        assert_eq!(
            site.post_as(&amira, "/step-up", &wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{engine:?}"
        );
        let page = format!("/holds/{HOLD}");
        let now = code(&site, &secret);
        let right = [("password", PASSWORD), ("code", now.as_str()), ("next", page.as_str())];
        let stepped = site.post_as(&amira, "/step-up", &right).await;
        assert_eq!(way(&stepped), page, "{engine:?} {}", stepped.text);
        let again = seated(&stepped, "");
        assert_ne!(again.cookie, amira.cookie, "{engine:?}");
        assert_eq!(site.get_as(&amira, "/account").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        let decided = site.post_as(&again, &approve, &fields).await;
        assert_eq!(way(&decided), format!("{page}?done=proposed"), "{engine:?}");
    }
}

#[tokio::test]
async fn sanctions_are_shown_to_whom_they_were_granted_and_leave_a_row() {
    for engine in engines() {
        let site = site(engine).await;
        let plain = [over(domain::access::Role::Approver, &["1-AII-DH1"])];
        let plain = person(&site.store, "plain", &plain, site.clock.now()).await;
        let page = site.get_as(&plain, "/doctors/9000004").await.text;
        assert!(page.contains("not shown to you") && !page.contains(SANCTION), "{engine:?}");
        assert!(!site.get("/audit").await.text.contains("view-sensitive"), "{engine:?}");
        assert!(site.get("/doctors/9000004").await.text.contains(SANCTION), "{engine:?}");
        let audit = site.get("/audit").await.text;
        assert!(audit.contains("view-sensitive") && audit.contains("user:everybody"), "{engine:?}");
        assert!(!audit.contains("9000004"), "{engine:?}: the audit names no doctor");
        let program = site.get("/api/v1/doctors/9000004").await.text;
        assert!(!program.contains(SANCTION), "{engine:?}");
    }
}

#[tokio::test]
async fn people_change_their_own_way_in_on_the_page_of_their_account() {
    let site = site(engines()[0]).await;
    let secret = added(&site).await;
    let amira = seated(&signing_in(&site, ("amira", PASSWORD, &code(&site, &secret))).await, "amira");
    assert!(site.get_as(&amira, "/account").await.text.contains("You have none."));
    let another = "harbour-lantern-fig-07";
    let change = async |code: &str, again: &str| {
        let fields = [("password", PASSWORD), ("code", code), ("new", another), ("again", again)];
        site.post_as(&amira, "/account/password", &fields).await
    };
    let differs = change(&code(&site, &secret), "another").await;
    assert!(differs.text.contains("The two passwords differ") && !differs.text.contains(PASSWORD));
    assert!(change("000000", another).await.text.contains(WRONG));
    let changed = change(&code(&site, &secret), another).await;
    assert_eq!(way(&changed), "/account?done=password", "{}", changed.text);
    let amira = seated(&changed, "amira");

    let begun = site.post_as(&amira, "/account/authenticator", &[]).await;
    let (new, token) =
        (shown(&begun.text, "Secret"), begun.text.split("name=\"invitation\" value=\"").nth(1));
    let token = token.unwrap().split('"').next().unwrap();
    let confirm = async |shown: &str| {
        let old = code(&site, &secret);
        let fields = [("invitation", token), ("shown", shown), ("password", another), ("code", &old)];
        site.post_as(&amira, "/account/authenticator/confirm", &fields).await
    };
    let wrong = confirm("000000").await;
    assert!(wrong.text.contains("shows another code now") && wrong.text.contains(&new), "{}", wrong.text);
    let confirmed = confirm(&code(&site, &new)).await;
    assert_eq!(way(&confirmed), "/account?done=authenticator", "{}", confirmed.text);
    let amira = seated(&confirmed, "amira");

    let now = code(&site, &new);
    let codes =
        site.post_as(&amira, "/account/recovery-codes", &[("password", another), ("code", &now)]).await;
    assert_eq!(codes.text.matches("<code>").count(), 10, "{}", codes.text);
    let paper = codes.text.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    seated(&signing_in(&site, ("amira", another, paper)).await, "amira");
    let demo = site.get("/account").await.text;
    assert!(!demo.contains("Change your password"), "whoever has no password is asked for none");
}
