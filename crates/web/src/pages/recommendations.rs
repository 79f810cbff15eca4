//! Recommendations: where each stands, what would be sent, and the forms that change, submit or take back a draft.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Right;
use domain::scope::Scope;
use jiff::Timestamp;
use ops::alert::Word;
use ops::recommendations::{DECLARATION, RecommendationPage, SECOND, Submit};
use ops::{Fault, Kind as Wrong};

use super::drafting::{self, Entered};
use super::outcome;
use super::sheet::Sheet;
use super::{Page, answered, told};
use crate::fault::Problem;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way, words};

/// What was just done, by the word in the address.
const DONE: [(&str, &str); 3] = [
    ("drafted", "The draft is kept."),
    ("commented", "The comment is kept."),
    ("withdrawn", "The draft is taken back."),
];

/// Shows those of the reader's bodies, open ones first.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let freshness = app.ops.freshness(&reader.doctors()).await?;
    let rows = app.ops.recommendations(&reader.doctors()).await?;
    let now = freshness.at;
    let frame = Frame::of(&app, &reader, "/recommendations", "Recommendations");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), "Recommendations");
    sheet.intro.push(Cell::text("A draft begins on the page of its doctor."));
    let cells = rows.iter().map(|row| {
        vec![
            Cell::link(format!("/recommendations/{}", encoded(&row.id)), drafting::spoken(&row.words)),
            Cell::link(format!("/doctors/{}", row.number), row.number.to_string()),
            Cell::text(app.ops.name_of(row.body.as_str())),
            Cell::Tag(words::recommendation(&row.status())),
            Cell::at(row.changed_at, now),
            Cell::text(row.changed_by.as_str()),
        ]
    });
    let titles = ["Recommendation", "GMC number", "Body", "Stands", "Changed", "By"];
    sheet.tables.push(
        Table::new("recommendations", "Open ones first, the newest change at the top", &titles)
            .filled(cells, "No recommendation was drafted for these bodies."),
    );
    answered(&sheet, StatusCode::OK)
}

/// Shows one.
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    let page = app.ops.recommendation(&reader.doctors(), &id).await?;
    let mut sheet = sheet(&app, &reader, &page, Errors::default()).await?;
    // The address stays what it was when the state has moved on, so what it says counts only beside a draft.
    let said = params.done(&DONE);
    sheet.done = said.filter(|_| sheet.panel.is_none() || params.get("done") == Some("commented"));
    answered(&sheet, StatusCode::OK)
}

/// Changes the words of a draft.
pub async fn change(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["kind", "date", "reason", "seen"])?;
    let scope = reader.scope(Right::Draft);
    let seen = seen(&app, (&scope, &id), &posted).await?;
    let said = match Entered::of(&posted).words() {
        Ok(said) => said,
        Err(errors) => return again(&app, &reader, (&scope, &id), errors).await,
    };
    let actor = reader.visitor.actor("");
    let word = Word { actor: &actor, ids: &app.ids };
    let changed = app.ops.redraft(&scope, (&id, seen), &said, word).await;
    ended(&app, &reader, (&scope, &id), (changed, "kind", "drafted")).await
}

/// Keeps a comment.
pub async fn comment(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["comment"])?;
    let scope = reader.scope(Right::Draft);
    let actor = reader.visitor.actor("");
    let word = Word { actor: &actor, ids: &app.ids };
    let kept = app.ops.comment(&scope, &id, posted.get("comment").unwrap_or_default(), word).await;
    ended(&app, &reader, (&scope, &id), (kept, "comment", "commented")).await
}

/// Takes a draft back.
pub async fn withdraw(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["seen"])?;
    let scope = reader.scope(Right::Draft);
    let seen = seen(&app, (&scope, &id), &posted).await?;
    let actor = reader.visitor.actor("withdrawn on its page");
    let taken = app.ops.withdraw(&scope, (&id, seen), Word { actor: &actor, ids: &app.ids }).await;
    ended(&app, &reader, (&scope, &id), (taken, "comment", "withdrawn")).await
}

