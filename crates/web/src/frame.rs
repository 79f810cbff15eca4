//! What surrounds every page: the environment's label, the way around, and where one is.

use std::sync::atomic::Ordering;

use ops::Production;

use crate::App;
use crate::assets;
use crate::moment;

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

/// Everything around a page's own content.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The title.
    pub title: String,
    /// The environment and whether its doctors are real.
    pub environment: String,
    /// The colour of that label.
    pub colour: &'static str,
    /// Alerts that have reached nobody.
    pub unheard: u64,
    /// The way around.
    pub items: Vec<Item>,
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

/// The places of the way around.
const PLACES: [(&str, &str); 10] = [
    ("/", "Overview"),
    ("/under-notice", "Under notice"),
    ("/doctors", "Doctors"),
    ("/discrepancies", "Discrepancies"),
    ("/rejects", "Rejects"),
    ("/holds", "Holds"),
    ("/snapshots", "Snapshots"),
    ("/runs", "Runs"),
    ("/tis", "TIS"),
    ("/alerts", "Alerts"),
];

impl Frame {
    /// The frame of a page at one of the places; pages that belong to none name `""`.
    pub fn of(app: &App, place: &str, title: impl Into<String>) -> Self {
        let site = &app.ops.site;
        let real = match site.production {
            Production::Real => "real doctors",
            Production::Rehearsal => "no real doctors",
        };
        let item =
            |(href, text): (&'static str, &'static str)| Item { href, text, is_current: href == place };
        Self {
            title: title.into(),
            environment: format!("{}: {real}", site.environment),
            colour: colour(&site.colour),
            unheard: app.unheard.load(Ordering::Relaxed),
            items: PLACES.into_iter().map(item).collect(),
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
