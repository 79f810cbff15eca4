//! Logins of parts of the program on PostgreSQL: each does its own, and what it must not is refused by the database.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use testkit::world::{self, HELD};
use testkit::{Engine, engines};

use super::Outcome;

const LOGINS: [&str; 4] = ["reval_web", "reval_job", "reval_send", "reval_watch"];

/// What no login may do, whichever it is.
const NOBODYS: [&str; 9] = [
    "update audit set action = 'x'",
    "delete from audit",
    "truncate audit",
    "delete from audit_head",
    "alter table doctor disable row level security",
    "create policy open on doctor using (true)",
    "create table x (a bigint)",
    "drop trigger audit_stands on audit",
    "set role reval_t_owner",
];

/// What each must not do, beside that.
const REFUSED: [(&str, &[&str]); 4] = [
    (
        "reval_web",
        &[
            "insert into run default values",
            "update run set state = 'succeeded'",
            "update list set snapshot = 1",
            "insert into snapshot default values",
            "update entry set content = '{}'",
            "delete from entry",
            "update doctor set last_name = 'x'",
            "delete from reject",
            "update hold set state = 'approved'",
            "insert into recommendation_answer default values",
            "delete from intent",
            "delete from account",
            "update site set environment = 'x'",
        ],
    ),
    (
        "reval_job",
        &[
            "select password_hash from account",
            "select token_hash from session",
            "select code_hash from recovery_code",
            "select token_hash from api_token",
            "insert into account_grant default values",
            "update intent set standing = 'accepted'",
            "update alert set state = 'resolved'",
        ],
    ),
    (
        "reval_send",
        &[
            "select password_hash from account",
            "select raw from reject",
            "insert into intent default values",
            "insert into recommendation default values",
            "update list set snapshot = 1",
            "update doctor set last_name = 'x'",
            "update run set state = 'succeeded'",
        ],
    ),
    (
        "reval_watch",
        &[
            "update list set snapshot = 1",
            "insert into snapshot default values",
            "update entry set content = '{}'",
            "update run set state = 'missed'",
            "select last_name from doctor",
            "select content from entry",
            "select raw from reject",
            "select gmc_number from intent",
            "select password_hash from account",
            "select token_hash from session",
        ],
    ),
];

async fn why(connection: &mut PgConnection, sql: &str) -> String {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.map_or_else(|error| error.to_string(), |done| format!("done: {done:?}"))
}

fn is_refused(why: &str) -> bool {
    ["permission denied", "must be owner"].iter().any(|word| why.contains(word))
}

#[tokio::test]
async fn what_is_not_a_logins_part_the_database_refuses() -> Outcome {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (store, scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        scratch.make_logins().await;
        // A second time changes nothing.
        scratch.make_logins().await;
        for (login, refused) in REFUSED {
            let mut connection = PgConnection::connect(&scratch.url_of(login)).await.unwrap();
            for sql in NOBODYS.iter().chain(refused) {
                let why = why(&mut connection, sql).await;
                assert!(is_refused(&why), "{login} {sql}: {why}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_login_passes_by_the_walls_between_rows() -> Outcome {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (store, scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        scratch.make_logins().await;
        for login in LOGINS {
            let mut connection = PgConnection::connect(&scratch.url_of(login)).await.unwrap();
            let sql = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolinherit as may,
                (select count(*) from pg_class where relowner = pg_roles.oid) as owns,
                (select count(*) from pg_auth_members where member = pg_roles.oid) as plays
                from pg_roles where rolname = current_user";
            let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
            let found: (bool, i64, i64) = (row.get("may"), row.get("owns"), row.get("plays"));
            assert_eq!(found, (false, 0, 0), "{login}");
        }
        let mut web = PgConnection::connect(&scratch.url_of("reval_web")).await.unwrap();
        let mut tx = web.begin().await.unwrap();
        let narrow = format!("select set_config('reval.bodies', '[\"{HELD}\"]', true)");
        sqlx::raw_sql(AssertSqlSafe(narrow)).execute(&mut *tx).await.unwrap();
        let names: Vec<String> = sqlx::query_scalar("select coalesce(last_name, '') from doctor order by 1")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        assert!(!names.is_empty() && !names.contains(&"Canary".to_owned()), "{names:?}");
        let around = why(&mut tx, "set row_security = off; select * from doctor").await;
        assert!(around.contains("row-level security"), "{around}");
    }
    Ok(())
}

#[tokio::test]
async fn every_table_is_written_by_some_part() -> Outcome {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (_store, scratch) = testkit::store(engine).await;
        scratch.make_logins().await;
        let mut owner = PgConnection::connect(&scratch.url).await.unwrap();
        let sql = "select relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and relkind = 'r' and relname not in ('schema_migration', 'audit_head')
            and not exists (select 1 from pg_roles r where r.rolname in ('reval_web', 'reval_job', 'reval_send', 'reval_watch')
              and has_table_privilege(r.oid, c.oid, 'insert'))";
        let forgotten: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
        assert_eq!(forgotten, [""; 0], "say in crates/store/logins/postgres.sql whose part these are");
    }
    Ok(())
}
