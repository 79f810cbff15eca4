//! Whether the database shows the seven tables with every column that the rules read, before a row is asked for.

use std::collections::HashMap;

use super::error::TisError;
use super::gather::TABLES;
use super::row::{Column, Kind, Table};

/// What a database shows of its tables.
#[derive(Default)]
pub(super) struct Found {
    /// Engine by table, in lower case.
    engines: HashMap<String, String>,
    /// Type by table and column, in lower case.
    types: HashMap<(String, String), String>,
}

impl Found {
    /// Notes a table; a view has none.
    pub fn table(&mut self, name: &str, engine: &str) {
        self.engines.insert(name.to_lowercase(), engine.to_owned());
    }

    /// Notes a column.
    pub fn column(&mut self, table: &str, name: &str, data_type: &str) {
        self.types.insert((table.to_lowercase(), name.to_lowercase()), data_type.to_lowercase());
    }
}

/// Checks all that was found; the first thing that is wrong is said with its table and column.
pub(super) fn check(found: &Found) -> Result<(), TisError> {
    for table in &TABLES {
        check_engine(found, table)?;
        for column in [&table.key].into_iter().chain(table.columns) {
            check_column(found, table, column)?;
        }
    }
    Ok(())
}

fn check_engine(found: &Found, table: &Table) -> Result<(), TisError> {
    let wrong = |problem: String| Err(TisError::Table { table: table.name, problem });
    match found.engines.get(&table.name.to_lowercase()).map(String::as_str) {
        None => wrong("is not there, or this account may not read it".to_owned()),
        // A view says nothing of the tables below it.
        Some("" | "InnoDB") => Ok(()),
        Some(other) => {
            wrong(format!("is kept by {other}, which gives no consistent view; it must be InnoDB"))
        }
    }
}

fn check_column(found: &Found, table: &Table, column: &Column) -> Result<(), TisError> {
    let wrong =
        |problem: String| Err(TisError::Definition { table: table.name, column: column.name, problem });
    let found = found.types.get(&(table.name.to_lowercase(), column.name.to_lowercase()));
    match found.map(String::as_str) {
        None => wrong("is not there, or this account may not read it".to_owned()),
        Some(data_type) if fits(column.kind, data_type) => Ok(()),
        Some(data_type) => wrong(format!("is {data_type}; the rules read {}", expected(column.kind))),
    }
}

fn fits(kind: Kind, data_type: &str) -> bool {
    match kind {
        Kind::Number => matches!(data_type, "bigint" | "int" | "mediumint" | "smallint" | "tinyint"),
        Kind::Text => {
            matches!(data_type, "varchar" | "char" | "enum" | "tinytext" | "text" | "mediumtext" | "longtext")
        }
        Kind::Date => matches!(data_type, "date" | "datetime"),
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "a whole number",
        Kind::Text => "a text",
        Kind::Date => "a date",
    }
}
