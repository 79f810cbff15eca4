//! What surrounds every page: the environment's label, the way around, and where one is.

use std::sync::atomic::Ordering;

use domain::access::Right;
use ops::Production;

use crate::App;
use crate::assets;
use crate::moment;
use crate::reader::Reader;

/// A link of the way around.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where to.
    pub href: &'static str,
    /// What it says.
    pub text: &'static str,
    /// Whether the page is there or below.
    pub is_current: bool,
}

/// A page above this one.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub text: String,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct SignedInAs {
    /// Their name.
    pub name: String,
    /// What the form that signs them out sends back.
    pub form_token: String,
}

/// Everything around a page's own content.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The title.
    pub title: String,
    /// The environment and whether its doctors are real.
    pub environment: String,
    /// The colour of that label.
    pub colour: &'static str,
    /// Alerts that have reached nobody; told to whoever may see alerts.
    pub unheard: u64,
    /// The way around: the places that whoever reads may open.
    pub items: Vec<Item>,
    /// Who reads; nobody on pages that are open.
    pub reader: Option<SignedInAs>,
    /// Where they begin.
    pub home: &'static str,
    /// Pages above this one.
    pub crumbs: Vec<Crumb>,
    /// Version and commit of this program.
    pub build: String,
    /// When the page was made.
    pub made_at: String,
    /// The style sheet; empty in a bare build.
    pub style: &'static str,
    /// The script; empty in a bare build.
    pub script: &'static str,
    /// The icon.
    pub icon: &'static str,
}

/// The places of the way around, each with the right that opens it.
const PLACES: [(&str, &str, Right); 16] = [
    ("/", "Overview", Right::ReadCounts),
    ("/under-notice", "Under notice", Right::ReadDoctors),
    ("/changes", "Changes", Right::ReadDoctors),
    ("/doctors", "Doctors", Right::ReadDoctors),
    ("/discrepancies", "Discrepancies", Right::ReadDoctors),
    ("/recommendations", "Recommendations", Right::ReadDoctors),
    ("/connections", "Sent to the GMC", Right::ReadDoctors),
    ("/rejects", "Rejects", Right::ReadCounts),
    ("/holds", "Holds", Right::ReadCounts),
    ("/snapshots", "Snapshots", Right::ReadCounts),
    ("/jobs", "Jobs", Right::ReadCounts),
    ("/runs", "Runs", Right::ReadCounts),
    ("/tis", "TIS", Right::ReadCounts),
    ("/alerts", "Alerts", Right::ReadCounts),
    ("/users", "Users", Right::ManageUsers),
    ("/audit", "Audit", Right::ReadAudit),
];

/// Where somebody begins: the first place they may open; whoever may open none sees their own account.
pub fn home(reader: &Reader) -> &'static str {
    places(reader).next().map_or("/account", |(href, _)| href)
}

fn places(reader: &Reader) -> impl Iterator<Item = (&'static str, &'static str)> {
    PLACES.into_iter().filter(|(.., right)| reader.may(*right)).map(|(href, text, _)| (href, text))
}

impl Frame {
    /// The frame of a page at one of the places; pages that belong to none name `""`.
    pub fn of<'a>(
        app: &App,
        reader: impl Into<Option<&'a Reader>>,
        place: &str,
        title: impl Into<String>,
    ) -> Self {
        let reader: Option<&Reader> = reader.into();
        let may_hear = reader.is_some_and(|reader| reader.may(Right::ReadCounts));
        let site = &app.ops.site;
        let real = match site.production {
            Production::Real => "real doctors",
            Production::Rehearsal => "no real doctors",
        };
        let item =
            |(href, text): (&'static str, &'static str)| Item { href, text, is_current: href == place };
        let signed_in_as = |reader: &Reader| SignedInAs {
            name: reader.visitor.seat().name.clone(),
            form_token: reader.form_token.to_string(),
        };
        Self {
            title: title.into(),
            environment: format!("{}: {real}", site.environment),
            colour: colour(&site.colour),
            unheard: if may_hear { app.unheard.load(Ordering::Relaxed) } else { 0 },
            items: reader.into_iter().flat_map(places).map(item).collect(),
            reader: reader.map(signed_in_as),
            home: reader.map_or("/", home),
            crumbs: Vec::new(),
            build: app.build.clone(),
            made_at: moment::long(app.ops.clock.now()),
            style: assets::STYLE,
            script: assets::SCRIPT,
            icon: assets::ICON,
        }
    }

    /// The same frame below one more page.
    pub fn below(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { href: href.into(), text: text.into() });
        self
    }

    /// The same frame of a page that complains.
    pub fn complaining(mut self, is_any: bool) -> Self {
        if is_any {
            self.title.insert_str(0, "Error: ");
        }
        self
    }
}

/// A colour of the design system's tags; a word it does not know is grey.
fn colour(word: &str) -> &'static str {
    const COLOURS: [&str; 10] =
        ["white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"];
    COLOURS.into_iter().find(|colour| *colour == word).unwrap_or("grey")
}
