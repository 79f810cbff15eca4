//! Cells that people will open in a spreadsheet: text stays text.

use std::borrow::Cow;

/// What a spreadsheet may take for the beginning of a formula, the wide forms of East Asian keyboards included.
/// Source: OWASP, CSV injection.
const BEGINS_A_FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A cell that no spreadsheet takes for a formula.
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(BEGINS_A_FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
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
            ("\n=1", "'\n=1"),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("O'Brien", "O'Brien"),
            ("", ""),
        ];
        for (cell, text) in cases {
            assert_eq!(safe(cell), text, "{cell:?}");
        }
    }
}
