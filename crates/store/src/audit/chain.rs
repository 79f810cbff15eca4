//! The chain: each row's hash covers the row and the hash before it, so that nothing before the head changes unnoticed.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::{Deed, head};
use crate::db::{Row, Tx, args};
use crate::secret::hexadecimal;
use crate::{StoreError, sql};

/// What a hash covers, and in which form; another form gets another word.
const FORM: &str = "reval-audit-1";

/// The newest row's place and hash: who knows it can tell whether anything up to it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place; 0 before the first row.
    pub seq: u64,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// A head that was written down outside the store: its hash, and its place where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The place.
    pub seq: Option<u64>,
    /// The hash.
    pub hash: String,
}

impl FromStr for Known {
    type Err = &'static str;

    /// Reads `412:HASH` or `HASH`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const REFUSAL: &str = "a head is written as its place and hash, 412:9f86…, or as its hash alone";
        let (seq, hash) = match text.split_once(':') {
            Some((seq, hash)) => (Some(seq.parse().map_err(|_| REFUSAL)?), hash),
            None => (None, text),
        };
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash { Ok(Self { seq, hash: hash.to_owned() }) } else { Err(REFUSAL) }
    }
}

impl Deed {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text("id")?,
            at_ms: row.int("at_ms")?,
            actor: row.text("actor")?,
            behalf: row.text("behalf")?,
            action: row.text("action")?,
            object: row.text("object")?,
            reason: row.text("reason")?,
            detail: row.text("detail")?,
        })
    }

    /// The hash of this deed at a place after another hash. Each field is preceded by its length, so that no two rows
    /// read the same.
    pub(super) fn hash(&self, seq: u64, prev_hash: &str) -> String {
        let (seq, at) = (seq.to_string(), self.at_ms.to_string());
        let fields = [
            FORM,
            &seq,
            prev_hash,
            &self.id,
            &at,
            &self.actor,
            &self.behalf,
            &self.action,
            &self.object,
            &self.reason,
            &self.detail,
        ];
        let mut hash = Sha256::new();
        for field in fields {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        hexadecimal(&hash.finalize())
    }
}

/// Writes deeds after the head. On PostgreSQL the head's row lock lets one transaction at a time through here.
pub(crate) async fn write(tx: &mut Tx, deeds: Vec<Deed>) -> Result<(), StoreError> {
    for deed in deeds {
        let advanced = tx.row(sql!("audit/advance"), args![]).await?;
        let advanced = advanced.ok_or(StoreError::Corrupt { what: "audit head" })?;
        let (seq, prev_hash) = (advanced.count("seq")?, advanced.text("hash")?);
        let hash = deed.hash(seq, &prev_hash);
        let args = args![
            deed.id,
            deed.at_ms,
            deed.actor,
            deed.behalf,
            deed.action,
            deed.object,
            deed.reason,
            deed.detail,
            seq,
            prev_hash,
            hash.as_str()
        ];
        tx.execute(sql!("audit/insert"), args).await?;
        tx.execute(sql!("audit/seal"), args![seq, hash]).await?;
    }
    Ok(())
}

/// Chains the rows that stood before there was a chain, in the order of their time.
pub(crate) async fn chain_what_was(tx: &mut Tx) -> Result<(), StoreError> {
    let mut last = head(tx).await?;
    for row in tx.rows(sql!("audit/loose"), args![]).await? {
        let deed = Deed::read(&row)?;
        let seq = last.seq + 1;
        let hash = deed.hash(seq, &last.hash);
        tx.execute(sql!("audit/place"), args![deed.id, seq, last.hash, hash.as_str()]).await?;
        last = Head { seq, hash };
    }
    tx.execute(sql!("audit/begin"), args![last.seq, last.hash]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed() -> Deed {
        let text = |text: &str| text.to_owned();
        Deed {
            id: text("1"),
            at_ms: 7,
            actor: text("os:ana"),
            behalf: String::new(),
            action: text("approve"),
            object: text("hold/1"),
            reason: text("rotation day"),
            detail: text("{}"),
        }
    }

    #[test]
    fn a_hash_covers_every_field_and_where_each_ends() {
        let changed = |change: fn(&mut Deed)| {
            let mut deed = deed();
            change(&mut deed);
            deed.hash(1, "p")
        };
        let hashes = [
            deed().hash(1, "p"),
            deed().hash(2, "p"),
            deed().hash(1, "q"),
            changed(|deed| deed.id = "2".to_owned()),
            changed(|deed| deed.at_ms = 8),
            changed(|deed| deed.actor = "os:anb".to_owned()),
            changed(|deed| deed.behalf = "user:ana".to_owned()),
            changed(|deed| deed.action = "reject".to_owned()),
            changed(|deed| deed.object = "hold/2".to_owned()),
            changed(|deed| deed.reason = String::new()),
            changed(|deed| deed.detail = "{} ".to_owned()),
            changed(|deed| (deed.action, deed.object) = ("approveh".to_owned(), "old/1".to_owned())),
        ];
        for (at, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..at].contains(hash), "change {at} leaves the hash as it was");
        }
    }

    #[test]
    fn a_head_is_read_with_or_without_its_place() {
        let hash = "9f".repeat(32);
        let head = Head { seq: 412, hash: hash.clone() };
        assert_eq!(head.to_string().parse(), Ok(Known { seq: Some(412), hash: hash.clone() }));
        assert_eq!(hash.parse(), Ok(Known { seq: None, hash }));
        for wrong in ["", "412", "412:", "x:9f", &"9F".repeat(32)] {
            assert!(wrong.parse::<Known>().is_err(), "{wrong}");
        }
    }
}
