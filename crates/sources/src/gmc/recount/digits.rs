//! Reads the number of a doctor from the bytes of its element, for the count alone.

/// The number that seven digits make, with whatever is no character of print around them.
pub(super) fn seven_digits(text: &[u8]) -> Option<usize> {
    let text = resolved(std::str::from_utf8(text).ok()?)?;
    let digits = text.trim_matches(|c: char| !c.is_ascii_graphic());
    let is_number = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| is_number && *number > 0)
}

/// A text with its references to characters by number resolved.
fn resolved(text: &str) -> Option<String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        let (number, after) = after.split_once(';')?;
        let code = match number.strip_prefix('x') {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        whole.push_str(before);
        whole.push(char::from_u32(code.ok()?)?);
        rest = after;
    }
    whole.push_str(rest);
    Some(whole)
}
