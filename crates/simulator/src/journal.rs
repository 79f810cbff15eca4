//! The journal: what was asked and answered, without passwords, for tests and rehearsals to look at.

use serde::Serialize;

/// One call.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Its place in the journal, from 1.
    pub number: u64,
    /// Operation name.
    pub operation: String,
    /// Account.
    pub user: String,
    /// Body asked for.
    pub body: String,
    /// GMC number of the doctor it is about; empty for a list.
    pub doctor: String,
    /// Caller's user agent.
    pub user_agent: String,
    /// Caller's id.
    pub client_request_id: String,
    /// Calls of the same body at work when it came, this one included.
    pub in_flight: u64,
    /// What was answered.
    pub result: String,
}

/// The newest calls; older ones are forgotten so that it cannot grow.
#[derive(Default)]
pub struct Journal {
    calls: std::collections::VecDeque<Call>,
    next: u64,
}

const KEPT: usize = 10_000;

impl Journal {
    /// Writes a call down; gives its number.
    pub fn write(&mut self, mut call: Call) -> u64 {
        self.next += 1;
        call.number = self.next;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
        self.next
    }

    /// The calls kept, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }
}
