//! The house's own identity provider, by OpenID Connect: discovery, keys, a code exchanged for a token, and the token judged.
//!
//! Invariants: a token counts only if the provider's own key signed it, for us, for this very sign-in, and it has not run
//! out; keys are read anew for each token, so that one taken back counts no longer; no redirect is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::clock::Clock;
use domain::identity::{Asking, Identity};
use domain::secret::Secret;
use futures_util::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode,
    Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Signatures that count: those made with a key that only the provider has. No shared secret, and never none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 7] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How long what the provider says of itself is believed when somebody sets out. Arbitrary; when they come back it is read anew.
const BELIEVED: SignedDuration = SignedDuration::from_mins(10);
/// How far the clocks of two machines may differ. Source: common practice; NTP keeps far closer.
const DRIFT: SignedDuration = SignedDuration::from_mins(2);
/// How lately somebody must have shown who they are where that was asked.
const LATELY: SignedDuration = SignedDuration::from_mins(5);
/// Largest answer taken, bytes: keys and tokens are a few thousand.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Where the provider is, and who we are to it.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its address, as it writes it in its tokens.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; without one, PKCE alone stands.
    pub client_secret: Option<Secret>,
    /// What we ask to be told.
    pub scopes: Vec<String>,
    /// How people must have shown who they are (`acr`); without one, the provider decides.
    pub acr: Option<String>,
    /// Where it sends people back to.
    pub back: String,
    /// For one question to it.
    pub timeout: Duration,
}

/// Why nobody could be vouched for. Nothing of a token is in it.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It could not be asked, or answered nothing that can be read.
    #[error("the identity provider did not answer: {0}")]
    Unavailable(String),
    /// What came back is not its word for this sign-in.
    #[error("the identity provider's word is refused: {0}")]
    Refused(String),
}

/// Every claim beside those that the standard names.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Claims {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Claims {}

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type OurClient = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Verifier<'a> = IdTokenVerifier<'a, CoreJsonWebKey>;

/// Asks the provider. Clones share what it said of itself.
#[derive(Clone)]
pub struct Provider {
    settings: Arc<ProviderSettings>,
    line: Line,
    clock: Arc<dyn Clock>,
    said: Arc<Mutex<Option<(Timestamp, CoreProviderMetadata)>>>,
}

