//! The known name nearest to a mistyped one.

/// Letters to insert, delete or exchange to make one text of the other.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, theirs) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *theirs);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Gives the nearest of the known names; the first of several as near.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().min_by_key(|name| distance(typed, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        let known = ["freshness.amber", "freshness.red", "web.listen", "gmc.user", "gmc.user_agent"];
        let cases = [
            ("freshness.ambr", "freshness.amber"),
            ("freshnes.red", "freshness.red"),
            ("web.listne", "web.listen"),
            ("gmc.usr", "gmc.user"),
            ("gmc.useragent", "gmc.user_agent"),
        ];
        for (typed, meant) in cases {
            assert_eq!(nearest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(nearest("anything", []), None);
        assert_eq!((distance("kitten", "sitting"), distance("", "abc"), distance("same", "same")), (3, 3, 0));
    }
}
