//! The house's own identity provider, and what its word gives here.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::access::{Grant, Role};
use domain::identity::{Mapping, Trust};
use domain::ids::BodyCode;
use domain::reference::Reference;
use domain::secret::Secret;
use ops::Site;
use sources::provider::ProviderSettings;

use super::fields::Fields;
use super::reader::Reader;

/// Where roles are declared.
pub const ROLE: &str = "oidc.role";
const FIELDS: [&str; 5] = ["claim", "value", "role", "bodies", "sensitive"];
/// For one question to the provider. Arbitrary; a person waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The identity provider.
pub struct Oidc {
    /// Where it is, and who we are to it.
    pub provider: ProviderSettings,
    /// What of its word counts.
    pub trust: Trust,
    /// What people call it.
    pub label: String,
}

/// Reads `[oidc]`; none where no issuer is named.
pub fn read(reader: &Reader, site: &Site, reference: &Reference) -> Option<Oidc> {
    let issuer = reader.text("oidc.issuer");
    let entries = reader.entries(ROLE);
    let mappings = entries.iter().filter_map(|entry| {
        let section = ROLE;
        mapping(&Fields { reader, entry, section }, reference)
    });
    let trust = Trust { name_claim: reader.filled("oidc.name_claim"), mappings: mappings.collect() };
    let client_secret = reader.secret("oidc.client_secret_file").map(Secret::new);
    let (client_id, acr) = (reader.text("oidc.client_id"), reader.text("oidc.acr"));
    let scopes = reader.text("oidc.scopes").split_whitespace().map(str::to_owned).collect();
    let label = reader.filled("oidc.label");
    if issuer.is_empty() {
        return None;
    }
    if !issuer.starts_with("https://") && !is_here(&issuer) {
        reader.wrong("oidc.issuer", "must begin with https://, unless it is on this machine's own loopback");
    }
    if client_id.is_empty() {
        reader.wrong("oidc.client_id", "must not be empty: it is our name at the provider");
    }
    let provider = ProviderSettings {
        issuer,
        client_id,
        client_secret,
        scopes,
        acr: Some(acr).filter(|acr| !acr.is_empty()),
        back: format!("{}/sign-in/provider/back", site.public_url),
        timeout: PATIENCE,
    };
    Some(Oidc { provider, trust, label })
}

fn is_here(issuer: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|here| issuer.starts_with(here))
}

fn mapping(fields: &Fields<'_>, reference: &Reference) -> Option<Mapping> {
    fields.refuse_unknown(&FIELDS);
    let claim = fields.text("claim").unwrap_or_else(|| "groups".to_owned());
    let value = fields.needed("value", "the group or role whose people have it, letter by letter")?;
    let word = fields.needed("role", "observer, admin, approver, operations or auditor")?;
    let Some(role) = Role::from_word(&word) else {
        let words = Role::ALL.map(Role::word).join(", ");
        fields.wrong("role", format!("has role \"{word}\"; it must be one of: {words}"));
        return None;
    };
    let typed = fields.list("bodies");
    let bodies: BTreeSet<BodyCode> =
        typed.iter().filter_map(|typed| body(fields, typed, reference)).collect();
    let sensitive = fields.flag("sensitive");
    if role.is_about_bodies() == typed.is_empty() {
        let sentence = if typed.is_empty() {
            "needs `bodies`, such as \"NWL|KSS\": to leave them out means none, never all"
        } else {
            "has `bodies`, but operations and auditors see no doctor"
        };
        fields.wrong("bodies", sentence);
        return None;
    }
    Some(Mapping { claim, value, grant: Grant { role, bodies, sensitive, ends: None } })
}

/// A body by its code or abbreviation.
fn body(fields: &Fields<'_>, typed: &str, reference: &Reference) -> Option<BodyCode> {
    let mut known = reference.bodies().iter();
    let known =
        known.find(|body| body.code.as_str() == typed || body.abbreviation.eq_ignore_ascii_case(typed));
    if known.is_none() {
        fields.wrong("bodies", format!("names the body {typed}, which there is not"));
    }
    known.map(|body| body.code.clone())
}
