//! A table that scrolls inside itself on a narrow screen; the first cell of a row is its heading.

use askama::Template;

use crate::parts::Cell;

/// How a table is sorted by a column.
#[derive(Clone, Debug)]
pub struct Sorting {
    /// The same table sorted by it; by the column it is sorted by, the other way round.
    pub href: String,
    /// `ascending` or `descending` where the table is sorted by it.
    pub way: Option<&'static str>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Whether it holds numbers, which line up at the right.
    pub is_numeric: bool,
    /// How to sort by it, where one can.
    pub sorting: Option<Sorting>,
}

/// A table.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/table.html")]
pub struct Table {
    /// An id of its own on the page.
    pub id: &'static str,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// What to say when there is no row, and why.
    pub empty: String,
    /// What stands for each row where rows can be chosen, in the form `with-selected`.
    pub picks: Vec<String>,
}

impl Table {
    /// A table without rows yet. A heading that begins with `#` is of a column of numbers.
    pub fn new(id: &'static str, caption: impl Into<String>, titles: &[&'static str]) -> Self {
        let columns = titles.iter().map(|title| match title.strip_prefix('#') {
            Some(title) => Column { title, is_numeric: true, sorting: None },
            None => Column { title, is_numeric: false, sorting: None },
        });
        Self {
            id,
            caption: caption.into(),
            columns: columns.collect(),
            rows: Vec::new(),
            empty: String::new(),
            picks: Vec::new(),
        }
    }

    /// The same table with rows that can be chosen, each by its GMC number.
    pub fn picked_by(mut self, numbers: impl IntoIterator<Item = String>) -> Self {
        self.picks = numbers.into_iter().collect();
        self
    }

    /// The same table with the ways to sort it, one a column.
    pub fn sorted_by(mut self, ways: impl IntoIterator<Item = Option<Sorting>>) -> Self {
        for (column, sorting) in self.columns.iter_mut().zip(ways) {
            column.sorting = sorting;
        }
        self
    }

    /// The same table with rows, and with a sentence for when there are none.
    pub fn filled(mut self, rows: impl IntoIterator<Item = Vec<Cell>>, empty: impl Into<String>) -> Self {
        self.rows = rows.into_iter().collect();
        self.empty = empty.into();
        self
    }

    /// What stands for a row, where it can be chosen.
    fn pick(&self, at: &usize) -> Option<&String> {
        self.picks.get(*at)
    }
}
