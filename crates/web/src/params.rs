//! What stands after the question mark: read without ever refusing, complained about by field.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use jiff::civil::Date;

/// The parameters of an address, in order; of a repeated one the first counts.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(pairs.map_or_else(|_| Vec::new(), |Query(pairs)| pairs)))
    }
}

impl Params {
    /// Reads what stands after the question mark of an address.
    pub fn parse(query: &str) -> Self {
        let uri = format!("/?{query}").parse::<Uri>();
        let read = uri.ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
        Self(read.map_or_else(Vec::new, |Query(pairs)| pairs))
    }

    /// The same parameters as text.
    pub fn text(&self) -> String {
        self.with_all(&[]).trim_start_matches('?').to_owned()
    }

    /// What is told of what was just done, by the word in the address.
    pub fn done(&self, known: &[(&str, &'static str)]) -> Option<&'static str> {
        let word = self.get("done")?;
        known.iter().find(|(known, _)| *known == word).map(|(_, told)| *told)
    }

    /// A parameter without its outer spaces; `None` if it is absent or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name)?;
        Some(found.1.trim()).filter(|text| !text.is_empty())
    }

    /// Every value of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, text)| text.trim())
    }

    /// The parameters that a form of these fields does not have, so that it sends them along.
    pub fn beside<'a>(&'a self, fields: &'a [&str]) -> impl Iterator<Item = (String, String)> + 'a {
        self.0.iter().filter(|(key, text)| !fields.contains(&key.as_str()) && !text.is_empty()).cloned()
    }

    /// The same parameters from the first page on.
    pub fn at_first_page(&self) -> Self {
        self.without("after").without("before").without("at")
    }

    /// The same parameters without one of them.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(key, _)| key != name).cloned().collect())
    }

    /// The same parameters with one of them set, or taken out where the value is empty, as the end of an address.
    pub fn with(&self, name: &str, value: &str) -> String {
        self.with_all(&[(name, value)])
    }

    /// The same with several.
    pub fn with_all(&self, set: &[(&str, &str)]) -> String {
        let is_set = |key: &str| set.iter().any(|(name, _)| *name == key);
        let kept = self.0.iter().filter(|(key, text)| !is_set(key) && !text.trim().is_empty());
        let kept = kept.map(|(key, text)| (key.as_str(), text.as_str()));
        let pairs = kept.chain(set.iter().copied().filter(|(_, value)| !value.is_empty()));
        let pairs: Vec<String> =
            pairs.map(|(key, text)| format!("{}={}", encoded(key), encoded(text.trim()))).collect();
        format!("?{}", pairs.join("&"))
    }
}

/// One complaint about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The id of the field.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Reads the day of an "as of" form; a day that has not begun is refused.
pub fn day(params: &Params, today: Date) -> Result<Option<Date>, Complaint> {
    let Some(text) = params.get("on") else { return Ok(None) };
    let wrong = |message: &str| Complaint { field: "on", message: message.to_owned() };
    let day = date(text).ok_or_else(|| wrong("Enter a day, like 2026-11-24 or 24/11/2026"))?;
    if day > today {
        return Err(wrong("The day must be today or earlier"));
    }
    Ok(Some(day))
}

/// Reads a day in one of the two ways in which people type them.
pub fn date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).or_else(|_| Date::strptime("%d/%m/%Y", text)).ok()
}

/// Encodes text for a part of an address.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params(pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn an_address_keeps_what_was_asked_and_changes_one_thing() {
        let asked = params(&[("q", "Ó Sé & co"), ("body", " "), ("after", "9000001")]);
        assert_eq!(asked.with("after", "9000009"), "?q=%C3%93%20S%C3%A9%20%26%20co&after=9000009");
        assert_eq!(asked.with("after", ""), "?q=%C3%93%20S%C3%A9%20%26%20co");
    }

    #[test]
    fn a_day_is_read_in_two_ways_or_refused_in_words() {
        let today = Date::constant(2026, 11, 25);
        let read = |text: &str| day(&params(&[("on", text)]), today);
        assert_eq!(read("2026-11-24"), Ok(Some(Date::constant(2026, 11, 24))));
        assert_eq!(read("24/11/2026"), Ok(Some(Date::constant(2026, 11, 24))));
        assert_eq!(read(""), Ok(None));
        for wrong in ["2026-11-26", "yesterday", "24/13/2026", "9999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