impl Provider {
    /// Makes it ready; nothing is asked yet.
    pub fn new(settings: ProviderSettings, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout)
            .user_agent("reval")
            .build();
        let http = http.map_err(|error| ProviderError::Unavailable(error.to_string()))?;
        Ok(Self { settings: Arc::new(settings), line: Line(http), clock, said: Arc::default() })
    }

    /// The address to which somebody is sent to show who they are.
    pub async fn address(&self, asking: &Asking) -> Result<String, ProviderError> {
        let client = self.client(self.lately_said().await?)?;
        let (state, nonce) = (asking.state.clone(), asking.nonce.clone());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request =
            client.authorize_url(flow, move || CsrfToken::new(state), move || Nonce::new(nonce));
        let proof = PkceCodeVerifier::new(asking.verifier.clone());
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&proof));
        let scopes = self.settings.scopes.iter().filter(|scope| *scope != "openid");
        request = request.add_scopes(scopes.map(|scope| Scope::new(scope.clone())));
        if let Some(acr) = &self.settings.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if asking.again {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        Ok(request.url().0.to_string())
    }

    /// Exchanges the code that somebody brings back, and judges the token that comes of it.
    pub async fn identity(&self, code: &str, asking: &Asking) -> Result<Identity, ProviderError> {
        let said = self.ask().await?;
        let (issuer, keys) = (said.issuer().clone(), said.jwks().clone());
        let client = self.client(said)?;
        let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let exchange = exchange.map_err(unavailable)?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(asking.verifier.clone()));
        let answer = exchange.request_async(&self.line).await.map_err(exchanged)?;
        let token = answer.id_token().ok_or_else(|| refused("there is no token in its answer"))?;
        let id = ClientId::new(self.settings.client_id.clone());
        let verifier = self.judging(Verifier::new_public_client(id, issuer, keys), asking.again);
        // What the library says names claims and times, and quotes no person.
        let claims = token.claims(&verifier, &Nonce::new(asking.nonce.clone())).map_err(refused)?;
        let all = &claims.additional_claims().all;
        let mut said: BTreeMap<String, BTreeSet<String>> =
            all.iter().map(|(claim, value)| (claim.clone(), values(value))).collect();
        let name = claims.preferred_username().map(|name| name.to_string());
        let email = claims.email().map(|email| email.to_string());
        for (claim, value) in [("preferred_username", name), ("email", email)] {
            said.extend(value.map(|value| (claim.to_owned(), BTreeSet::from([value]))));
        }
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            claims: said,
            signed_in_at: claims.auth_time().and_then(instant),
        })
    }

    /// What is asked of a token beside its signature, its issuer, its audience and its nonce.
    fn judging<'a>(&'a self, verifier: Verifier<'a>, again: bool) -> Verifier<'a> {
        let acr = self.settings.acr.clone();
        verifier
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(|| DateTime::from_timestamp_millis(self.now().as_millisecond()).unwrap_or_default())
            .set_issue_time_verifier_fn(|at| match instant(at) {
                Some(at) if at <= self.now() + DRIFT => Ok(()),
                _ => Err("it was issued in the future".to_owned()),
            })
            .set_auth_context_verifier_fn(move |shown| match (&acr, shown) {
                (Some(needed), shown) if shown.is_none_or(|shown| **shown != *needed) => {
                    Err("they did not show who they are in the way that is needed".to_owned())
                }
                _ => Ok(()),
            })
            .set_auth_time_verifier_fn(move |at| match at.and_then(instant) {
                _ if !again => Ok(()),
                Some(at) if self.now() < at + LATELY => Ok(()),
                _ => Err("they did not show again who they are".to_owned()),
            })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn client(&self, said: CoreProviderMetadata) -> Result<OurClient, ProviderError> {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let back = RedirectUrl::new(self.settings.back.clone()).map_err(unavailable)?;
        Ok(Client::from_provider_metadata(said, id, secret).set_redirect_uri(back))
    }

    async fn lately_said(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let now = self.now();
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match said {
            Some((at, said)) if now.duration_since(at) < BELIEVED => Ok(said),
            _ => self.ask().await,
        }
    }

    async fn ask(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(unavailable)?;
        let said = CoreProviderMetadata::discover_async(issuer, &self.line).await.map_err(unavailable)?;
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.now(), said.clone()));
        Ok(said)
    }
}

/// How the library asks: one bounded question at a time.
#[derive(Clone)]
struct Line(reqwest::Client);

impl Line {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        let (parts, body) = request.into_parts();
        let asked = self.0.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
        let answer = asked.send().await.map_err(unavailable)?;
        let mut made = HttpResponse::new(Vec::new());
        *made.status_mut() = answer.status();
        *made.headers_mut() = answer.headers().clone();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.try_next().await.map_err(unavailable)? {
            if made.body().len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(ProviderError::Unavailable("its answer is too long".to_owned()));
            }
            made.body_mut().extend_from_slice(&chunk);
        }
        Ok(made)
    }
}

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = ProviderError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

/// A text, or each text of a list; anything else says nothing.
fn values(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => [text.clone()].into(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

fn instant(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.timestamp_millis()).ok()
}

fn unavailable(error: impl std::fmt::Display) -> ProviderError {
    ProviderError::Unavailable(error.to_string())
}

fn refused(why: impl std::fmt::Display) -> ProviderError {
    ProviderError::Refused(why.to_string())
}

/// A code that it does not take is refused; that it could not be asked is another thing.
fn exchanged<E: std::error::Error + 'static>(
    error: openidconnect::RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderError {
    match error {
        openidconnect::RequestTokenError::ServerResponse(said) => {
            refused(format!("it does not take the code: {}", said.error().as_ref()))
        }
        // The answer itself may hold tokens, so only its kind is told.
        openidconnect::RequestTokenError::Parse(..) => refused("its answer makes no sense"),
        other => unavailable(other),
    }
}
