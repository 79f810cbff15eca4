//! Points between which a process may die while it brings a wish to the GMC, so that every death can be rehearsed.

use std::fmt;
use std::sync::Arc;

/// A named point, in the order in which one wish passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// Somebody has pressed the button, nothing is written.
    Pressed,
    /// The wish is written, not committed.
    BeforeWished,
    /// The wish is durable.
    Wished,
    /// The line is open, nothing is claimed.
    Open,
    /// The claim is written, not committed.
    BeforeClaimed,
    /// The claim is durable, nothing is said.
    Claimed,
    /// The first byte is about to be handed over.
    BeforeFirstByte,
    /// One byte has been handed over.
    FirstByte,
    /// All bytes have been handed over.
    LastByte,
    /// The head of the reply is here.
    Head,
    /// A piece of its body is here.
    Piece,
    /// The reply, or its absence, is known here alone.
    Heard,
    /// What it proves is written, not committed.
    BeforeSettled,
    /// What it proves is durable, nobody has been told.
    Settled,
    /// A claim whose sender is gone is about to be made unknown.
    Reaping,
}

impl Point {
    /// All points.
    pub const ALL: [Self; 15] = [
        Self::Pressed,
        Self::BeforeWished,
        Self::Wished,
        Self::Open,
        Self::BeforeClaimed,
        Self::Claimed,
        Self::BeforeFirstByte,
        Self::FirstByte,
        Self::LastByte,
        Self::Head,
        Self::Piece,
        Self::Heard,
        Self::BeforeSettled,
        Self::Settled,
        Self::Reaping,
    ];

    /// The word by which settings name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pressed => "pressed",
            Self::BeforeWished => "before-wished",
            Self::Wished => "wished",
            Self::Open => "open",
            Self::BeforeClaimed => "before-claimed",
            Self::Claimed => "claimed",
            Self::BeforeFirstByte => "before-first-byte",
            Self::FirstByte => "first-byte",
            Self::LastByte => "last-byte",
            Self::Head => "head",
            Self::Piece => "piece",
            Self::Heard => "heard",
            Self::BeforeSettled => "before-settled",
            Self::Settled => "settled",
            Self::Reaping => "reaping",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.word() == word)
    }
}

/// Is told each point that is passed; by default nobody is.
#[derive(Clone, Default)]
pub struct Witness(Option<Arc<dyn Fn(Point) + Send + Sync>>);

impl Witness {
    /// Makes one.
    pub fn new(told: impl Fn(Point) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    /// Tells that a point is passed.
    pub fn sees(&self, point: Point) {
        if let Some(told) = &self.0 {
            told(point);
        }
    }

    /// Whether anybody is told.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_there() { "Witness" } else { "nobody" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_points_read_back() {
        for point in Point::ALL {
            assert_eq!(Point::from_word(point.word()), Some(point));
        }
        assert_eq!(Point::from_word("sent"), None);
    }
}
