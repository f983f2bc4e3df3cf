//! A new repository's files.

use std::collections::BTreeMap;

use super::NewRepository;
use crate::json_schema;
use crate::rule::written;
use askama::Template;

/// Files that are the same in every repository, by path.
const COMMON: &[(&str, &[u8])] = &[
    (
        ".editorconfig",
        include_bytes!("../../templates/init/editorconfig"),
    ),
    (
        ".gitattributes",
        include_bytes!("../../templates/init/gitattributes"),
    ),
    (
        ".gitignore",
        include_bytes!("../../templates/init/gitignore"),
    ),
    (
        ".helix/languages.toml",
        include_bytes!("../../templates/init/helix-languages.toml"),
    ),
    (".nvim.lua", include_bytes!("../../templates/init/nvim.lua")),
    (
        ".pre-commit-config.yaml",
        include_bytes!("../../templates/init/pre-commit-config.yaml"),
    ),
    (
        ".vscode/extensions.json",
        include_bytes!("../../templates/init/vscode-extensions.json"),
    ),
    (
        ".vscode/settings.json",
        include_bytes!("../../templates/init/vscode-settings.json"),
    ),
    (
        "CONTRIBUTING.md",
        include_bytes!("../../templates/init/CONTRIBUTING.md"),
    ),
    (
        "captures/README.md",
        include_bytes!("../../templates/init/captures.md"),
    ),
    (
        "captures/at-job-added.pcap",
        include_bytes!("../../templates/init/at-job-added.pcap"),
    ),
    (
        "captures/at-jobs-listed.pcap",
        include_bytes!("../../templates/init/at-jobs-listed.pcap"),
    ),
];

/// Where sigzeek's own repository is, as far as the program knows.
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");

/// The release of sigzeek, which a repository pins.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Template)]
#[template(path = "init/README.md")]
struct ReadmeTemplate<'a> {
    name: &'a str,
    source: &'a str,
    version: &'a str,
    license: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "init/workflow.yml")]
struct Workflow<'a> {
    source: &'a str,
    version: &'a str,
}

#[derive(Template)]
#[template(path = "init/pack.yml")]
struct PackTemplate<'a> {
    name: &'a str,
    author: String,
    license: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "init/rule.yml")]
struct RuleTemplate<'a> {
    id: &'a str,
    author: String,
}

#[derive(Template)]
#[template(path = "init/info.yml")]
struct Info<'a> {
    id: &'a str,
}

/// The files, by path below the repository's folder.
pub(super) fn files(new: &NewRepository) -> Result<BTreeMap<String, Vec<u8>>, askama::Error> {
    let mut files: BTreeMap<String, Vec<u8>> = COMMON
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
        .collect();
    let mut add = |path: &str, text: &str| {
        let text = text.trim_end().to_owned() + "\n";
        files.insert(path.to_owned(), text.into_bytes());
    };
    let name = new.name.as_str();
    // No repository of another name has it.
    let id = written::id(&["example rule of the repository ", name]);
    let license = new.license.identifier();
    if let Some(text) = new.license.text(&new.author)? {
        add("LICENSE", &text);
    }
    let readme = ReadmeTemplate {
        name,
        source: SOURCE,
        version: VERSION,
        license,
    };
    add("README.md", &readme.render()?);
    let workflow = Workflow {
        source: SOURCE,
        version: VERSION,
    };
    add(".github/workflows/detections.yml", &workflow.render()?);
    let pack = PackTemplate {
        name,
        author: written::scalar(&new.author),
        license,
    };
    add(&format!("detections/{name}/pack.yml"), &pack.render()?);
    let rule = RuleTemplate {
        id: &id,
        author: written::scalar(&new.author),
    };
    let stem = "zeek_dce_rpc_atsvc_job_added";
    add(&format!("detections/{name}/{stem}.yml"), &rule.render()?);
    let info = Info { id: &id }.render()?;
    add(&format!("regression/{stem}/info.yml"), &info);
    for (of, schema) in [
        ("rule", json_schema::rule()),
        ("pack", json_schema::pack()),
        ("tests", json_schema::tests()),
    ] {
        add(&format!("schemas/{of}.schema.json"), &format!("{schema:#}"));
    }
    Ok(files)
}
