//! The bare contestant: fetch, tokenise, sort, merge, write the differences. No checks, no history, no evidence.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use quick_xml::Reader;
use quick_xml::events::Event;
use sqlx::{PgPool, Row as _, SqlitePool};

use crate::Outcome;

/// A table of its own on either engine.
pub enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

const TABLE: &str = "create table bare (list text not null, number text not null, content text not null, primary key (list, number))";

impl Bare {
    pub async fn open(url: &str) -> Outcome<Self> {
        if url.starts_with("postgres") {
            let pool = PgPool::connect(url).await?;
            sqlx::raw_sql(TABLE).execute(&pool).await?;
            return Ok(Self::Postgres(pool));
        }
        let options = url.parse::<sqlx::sqlite::SqliteConnectOptions>()?;
        let options = options
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(sqlx::sqlite::SqliteSynchronous::Full);
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::raw_sql(TABLE).execute(&pool).await?;
        Ok(Self::Sqlite(pool))
    }

    /// One night over all lists.
    pub async fn night(&self, http: &reqwest::Client, url: &str, bodies: &[String]) -> Outcome<u64> {
        let mut differences = 0;
        for body in bodies {
            let answer = fetch(http, url, body).await?;
            differences += self.differ(body, &answer).await?;
        }
        Ok(differences)
    }

    /// Writes what differs between a list as it stands and as it should be.
    pub async fn differ(&self, list: &str, wanted: &BTreeMap<String, String>) -> Outcome<u64> {
        let current = self.current(list).await?;
        let (gone, come) = merge(&current, wanted);
        self.write(list, &gone, &come).await?;
        Ok((gone.len() + come.len()) as u64)
    }

    /// Every row of all lists but one, by number.
    pub async fn listed(&self, but: &str) -> Outcome<Vec<(String, String)>> {
        const SQL: &str = "select number, content from bare where list <> $1 order by number, list";
        Ok(match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(SQL).bind(but).fetch_all(pool).await?;
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            Self::Postgres(pool) => {
                let rows = sqlx::query(SQL).bind(but).fetch_all(pool).await?;
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        })
    }

    async fn current(&self, body: &str) -> Outcome<Vec<(String, String)>> {
        const SQL: &str = "select number, content from bare where list = $1 order by number";
        Ok(match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(SQL).bind(body).fetch_all(pool).await?;
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            Self::Postgres(pool) => {
                let rows = sqlx::query(SQL).bind(body).fetch_all(pool).await?;
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        })
    }

    async fn write(&self, body: &str, gone: &[&str], come: &[(&str, &str)]) -> Outcome<()> {
        let (gone, come) = (serde_json::to_string(gone)?, serde_json::to_string(come)?);
        match self {
            Self::Sqlite(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query(
                    "delete from bare where list = $1 and number in (select value from json_each($2))",
                )
                .bind(body)
                .bind(gone)
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "insert into bare select $1, value ->> 0, value ->> 1 from json_each($2) where true \
                     on conflict (list, number) do update set content = excluded.content",
                )
                .bind(body)
                .bind(come)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query(
                    "delete from bare where list = $1 and number in \
                     (select value from json_array_elements_text($2::json) as t(value))",
                )
                .bind(body)
                .bind(gone)
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "insert into bare select $1, value ->> 0, value ->> 1 from json_array_elements($2::json) as t(value) \
                     on conflict (list, number) do update set content = excluded.content",
                )
                .bind(body)
                .bind(come)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

async fn fetch(http: &reqwest::Client, url: &str, body: &str) -> Outcome<BTreeMap<String, String>> {
    use sources::gmc::operations::{Operation, Soap};
    use sources::gmc::request::{Credentials, write};
    let fields = [("DesignatedBodyCode", body), ("ClientRequestID", "bare"), ("InternalUser", "bare")];
    let credentials = Credentials { user: "reval", password: "reval" };
    let response = http
        .post(url)
        .header("content-type", Soap::V11.content_type())
        .header("soapaction", format!("\"{}\"", Operation::GetDoctorsForDB.action()))
        .body(write(Soap::V11, Operation::GetDoctorsForDB, &fields, credentials))
        .send()
        .await?;
    let stream = response.bytes_stream().map_err(std::io::Error::other);
    tokenise(tokio_util::io::StreamReader::new(stream)).await
}

async fn tokenise<R: tokio::io::AsyncBufRead + Unpin>(input: R) -> Outcome<BTreeMap<String, String>> {
    let mut reader = Reader::from_reader(input);
    let (mut answer, mut buffer) = (BTreeMap::new(), Vec::new());
    let (mut in_doctor, mut number, mut content) = (false, String::new(), String::new());
    loop {
        buffer.clear();
        match reader.read_event_into_async(&mut buffer).await? {
            Event::Start(start) if start.name().as_ref() == "GetDoctorsForDBResponse_Doctor" => {
                in_doctor = true
            }
            Event::End(end) if end.name().as_ref() == "GetDoctorsForDBResponse_Doctor" => {
                in_doctor = false;
                answer.insert(std::mem::take(&mut number), std::mem::take(&mut content));
            }
            Event::End(_) if in_doctor => content.push('|'),
            Event::Text(text) if in_doctor => {
                if number.is_empty() {
                    number.push_str(&text.xml10_content());
                } else {
                    content.push_str(&text.xml10_content());
                }
            }
            Event::Eof => return Ok(answer),
            _ => {}
        }
    }
}

/// Numbers that are gone, and doctors that came or changed.
type Differences<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

fn merge<'a>(current: &'a [(String, String)], answer: &'a BTreeMap<String, String>) -> Differences<'a> {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let mut old = current.iter().peekable();
    for (number, content) in answer {
        while let Some((left, _)) = old.next_if(|(before, _)| before < number) {
            gone.push(left.as_str());
        }
        match old.next_if(|(before, _)| before == number) {
            Some((_, before)) if before == content => {}
            _ => come.push((number.as_str(), content.as_str())),
        }
    }
    gone.extend(old.map(|(left, _)| left.as_str()));
    (gone, come)
}