/// Submits a draft to the GMC.
pub async fn submit(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["seen", "email", "declare", "press"])?;
    let scope = reader.scope(Right::Submit);
    let seen = seen(&app, (&scope, &id), &posted).await?;
    if posted.get("declare") != Some("yes") {
        let errors = Errors::one("declare", "Declare it, or do not submit".to_owned());
        return again(&app, &reader, (&scope, &id), errors).await;
    }
    let submit = Submit {
        version: seen,
        email: posted.get("email").unwrap_or_default(),
        token: posted.get("press").unwrap_or_default(),
    };
    let actor = reader.visitor.actor("declared on its page");
    let word = Word { actor: &actor, ids: &app.ids };
    let submitted = app.ops.submit(&scope, &id, submit, word).await;
    ended(&app, &reader, (&scope, &id), (submitted, "email", "submitted")).await
}

/// The version that whoever sends a form has read; whose recommendation it is not learns that there is none.
async fn seen(app: &App, which: (&Scope, &str), posted: &Posted) -> Result<u64, Problem> {
    app.ops.recommendation(which.0, which.1).await?;
    let seen = posted.get("seen").and_then(|text| text.parse().ok());
    Ok(seen.ok_or_else(|| Fault::invalid("Open the recommendation anew and send it again."))?)
}

