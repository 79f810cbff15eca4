//! The second wall on PostgreSQL: with no filter in the statement, rows of other bodies are not there.

use domain::ids::BodyCode;
use domain::scope::Scope;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use testkit::world::{self, FAILED, HELD, NEVER};
use testkit::{Engine, engines};

use super::Outcome;

/// Tables with rows about doctors, and what is left of each for eyes that see these bodies.
async fn seen(url: &str, bodies: &str, sql: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let mut tx = connection.begin().await.unwrap();
    sqlx::query("select set_config('reval.bodies', $1, true)").bind(bodies).execute(&mut *tx).await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *tx).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

#[tokio::test]
async fn without_a_filter_rows_of_other_bodies_are_not_there() -> Outcome {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (store, scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        let names = "select coalesce(last_name, '') from doctor order by 1";
        let all = seen(&scratch.url, "", names).await;
        assert!(all.len() > 60 && all.contains(&"Canary".to_owned()), "jobs see all");
        let held = seen(&scratch.url, &format!("[\"{HELD}\"]"), names).await;
        assert!(held.len() < 10 && !held.contains(&"Canary".to_owned()), "{held:?}");
        assert!(seen(&scratch.url, &format!("[\"{FAILED}\"]"), names).await.contains(&"Canary".to_owned()));
        for bodies in ["[]".to_owned(), format!("[\"{NEVER}\"]")] {
            for table in [
                "doctor",
                "entry",
                "claim",
                "discrepancy",
                "intent",
                "recommendation",
                "note",
                "note_text",
                "allocation",
                "past_recommendation",
                "discrepancy_work",
                "hidden",
                "hold_chunk",
                "rebuild_row",
                "subject",
            ] {
                let found = seen(&scratch.url, &bodies, &format!("select t::text from {table} t")).await;
                assert!(found.is_empty(), "{bodies} sees {table}: {found:?}");
            }
        }
        let lists = "select distinct list from entry order by 1";
        assert_eq!(seen(&scratch.url, &format!("[\"{HELD}\"]"), lists).await, [HELD, "TIS"]);
        let mut tx = store.read_within(&Scope::of([BodyCode::new(NEVER)])).await?;
        assert!(
            store::entry::history(&mut tx, &world::number(4)).await?.is_empty(),
            "the program's own reads as well"
        );
        drop(tx);
        let after = store::entry::history(&mut store.read().await?, &world::number(4)).await?;
        assert!(!after.is_empty(), "a wall ends with its transaction");
    }
    Ok(())
}

#[tokio::test]
async fn every_table_with_a_gmc_number_has_a_wall() -> Outcome {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (_store, scratch) = testkit::store(engine).await;
        let sql = "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind = 'r' and a.attname = 'gmc_number' and not (c.relrowsecurity and c.relforcerowsecurity)";
        assert_eq!(seen(&scratch.url, "", sql).await, Vec::<String>::new(), "give these a policy");
    }
    Ok(())
}
