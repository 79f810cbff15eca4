//! Asks another instance of this program what it is made of.

use std::time::Duration;

use domain::fingerprint::Fingerprint;
use domain::secret::Secret;

/// For one answer. Arbitrary; it is a page of text from next door.
const PATIENCE: Duration = Duration::from_secs(15);
/// Largest answer taken; ours are about 20 kB.
const BYTES_MAX: usize = 1024 * 1024;

/// Another instance of this program.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What people call it.
    pub name: String,
    /// Where its pages are, without a slash at the end.
    pub url: String,
    /// What lets us in there.
    pub token: Option<Secret>,
}

/// Asks it once.
///
/// Errors: a sentence for people; the token is not in it.
pub async fn ask(instance: &Instance) -> Result<Fingerprint, String> {
    let told =
        |why: String| format!("{} ({}) does not say what it is made of: {why}", instance.name, instance.url);
    let bytes = bytes(instance).await.map_err(told)?;
    serde_json::from_slice(&bytes).map_err(|error| told(format!("its answer is no fingerprint: {error}")))
}

async fn bytes(instance: &Instance) -> Result<Vec<u8>, String> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .user_agent("reval")
        .build()
        .map_err(|error| error.to_string())?;
    let mut request = client.get(format!("{}/fingerprint", instance.url));
    if let Some(token) = &instance.token {
        request = request.bearer_auth(token.reveal());
    }
    let mut answer = request.send().await.map_err(last)?;
    let status = answer.status();
    if !status.is_success() {
        let hint =
            if status.as_u16() == 401 { "; does token_file hold a token of that instance?" } else { "" };
        return Err(format!("it answers {}{hint}", status.as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(last)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > BYTES_MAX {
            return Err(format!("its answer is longer than {BYTES_MAX} bytes"));
        }
    }
    Ok(bytes)
}

/// The innermost cause, which is what people need.
fn last(error: reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = &error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
