//! Prepares the design system for embedding: copies what pages need, without fonts, under names that change with it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What to do when the design system is not there.
const ADVICE: &str = "pages are built bare: the NHS design system is not in web-assets/node_modules; \
                      run `npm ci` in web-assets for pages as people will see them";

/// Our one correction: tables are two pixels wider than their scrolling frame on each side, so that every table would
/// look as if it went on to the right.
const CORRECTION: &str = ".nhsuk-scroll__content>.nhsuk-table{width:100%;margin-left:0;margin-right:0}";

type Made = Result<(), Box<dyn std::error::Error>>;

fn main() -> Made {
    println!("cargo::rerun-if-env-changed=NHSUK_FRONTEND_DIST");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let assets = out.join("assets");
    if assets.exists() {
        fs::remove_dir_all(&assets)?;
    }
    fs::create_dir_all(assets.join("images"))?;
    let own = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../web-assets");
    watch(&own)?;
    let icon = named(&assets, "icon", "svg", &fs::read(own.join("icon.svg"))?)?;
    let dist = std::env::var("NHSUK_FRONTEND_DIST")
        .map_or_else(|_| own.join("node_modules/nhsuk-frontend/dist/nhsuk"), PathBuf::from);
    let is_bare = std::env::var("CARGO_FEATURE_BARE_ASSETS").is_ok();
    let is_there = dist.join("nhsuk-frontend.min.css").exists();
    if !is_bare && !is_there {
        println!("cargo::warning={ADVICE}");
    }
    let (style, script) = if is_there && !is_bare {
        design_system(&dist, &own, &assets)?
    } else {
        (String::new(), String::new())
    };
    let version = version(&dist, style.is_empty())?;
    let names = format!(
        "/// The style sheet; empty in a bare build.\npub const STYLE: &str = {style:?};\n\
         /// The script; empty in a bare build.\npub const SCRIPT: &str = {script:?};\n\
         /// Our own icon.\npub const ICON: &str = {icon:?};\n\
         /// The version of the design system; empty in a bare build.\npub const DESIGN_VERSION: &str = {version:?};\n"
    );
    Ok(fs::write(out.join("assets.rs"), names)?)
}

/// Builds again when the design system arrives or changes; its folder may not be there yet, its parent is.
fn watch(own: &Path) -> Made {
    let lock = own.join("node_modules/.package-lock.json");
    let watched = if lock.exists() { lock } else { own.to_path_buf() };
    for path in [watched, own.join("start.mjs"), own.join("icon.svg"), own.join("package-lock.json")] {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// Copies style, script and icons; gives the addresses of style and script.
fn design_system(
    dist: &Path,
    own: &Path,
    assets: &Path,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    for file in fs::read_dir(dist.join("assets/images"))? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        // Arrows, crosses and magnifiers are free to use; the favicons carry the NHS logo and are not.
        let is_drawing =
            name.starts_with("nhsuk-icon-") && name.ends_with(".svg") && name != "nhsuk-icon-mask.svg";
        if is_drawing {
            fs::copy(&path, assets.join("images").join(name))?;
        }
    }
    let style = without_fonts(&fs::read_to_string(dist.join("nhsuk-frontend.min.css"))?)?;
    let style = named(assets, "nhsuk", "css", format!("{style}{CORRECTION}").as_bytes())?;
    let system = fs::read_to_string(dist.join("nhsuk-frontend.min.js"))?;
    let system = system.split("//# sourceMappingURL").next().unwrap_or_default();
    let system = named(assets, "nhsuk", "js", system.as_bytes())?;
    let start =
        fs::read_to_string(own.join("start.mjs"))?.replace("'nhsuk-frontend'", &format!("'{system}'"));
    let script = named(assets, "start", "js", start.as_bytes())?;
    Ok((style, script))
}

/// Takes out the typeface, which is licensed for NHS use only and would be loaded from another site.
fn without_fonts(style: &str) -> Result<String, String> {
    let style = style.split("/*# sourceMappingURL").next().unwrap_or_default();
    let mut parts = style.split("@font-face{");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once('}').map(|(_, rest)| rest).ok_or("a font rule without an end")?);
    }
    if kept.contains("https://") || kept.contains("@font-face") {
        return Err("the style sheet still loads something from another site".to_owned());
    }
    Ok(kept)
}

/// Writes a file under a name that follows from its content; gives its address.
fn named(
    assets: &Path,
    name: &str,
    extension: &str,
    content: &[u8],
) -> Result<String, Box<dyn std::error::Error>> {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let name = format!("{name}-{:016x}.{extension}", hasher.finish());
    fs::write(assets.join(&name), content)?;
    Ok(format!("/assets/{name}"))
}

fn version(dist: &Path, is_bare: bool) -> Result<String, Box<dyn std::error::Error>> {
    if is_bare {
        return Ok(String::new());
    }
    let package = fs::read_to_string(dist.join("../../package.json"))?;
    let line = package.lines().find(|line| line.trim_start().starts_with("\"version\""));
    Ok(line.and_then(|line| line.split('"').nth(3)).unwrap_or_default().to_owned())
}
