//! Microsoft Teams: a workflow's webhook and an adaptive card. Texts are text runs, which know no markdown and no mentions.

use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::post;
use super::{Message, Words};

/// Longest text of one part, in characters: a card may have 28 kB in all. Source: Microsoft's limits for Teams.
const TEXT_MAX: usize = 3_000;
const FACT_MAX: usize = 200;

/// Sends a message; the workflow's 200 or 202 is a receipt, because a workflow takes it before it posts it.
pub(super) async fn send(to: (&Secret, bool), message: &Message, at: Timestamp) -> Result<String, Refusal> {
    let body = serde_json::to_vec(&card(&Words::of(message)))
        .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))?;
    let answer = post::json(to, &[("idempotency-key", message.key.clone())], body).await?;
    // The older connectors answered 200 with an error in the body; nothing good is ever said at such length.
    let is_taken = matches!(answer.status, 200 | 202) && !answer.body.to_lowercase().contains("error");
    if is_taken { Ok(answer.said()) } else { Err(answer.refused(at)) }
}

fn card(words: &Words) -> Value {
    let mut body = vec![text(&words.title, true), text(&words.sentence, false)];
    body.extend(
        [&words.remedy, &words.items].into_iter().filter(|one| !one.is_empty()).map(|one| text(one, false)),
    );
    let facts: Vec<String> =
        words.facts.iter().map(|(name, value)| format!("{name}: {}", short(value, FACT_MAX))).collect();
    body.push(text(&facts.join("\n"), false));
    let link = words
        .link
        .as_ref()
        .map(|(label, url)| json!({ "type": "Action.OpenUrl", "title": short(label, FACT_MAX), "url": url }));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
                "actions": link.into_iter().collect::<Vec<_>>(),
            },
        }],
    })
}

/// Lines of text; each line is a run of its own.
fn text(lines: &str, is_title: bool) -> Value {
    let text = short(lines, TEXT_MAX);
    let run = |line: &str| {
        let weight = if is_title { "Bolder" } else { "Default" };
        json!({ "type": "TextRun", "text": format!("{line}\n"), "weight": weight })
    };
    json!({ "type": "RichTextBlock", "inlines": text.lines().map(run).collect::<Vec<_>>() })
}

fn short(text: &str, most: usize) -> String {
    let plain = text.chars().filter(|c| !c.is_control() || *c == '\n');
    if text.chars().count() <= most { plain.collect() } else { plain.take(most - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_has_no_markdown_and_fits() {
        let words = Words {
            title: "**[click](https://evil.example)** <at>everyone</at>".to_owned(),
            sentence: "x".repeat(9_000),
            items: "y".repeat(9_000),
            facts: vec![("Job", "z".repeat(5_000)); 16],
            link: Some(("See".to_owned(), "https://reval.example/alerts".to_owned())),
            ..Words::default()
        };
        let card = card(&words);
        let text = card.to_string();
        assert!(text.len() < 28_000, "{}", text.len());
        let content = &card["attachments"][0]["content"];
        let kinds: Vec<_> =
            content["body"].as_array().into_iter().flatten().map(|one| one["type"].clone()).collect();
        assert!(kinds.iter().all(|kind| kind == "RichTextBlock") && kinds.len() == 4, "{kinds:?}");
        assert!(content.get("msteams").is_none(), "nobody is mentioned");
        assert_eq!(content["actions"][0]["url"], "https://reval.example/alerts");
    }
}