/// Sends somebody on to what was done, or back to the form with what is wrong.
async fn ended(
    app: &App,
    reader: &Reader,
    which: (&Scope, &str),
    what: (Result<RecommendationPage, Fault>, &'static str, &str),
) -> Page {
    let (result, field, word) = what;
    match result {
        Ok(page) => Ok(seen_as(&page, word)),
        // A second press of the same button finds it done.
        Err(fault) if fault.kind == Wrong::Conflict && word == "submitted" => Err(fault.into()),
        Err(fault) => again(app, reader, which, Errors::one(field, told(fault)?)).await,
    }
}

fn seen_as(page: &RecommendationPage, word: &str) -> Response {
    way::see(&format!("/recommendations/{}?done={word}", encoded(&page.row.id)))
}

async fn again(app: &App, reader: &Reader, which: (&Scope, &str), errors: Errors) -> Page {
    let page = app.ops.recommendation(which.0, which.1).await?;
    answered(&sheet(app, reader, &page, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn sheet(
    app: &App,
    reader: &Reader,
    page: &RecommendationPage,
    errors: Errors,
) -> Result<Sheet, Fault> {
    let row = &page.row;
    let freshness = app.ops.freshness(&Scope::of([row.body.clone()])).await?;
    let now = freshness.at;
    let frame = Frame::of(app, reader, "/recommendations", "Recommendation")
        .below("/recommendations", "Recommendations");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), "Recommendation").complaining(errors);
    let waits = page.row.submission.as_ref().map(|one| one.intent_id.as_str());
    let before = app.ops.before().await?;
    sheet.panel = outcome::panel(page, waits.and_then(|id| before.get(id).copied()));
    sheet.summary = Some(summary(app, page, now));
    sheet.tables.push(comments(page, now));
    sheet.tables.push(life(page, now));
    let may_draft = reader.scope(Right::Draft).covers(&row.body);
    let may_submit = reader.scope(Right::Submit).covers(&row.body);
    let token = &reader.form_token;
    let needs_another = app.ops.needs_another(row, &reader.visitor.actor("").name);
    if row.status().is_draft() && may_submit && needs_another {
        sheet.intro.push(Cell::text(SECOND));
    } else if row.status().is_draft() && may_submit && page.problems.is_empty() {
        sheet = sheet.asking(submitting(app, page, token));
    }
    if row.status().is_draft() && may_draft {
        sheet = sheet.asking(drafting::changing(page, token)).asking(withdrawing(page, token));
    }
    Ok(if may_draft { sheet.asking(commenting(page, token)) } else { sheet })
}

fn summary(app: &App, page: &RecommendationPage, now: Timestamp) -> Summary {
    let row = &page.row;
    let stack = |told: Vec<String>| Cell::Stack(told.into_iter().map(Cell::Text).collect());
    let mut lines = vec![
        ("Recommendation", Cell::text(drafting::spoken(&row.words))),
        ("Doctor", Cell::link(format!("/doctors/{}", row.number), row.number.to_string())),
        ("Body", Cell::text(app.ops.name_of(row.body.as_str()))),
        ("Stands", Cell::Tag(words::recommendation(&row.status()))),
        ("Drafted by", Cell::text(row.drafted_by.as_str())),
        ("Last changed", Cell::at(row.changed_at, now)),
    ];
    if row.status().is_draft() {
        let officer =
            page.officer.as_ref().map(|one| format!("{}, {}", one.officer.surname, one.officer.gmc_number));
        lines.push(("Responsible officer", Cell::maybe(officer.as_deref())));
        lines.push((
            "Submission date at the GMC",
            Cell::maybe(page.facts.submission_date.map(drafting::day).as_deref()),
        ));
        if !page.problems.is_empty() {
            let told = page.problems.iter().map(|problem| problem.sentence.clone()).collect();
            lines.push(("Stands against it", stack(told)));
        }
        if !page.differences.is_empty() {
            lines.push(("Changed since it was drafted", stack(page.differences.clone())));
        }
    }
    if let Some(submission) = &row.submission {
        let to = format!("/connections/{}", encoded(&submission.intent_id));
        lines.push(("Submission", Cell::link(to, "See how it went")));
        lines.push(("Submitted by", Cell::text(submission.by.as_str())));
    }
    Summary::of(lines)
}

fn comments(page: &RecommendationPage, now: Timestamp) -> Table {
    let rows = page.comments.iter().map(|one| {
        vec![Cell::at(one.at, now), Cell::text(one.text.as_str()), Cell::text(one.author.as_str())]
    });
    Table::new("comments", "Comments", &["When", "Comment", "By"]).filled(rows, "No comment yet.")
}

fn life(page: &RecommendationPage, now: Timestamp) -> Table {
    let steps = page.life.iter().map(|step| {
        vec![Cell::at(step.at, now), Cell::text(step.sentence.as_str()), Cell::text(step.actor.as_str())]
    });
    let answers = page.answers.iter().map(|answer| {
        let told =
            if answer.status.is_empty() { format!("code {}", answer.code) } else { answer.status.clone() };
        vec![
            Cell::at(answer.at, now),
            Cell::text(format!("The GMC, asked about it: {told}")),
            Cell::text("the GMC"),
        ]
    });
    Table::new("life", "What became of it", &["When", "What happened", "By"])
        .filled(steps.chain(answers), "It was not submitted yet.")
}

fn submitting(app: &App, page: &RecommendationPage, token: &str) -> PostForm {
    let declare =
        crate::parts::Choice { value: "yes".to_owned(), text: DECLARATION.to_owned(), is_chosen: false };
    PostForm::new(format!("/recommendations/{}/submit", encoded(&page.row.id)), token, "Submit to the GMC")
        .headed("Submit it", "Everything above is sent as it stands. It is sent once.")
        .with("seen", page.row.version.to_string())
        .with("press", app.ids.mint(app.ops.today().now))
        .asking([
            Field::new("email", "Your e-mail address", Kind::Text)
                .hinted("The GMC expects it")
                .filled_by("email"),
            Field::new("declare", "Declaration", Kind::Checks(vec![declare])),
        ])
}

fn withdrawing(page: &RecommendationPage, token: &str) -> PostForm {
    PostForm::new(
        format!("/recommendations/{}/withdraw", encoded(&page.row.id)),
        token,
        "Take the draft back",
    )
    .with("seen", page.row.version.to_string())
    .secondary()
}

fn commenting(page: &RecommendationPage, token: &str) -> PostForm {
    PostForm::new(format!("/recommendations/{}/comment", encoded(&page.row.id)), token, "Keep the comment")
        .asking([Field::new("comment", "Comment", Kind::Lines)])
        .secondary()
}
