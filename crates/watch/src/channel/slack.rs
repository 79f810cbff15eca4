//! Slack: an incoming webhook and Block Kit. Every text is plain, so that nothing in it can call a channel or bend a link.

use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::post;
use super::{Message, Words};

/// Bounds of Block Kit, in characters. Source: Slack's reference of blocks.
const HEADER_MAX: usize = 150;
const SECTION_MAX: usize = 2_900;
const FIELD_MAX: usize = 1_900;
const FIELDS_MAX: usize = 10;

/// Sends a message; only status 200 with the body `ok` is a receipt.
pub(super) async fn send(to: (&Secret, bool), message: &Message, at: Timestamp) -> Result<String, Refusal> {
    let body = serde_json::to_vec(&blocks(&Words::of(message)))
        .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))?;
    let answer = post::json(to, &[("idempotency-key", message.key.clone())], body).await?;
    let is_taken = answer.status == 200 && answer.body.trim() == "ok";
    if is_taken { Ok(answer.said()) } else { Err(answer.refused(at)) }
}

fn blocks(words: &Words) -> Value {
    let mut blocks = vec![
        json!({ "type": "header", "text": plain(&words.title, HEADER_MAX) }),
        json!({ "type": "section", "text": plain(&words.sentence, SECTION_MAX) }),
    ];
    for text in [&words.remedy, &words.items].into_iter().filter(|text| !text.is_empty()) {
        blocks.push(json!({ "type": "section", "text": plain(text, SECTION_MAX) }));
    }
    for facts in words.facts.chunks(FIELDS_MAX) {
        let field = |(name, value): &(&str, String)| plain(&format!("{name}: {value}"), FIELD_MAX);
        let fields: Vec<Value> = facts.iter().map(field).collect();
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    if let Some((label, url)) = &words.link {
        let link = format!("<{}|{}>", url.replace(['|', '<', '>'], ""), escaped(&tame(label)));
        blocks
            .push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": link, "verbatim": true } }));
    }
    let said = format!("{}\n{}", words.title, words.sentence);
    json!({
        "text": escaped(&tame(&short(&said, SECTION_MAX))),
        "mrkdwn": false,
        "parse": "none",
        "link_names": false,
        "unfurl_links": false,
        "unfurl_media": false,
        "blocks": blocks,
    })
}

fn plain(text: &str, most: usize) -> Value {
    json!({ "type": "plain_text", "text": short(&tame(text), most), "emoji": false })
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// What could call somebody or open a control sequence is broken up; it reads the same.
fn tame(text: &str) -> String {
    let tamed = text.replace('@', "@\u{2060}").replace('<', "‹").replace('>', "›");
    tamed.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_neither_call_a_channel_nor_format_itself() {
        let words = Words {
            title: "<!channel> *MISSED* @here".to_owned(),
            sentence: "<https://evil.example|safe> & `code`".to_owned(),
            link: Some(("See <it>".to_owned(), "https://reval.example/runs|x?a=1&b=2".to_owned())),
            ..Words::default()
        };
        let value = blocks(&words);
        let text = value.to_string();
        for bad in ["<!channel", "@here", "@channel", "<https://evil", "|x?a"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
        let kinds: Vec<&str> = value["blocks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|b| b["text"]["type"].as_str())
            .collect();
        assert_eq!(kinds, ["plain_text", "plain_text", "mrkdwn"]);
        assert_eq!(value["blocks"][2]["text"]["text"], "<https://reval.example/runsx?a=1&b=2|See ‹it›>");
    }

    #[test]
    fn no_text_is_longer_than_slack_takes() {
        let words = Words {
            title: "t".repeat(4_000),
            sentence: "ß".repeat(9_000),
            facts: vec![("Job", "x".repeat(5_000)); 23],
            ..Words::default()
        };
        let value = blocks(&words);
        let sections = value["blocks"].as_array().cloned().unwrap_or_default();
        assert_eq!(sections.len(), 2 + 3);
        assert_eq!(sections[0]["text"]["text"].as_str().map(|t| t.chars().count()), Some(HEADER_MAX));
        assert_eq!(sections[1]["text"]["text"].as_str().map(|t| t.chars().count()), Some(SECTION_MAX));
        assert_eq!(sections[4]["fields"].as_array().map(Vec::len), Some(3));
    }
}
