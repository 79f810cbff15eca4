//! The log of a run: lines that its steps say while it works, short, few enough to keep, and free of personal data.

use std::borrow::Cow;

/// Longest line kept, bytes. Arbitrary; longer ones are data, not words.
pub const LINE_MAX: usize = 4096;
/// Largest log of one run, bytes: what a page can show and a store can keep for every night of a season.
pub const LOG_MAX: u64 = 1024 * 1024;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What happens.
    Info,
    /// What somebody should know.
    Warn,
    /// What went wrong.
    Error,
}

impl Level {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A line as a step says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// Plain words.
    pub text: String,
}

impl Line {
    /// A line that fits: one line, without control characters, and not too long.
    pub fn new(level: Level, text: &str) -> Self {
        Self { level, text: tidy(text).into_owned() }
    }

    fn bytes(&self) -> u64 {
        self.text.len() as u64
    }
}

fn tidy(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c.is_control() && c != '\t';
    let text = text.trim_end();
    if text.len() <= LINE_MAX && !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(LINE_MAX);
    let mut kept = text[..end].replace(is_odd, " ");
    if end < text.len() {
        kept.push_str(&format!(" … ({} bytes more)", text.len() - end));
    }
    Cow::Owned(kept)
}

/// How much of some lines a log still takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// The first so many lines are kept.
    pub kept: usize,
    /// Lines left out.
    pub lines_cut: u64,
    /// Their bytes.
    pub bytes_cut: u64,
}

/// Says how many of these lines a log of so many bytes takes; one that was cut takes none.
pub fn fit(bytes: u64, is_cut: bool, lines: &[Line]) -> Fit {
    let mut left = if is_cut { 0 } else { LOG_MAX.saturating_sub(bytes) };
    let fits = |line: &&Line| {
        let fits = !is_cut && line.bytes() <= left;
        left = left.saturating_sub(line.bytes());
        fits
    };
    let kept = lines.iter().take_while(fits).count();
    let cut = &lines[kept..];
    Fit { kept, lines_cut: cut.len() as u64, bytes_cut: cut.iter().map(Line::bytes).sum() }
}

/// What stands where lines were left out.
pub fn left_out(lines: u64, bytes: u64) -> String {
    let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    format!("{lines} of {bytes} bytes were left out here: a run's log is kept up to {LOG_MAX} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: usize) -> Line {
        Line::new(Level::Info, &"x".repeat(bytes))
    }

    #[test]
    fn a_line_is_one_line_and_not_too_long() {
        let cases = [
            ("published\n", "published"),
            ("a\tb", "a\tb"),
            ("\u{1b}[31mred\r", " [31mred"),
            ("first\nsecond", "first second"),
        ];
        for (said, kept) in cases {
            assert_eq!(Line::new(Level::Info, said).text, kept, "{said:?}");
        }
        let long = Line::new(Level::Info, &"é".repeat(3000));
        assert!(long.text.ends_with("… (1904 bytes more)"), "{}", long.text);
        assert!(long.text.len() < LINE_MAX + 40);
    }

    #[test]
    fn a_log_takes_lines_until_it_is_full_and_then_none() {
        let lines = [line(10), line(4000), line(1)];
        assert_eq!(fit(0, false, &lines), Fit { kept: 3, ..Fit::default() });
        assert_eq!(fit(LOG_MAX - 10, false, &lines), Fit { kept: 1, lines_cut: 2, bytes_cut: 4001 });
        assert_eq!(fit(LOG_MAX - 9, false, &lines), Fit { kept: 0, lines_cut: 3, bytes_cut: 4011 });
        assert_eq!(fit(0, true, &lines), Fit { kept: 0, lines_cut: 3, bytes_cut: 4011 });
    }

    #[test]
    fn what_was_left_out_is_said() {
        assert!(left_out(1, 20).starts_with("1 line of 20 bytes"));
        assert!(left_out(12, 3400).starts_with("12 lines of 3400 bytes"));
    }
}
