//! Cells that people will open in a spreadsheet: text stays text.

use std::borrow::Cow;

/// A cell that no spreadsheet takes for a formula.
pub fn safe(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("-2", "'-2"),
            ("@x", "'@x"),
            ("+44", "'+44"),
            ("\tx", "'\tx"),
            ("O'Brien", "O'Brien"),
            ("", ""),
        ];
        for (cell, text) in cases {
            assert_eq!(safe(cell), text, "{cell:?}");
        }
    }
}
