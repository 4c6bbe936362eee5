//! Writing the page: the files that index.html names, under names that change with what is in them, and
//! index.html with those names in it.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

use super::{
    index::{Asset, Kind, Module},
    read,
};
use crate::{error::Error, folder};

/// Writes everything that the page consists of into a folder that has nothing else then. With `bare`
/// it goes without the comments and the indentation that only readers of the source need.
pub(super) fn write(
    html: &str,
    assets: &[Asset],
    joined: &Path,
    bare: bool,
    to: &Path,
) -> Result<(), Error> {
    folder::empty(to).map_err(Error::file(to))?;
    let script = pattern(&read("Trunk.toml")?)?;
    let styles = styles(assets, bare, to)?;
    let first_style = assets
        .iter()
        .position(|asset| matches!(asset.kind, Kind::Style(_)));
    let mut page = html.to_owned();
    // From the end on, so that what is before stays where it is.
    for (index, asset) in assets.iter().enumerate().rev() {
        let element = match &asset.kind {
            Kind::Icon(path) => format!(r#"<link rel="icon" href="/{}">"#, copy(path, bare, to)?),
            Kind::Style(_) if Some(index) == first_style => styles.clone(),
            Kind::Style(_) => String::new(),
            Kind::Script(path) => {
                format!(
                    r#"<script type="module" src="/{}"></script>"#,
                    copy(path, false, to)?
                )
            }
            Kind::Copy(path) => {
                put(to, file_name(path), read(path)?.as_bytes())?;
                String::new()
            }
            Kind::Module(module) => {
                let files = put_module(module, joined, to)?;
                if module.is_worker {
                    String::new()
                } else {
                    files.element(&script)
                }
            }
        };
        page.replace_range(asset.element.clone(), &element);
    }
    let snippets = joined.join("snippets");
    if snippets.is_dir() {
        folder::mirror(&snippets, &to.join("snippets")).map_err(Error::file(&snippets))?;
    }
    if bare {
        page = without(&page, "<!--", "-->");
    }
    put(to, "index.html", page.as_bytes())
}

/// All stylesheets as one file, for the page is not painted before the last of them is there.
fn styles(assets: &[Asset], bare: bool, to: &Path) -> Result<String, Error> {
    let mut all = String::new();
    for asset in assets {
        if let Kind::Style(path) = &asset.kind {
            let text = read(path)?;
            all += &if bare {
                without(&text, "/*", "*/")
            } else {
                text
            };
        }
    }
    let file = format!("styles-{}.css", hash(&[all.as_bytes()]));
    put(to, &file, all.as_bytes())?;
    Ok(format!(r#"<link rel="stylesheet" href="/{file}">"#))
}

/// The names of what a module consists of.
struct ModuleFiles {
    js: String,
    wasm: String,
    /// What loads the rest of it, if it was cut.
    parts: Option<String>,
}

/// The script that loads what a module was cut into, in the folder of the same name.
const PARTS: &str = "parts";

/// The WebAssembly files that a module was cut into.
pub(super) fn parts(joined: &Path) -> Result<Vec<PathBuf>, Error> {
    let folder = joined.join(PARTS);
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(Error::file(&folder))? {
        let path = entry.map_err(Error::file(&folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl ModuleFiles {
    /// What stands in the page in a program's place: its files, to be loaded early, and what Trunk.toml
    /// says.
    fn element(&self, script: &str) -> String {
        let Self { js, wasm, parts } = self;
        let script = script
            .replace("{base}", "/")
            .replace("{js}", js)
            .replace("{wasm}", wasm);
        let mut scripts = String::new();
        for file in [Some(js), parts.as_ref()].into_iter().flatten() {
            scripts += "<link rel=\"modulepreload\" href=\"/";
            scripts += file;
            scripts += "\" crossorigin>\n";
        }
        format!(
            "{scripts}\
             <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
             {script}"
        )
    }
}

fn put_module(module: &Module, joined: &Path, to: &Path) -> Result<ModuleFiles, Error> {
    let made = |name: &str| {
        let file = joined.join(name);
        fs::read(&file).map_err(Error::file(file))
    };
    let js = made(&format!("{}.js", module.name))?;
    let wasm = made(&format!("{}_bg.wasm", module.name))?;
    if !module.is_worker && joined.join(PARTS).is_dir() {
        return put_cut_module(module, &js, &wasm, joined, to);
    }
    let name = if module.is_worker {
        module.name.clone()
    } else {
        format!("{}-{}", module.name, hash(&[&js, &wasm]))
    };
    let files = ModuleFiles {
        js: format!("{name}.js"),
        wasm: format!("{name}_bg.wasm"),
        parts: None,
    };
    put(to, &files.js, &js)?;
    put(to, &files.wasm, &wasm)?;
    Ok(files)
}

/// One hash is in the names of all files, for they belong together; and they name each other.
fn put_cut_module(
    module: &Module,
    js: &[u8],
    wasm: &[u8],
    joined: &Path,
    to: &Path,
) -> Result<ModuleFiles, Error> {
    let script = joined.join(PARTS).join(format!("{PARTS}.js"));
    let script = fs::read(&script).map_err(Error::file(script))?;
    let mut whole = vec![js.to_vec(), wasm.to_vec(), script.clone()];
    let mut pieces = Vec::new();
    for path in parts(joined)? {
        let piece = fs::read(&path).map_err(Error::file(&path))?;
        let stem = path.file_stem().unwrap_or_default();
        pieces.push(stem.to_string_lossy().into_owned());
        whole.push(piece);
    }
    let whole: Vec<&[u8]> = whole.iter().map(Vec::as_slice).collect();
    let hash = hash(&whole);
    let named = |name: &str, ending: &str| format!("{name}-{hash}{ending}");
    let files = ModuleFiles {
        js: named(&module.name, ".js"),
        wasm: named(&module.name, "_bg.wasm"),
        parts: Some(named(PARTS, ".js")),
    };
    let renamed = |text: &[u8], from: String, to: String| {
        let text = String::from_utf8_lossy(text);
        if text.contains(&from) {
            return Ok(text.replace(&from, &to).into_bytes());
        }
        Err(Error::Missing {
            what: format!("`{from}` in a script of the page"),
            remedy: "What cuts the program names its files in another way now.".to_owned(),
        })
    };
    let from = |name: &str| format!("from \"./{name}.js\"");
    let js = renamed(js, from(PARTS), from(&named(PARTS, "")))?;
    let mut script = renamed(&script, from(&module.name), from(&named(&module.name, "")))?;
    let url = |name: &str| format!("new URL(\"./{name}.wasm\"");
    for (piece, contents) in pieces.iter().zip(&whole[3..]) {
        script = renamed(&script, url(piece), url(&named(piece, "")))?;
        put(to, &named(piece, ".wasm"), contents)?;
    }
    put(to, &files.js, &js)?;
    put(to, &files.wasm, wasm)?;
    put(to, &named(PARTS, ".js"), &script)?;
    Ok(files)
}

/// Copies a file under a name that changes with what is in it, and returns that.
fn copy(path: &str, bare: bool, to: &Path) -> Result<String, Error> {
    let text = read(path)?;
    let text = if bare {
        without(&text, "/*", "*/")
    } else {
        text
    };
    let (stem, extension) = file_name(path).rsplit_once('.').unwrap_or((path, ""));
    let file = format!("{stem}-{}.{extension}", hash(&[text.as_bytes()]));
    put(to, &file, text.as_bytes())?;
    Ok(file)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let file = folder.join(name);
    fs::write(&file, bytes).map_err(Error::file(file))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// 64 bits in hexadecimal, all digits, by which the gateway knows a file that never changes.
fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}

/// A text without its comments, the indentation of its lines, and empty lines.
fn without(text: &str, opening: &str, closing: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once(opening) {
        kept.push_str(before);
        rest = comment.split_once(closing).map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines: Vec<&str> = kept
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n") + "\n"
}

/// What Trunk.toml says that stands in the page in a program's place.
fn pattern(settings: &str) -> Result<String, Error> {
    let value = settings.lines().find_map(|line| {
        let value = line.strip_prefix("pattern_script = '")?;
        Some(value.split_once('\'')?.0.to_owned())
    });
    value.ok_or_else(|| Error::Missing {
        what: "`pattern_script` in Trunk.toml".to_owned(),
        remedy: "It says how the page learns the names of its program's files.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::page::index::assets;

    /// The names of the files that the page loads by itself.
    fn named(html: &str) -> Vec<&str> {
        ["href=\"/", "src=\"/", "data-module=\"/", "data-wasm=\"/"]
            .iter()
            .flat_map(|attribute| html.split(attribute).skip(1))
            .filter_map(|rest| Some(rest.split_once('"')?.0))
            .collect()
    }

    #[test]
    fn the_page_names_files_that_are_there_and_nothing_of_trunk_is_left() {
        let top = std::env::temp_dir().join(format!("atlas-x509-page-{}", std::process::id()));
        let (joined, to) = (top.join("joined"), top.join("page"));
        let html = read("index.html").unwrap();
        let assets = assets(&html).unwrap();
        fs::create_dir_all(&joined).unwrap();
        for asset in &assets {
            if let Kind::Module(module) = &asset.kind {
                put(&joined, &format!("{}.js", module.name), b"js").unwrap();
                put(&joined, &format!("{}_bg.wasm", module.name), b"wasm").unwrap();
            }
        }
        for bare in [false, true] {
            write(&html, &assets, &joined, bare, &to).unwrap();
            let page = fs::read_to_string(to.join("index.html")).unwrap();
            let names = named(&page);
            assert!(names.len() > 4, "{page}");
            for name in names {
                assert!(to.join(name).is_file(), "{name}");
                // What the gateway takes for a name that changes with the content.
                let hash = name.rsplit_once('-').unwrap().1;
                let digits = hash.bytes().take_while(u8::is_ascii_hexdigit).count();
                assert_eq!(digits, 16, "{name}");
            }
            assert!(!page.contains("data-trunk"), "{page}");
            assert_eq!(page.contains("<!--"), !bare && html.contains("<!--"));
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn trunk_is_told_what_is_taken_for_granted_here() {
        let settings = read("Trunk.toml").unwrap();
        for said in [
            "target = \"index.html\"",
            "public_url = \"/\"",
            "no_sri = true",
        ] {
            assert!(settings.lines().any(|line| line == said), "{said}");
        }
        for part in ["{base}", "{js}", "{wasm}"] {
            assert!(pattern(&settings).unwrap().contains(part), "{part}");
        }
    }

    #[test]
    fn comments_go_and_what_is_said_stays() {
        for (text, expected) in [
            (
                "a {\n  /* b\n c */\n  d: e; /* f */\n}\n",
                "a {\nd: e;\n}\n",
            ),
            ("a: url(\"/b\");\n", "a: url(\"/b\");\n"),
        ] {
            assert_eq!(without(text, "/*", "*/"), expected);
        }
    }
}
