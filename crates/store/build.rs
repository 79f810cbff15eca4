//! Lists every statement file, so that the prepare-all check cannot miss one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("sql");
    println!("cargo::rerun-if-changed=sql");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut text = String::from("pub(crate) const STATEMENTS: Statements = &[\n");
    for file in files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?.with_extension("");
        writeln!(text, "    ({:?}, include_str!({:?})),", name.display().to_string(), file)
            .map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("statements.rs");
    fs::write(out, text)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "sql") {
            files.push(path);
        }
    }
    Ok(())
}
