//! Whether somebody is mailed what the GMC decided about a recommendation that they drafted or submitted.

use domain::access::Visitor;
use store::audit::Act;

use crate::fault::Fault;
use crate::place::Ops;

/// Longest address of mail. Source: RFC 5321.
const EMAIL_MAX: usize = 254;

impl Ops {
    /// Reads where somebody wants letters.
    pub async fn letters_to(&self, visitor: &Visitor) -> Result<Option<String>, Fault> {
        Ok(store::letter::wished(&mut self.read().await?, &visitor.seat().account).await?)
    }

    /// Keeps where somebody wants letters; an empty address: nowhere. The audit says that it changed, not to what.
    pub async fn want_letters(&self, visitor: &Visitor, id: &str, email: &str) -> Result<(), Fault> {
        let (now, email) = (self.clock.now(), email.trim());
        if !email.is_empty() && !is_address(email) {
            return Err(Fault::invalid("This is no e-mail address; one is somebody@example.org."));
        }
        let (account, actor) = (&visitor.seat().account, visitor.actor(""));
        let wish = Some(email).filter(|email| !email.is_empty());
        let detail = serde_json::json!({ "wanted": wish.is_some() }).to_string();
        let object = format!("account/{account}");
        let mut tx = self.store.begin().await?;
        store::letter::wish(&mut tx, account, wish, (actor.name.as_str(), now)).await?;
        let act = Act { id, action: "set-letters", object: &object, detail: &detail };
        store::audit::insert(&mut tx, &actor, &act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Something before and after one @, with a dot after it, and nothing that ends a line.
fn is_address(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() && !"<>,;:\"\\()[]".contains(c));
    let parts = text.split_once('@');
    let is_whole = parts.is_some_and(|(who, host)| {
        !who.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    is_plain && is_whole && text.len() <= EMAIL_MAX
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_has_two_sides_and_ends_no_line() {
        for (text, is) in [
            ("ana@example.org", true),
            ("ana.b+reval@nhs.example.org", true),
            ("ana", false),
            ("@example.org", false),
            ("ana@example", false),
            ("ana@b@example.org", false),
            ("ana@example.org\r\nBcc: x@example.org", false),
            ("a b@example.org", false),
            ("Ana <ana@example.org>", false),
        ] {
            assert_eq!(is_address(text), is, "{text:?}");
        }
    }
}
