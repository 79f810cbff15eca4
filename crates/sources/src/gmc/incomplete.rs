//! Why an answer is not complete: a closed set of classes, each with what may be done about it.

use std::fmt;

use thiserror::Error;

/// The class of an incomplete answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The network edge refused us before the GMC's program saw the call.
    EdgeRefused,
    /// The GMC refused user, password or address: no further call until somebody acts.
    Credentials,
    /// The account may not act for this body.
    NotAuthorised,
    /// Another code than success.
    Code,
    /// The GMC, or something before it, is busy or down.
    Busy,
    /// A SOAP fault.
    Fault,
    /// Not SOAP at all: a log-in page, say.
    NotSoap,
    /// Cut off.
    Truncated,
    /// Not well-formed, or forbidden constructs.
    Malformed,
    /// Well-formed, but not the shape of the contract.
    WrongShape,
    /// The answer to another request.
    WrongAnswer,
    /// Over a cap.
    TooLarge,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Network,
}

impl Class {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::EdgeRefused => "edge_refused",
            Self::Credentials => "credentials",
            Self::NotAuthorised => "not_authorised",
            Self::Code => "gmc_code",
            Self::Busy => "busy",
            Self::Fault => "fault",
            Self::NotSoap => "not_soap",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::WrongShape => "wrong_shape",
            Self::WrongAnswer => "wrong_answer",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Network => "network",
        }
    }

    /// Whether a read may be tried again within the run. An edge that refuses us is asked again, but rarely.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::Busy
            | Self::Fault
            | Self::Truncated
            | Self::Timeout
            | Self::Network
            | Self::EdgeRefused => true,
            Self::Credentials
            | Self::NotAuthorised
            | Self::Code
            | Self::NotSoap
            | Self::Malformed
            | Self::WrongShape
            | Self::WrongAnswer
            | Self::TooLarge => false,
        }
    }
}

/// An answer from which nothing may be concluded.
#[derive(Clone, Error, PartialEq, Eq)]
#[error("{sentence}")]
pub struct Incomplete {
    /// Its class.
    pub class: Class,
    /// What happened, in plain words without personal data.
    pub sentence: String,
    /// Seconds the other side asked us to wait.
    pub retry_after_s: Option<u64>,
}

impl fmt::Debug for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incomplete({}: {})", self.class.word(), self.sentence)
    }
}

impl Incomplete {
    /// Makes one of a class with its sentence.
    pub fn new(class: Class, sentence: impl Into<String>) -> Self {
        Self { class, sentence: sentence.into(), retry_after_s: None }
    }

    /// Whether a read may be tried again within the run.
    pub fn is_retryable(&self) -> bool {
        self.class.is_retryable()
    }
}
