//! `sigzeek init`: a new rule repository works at once, and nothing is left of one that cannot be made.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::common::work;

fn sigzeek(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = work::sigzeek(arguments);
    command.current_dir(folder).output().unwrap()
}

fn shell(folder: &Path, script: &str, arguments: &[&str]) {
    let ran = Command::new("sh")
        .args(["-e", "-c", script, "sh"])
        .args(arguments)
        .current_dir(folder)
        .status();
    assert!(ran.unwrap().success(), "{script}");
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter();
    let entries = entries.map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_new_repository_works_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let made = sigzeek(folder.path(), &["init", "my-rules"]);
    assert!(made.status.success(), "{}", errors(&made));
    let repository = folder.path().join("my-rules");
    let new = files(&repository);
    for command in [
        &["check", "--deny-warnings"][..],
        &["build"],
        &["build", "--check"],
        &["test"],
        &["test", "--engine", "replay"],
    ] {
        let ran = sigzeek(&repository, command);
        assert!(ran.status.success(), "{command:?}: {}", errors(&ran));
    }
    let tested = sigzeek(&repository, &["test", "--engine", "replay"]);
    assert_eq!(
        errors(&tested),
        "2 tests of 1 rule in the replay engine: 2 passed, 0 failed, 0 skipped\n"
    );
    // Its packages are those of its rules already.
    assert_eq!(files(&repository), new);
}

#[test]
fn the_same_name_gives_the_same_files() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&one, &two] {
        let made = sigzeek(folder.path(), &["init", "rules", "--license", "mit"]);
        assert!(made.status.success(), "{}", errors(&made));
    }
    assert_eq!(files(one.path()), files(two.path()));
    // Rules of different repositories are told apart by their ids.
    assert!(sigzeek(one.path(), &["init", "others"]).status.success());
    let rule = |name: &str| {
        let path = format!("{name}/detections/{name}/zeek_dce_rpc_atsvc_job_added.yml");
        yaml(&one.path().join(path))["id"].clone()
    };
    assert_ne!(rule("rules"), rule("others"));
}

#[test]
fn what_other_programs_read_is_what_they_take() {
    let folder = tempfile::tempdir().unwrap();
    assert!(sigzeek(folder.path(), &["init", "rules"]).status.success());
    let repository = folder.path().join("rules");
    let workflow = yaml(&repository.join(".github/workflows/detections.yml"));
    assert_eq!(
        workflow["env"]["SIGZEEK_REPOSITORY"],
        "${{ vars.SIGZEEK_REPOSITORY }}"
    );
    assert_eq!(
        workflow["jobs"]["zeek"]["container"],
        "zeek/zeek:${{ matrix.zeek }}"
    );
    let jobs = workflow["jobs"].as_object().unwrap().values();
    let commands: Vec<&str> = jobs
        .flat_map(|job| job["steps"].as_array().unwrap())
        .filter_map(|step| step["run"].as_str())
        .collect();
    for wanted in [
        "sigzeek check --format github",
        "sigzeek build --check",
        "sigzeek test --engine replay",
        "bin/sigzeek test --engine zeek",
        "zkg test",
    ] {
        assert!(
            commands.iter().any(|command| command.contains(wanted)),
            "{wanted}"
        );
    }
    // Each line that begins with the program is one that it understands.
    for line in commands.iter().flat_map(|command| command.lines()) {
        if let Some(arguments) = line.strip_prefix("sigzeek ") {
            let arguments: Vec<&str> = arguments.split(' ').collect();
            let ran = sigzeek(&repository, &arguments);
            assert!(ran.status.success(), "{line}: {}", errors(&ran));
        }
    }
    // Actions are pinned to a commit, whose release a comment names.
    let text = fs::read_to_string(repository.join(".github/workflows/detections.yml")).unwrap();
    for action in text.lines().filter_map(|line| line.split_once("uses: ")) {
        let (_, pin) = action.1.split_once('@').unwrap();
        let (commit, release) = pin.split_once(" # v").unwrap();
        assert!(commit.len() == 40 && !release.is_empty(), "{pin}");
    }
    let hooks = yaml(&repository.join(".pre-commit-config.yaml"));
    for hook in hooks["repos"][0]["hooks"].as_array().unwrap() {
        let entry = hook["entry"].as_str().unwrap();
        let arguments: Vec<&str> = entry.split(' ').skip(1).collect();
        let ran = sigzeek(&repository, &arguments);
        assert!(ran.status.success(), "{entry}: {}", errors(&ran));
    }
    let settings = fs::read_to_string(repository.join(".vscode/settings.json")).unwrap();
    let settings: Value = serde_json::from_str(&settings).unwrap();
    for (schema, of) in settings["yaml.schemas"].as_object().unwrap() {
        let text = fs::read_to_string(repository.join(schema)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::draft7::new(&schema).unwrap();
        let (parent, file) = of.as_str().unwrap().rsplit_once('/').unwrap();
        let parent = parent.strip_suffix("/*").unwrap();
        let ending = file.trim_start_matches(['*', '_']);
        let described: Vec<PathBuf> = files(&repository.join(parent))
            .into_keys()
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .filter(|path| path.ends_with("pack.yml") == (file == "pack.yml"))
            .collect();
        assert!(!described.is_empty(), "{of}");
        for path in described {
            let document = yaml(&repository.join(parent).join(path));
            assert!(validator.is_valid(&document), "{of}");
        }
    }
    let extensions = fs::read_to_string(repository.join(".vscode/extensions.json")).unwrap();
    let extensions: Value = serde_json::from_str(&extensions).unwrap();
    let recommended = extensions["recommendations"].as_array().unwrap();
    assert!(recommended.contains(&Value::from("bbannier.zeek-language-server")));
    assert!(recommended.contains(&Value::from("sigzeek.sigzeek")));
    assert!(settings["sigzeek.paths"].is_array());
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/editing.md");
    let guide = fs::read_to_string(guide).unwrap();
    for of_editor in [".nvim.lua", ".helix/languages.toml"] {
        let text = fs::read_to_string(repository.join(of_editor)).unwrap();
        let (_, settings) = text.split_once('\n').unwrap();
        assert!(guide.contains(settings), "{of_editor}");
    }
}

#[test]
fn continuous_integration_installs_the_release_that_made_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    assert!(sigzeek(folder.path(), &["init", "rules"]).status.success());
    let repository = folder.path().join("rules");
    let workflow = yaml(&repository.join(".github/workflows/detections.yml"));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(workflow["env"]["SIGZEEK_VERSION"], version);
    let steps = workflow["jobs"]["rules"]["steps"].as_array().unwrap();
    let step = |name: &str| steps.iter().find(|step| step["name"] == name).unwrap();
    let install = step("Install sigzeek")["run"].as_str().unwrap();
    let site = folder.path().join("site");
    let release = site.join(format!("releases/download/v{version}"));
    let name = format!("sigzeek-{version}-x86_64-unknown-linux-musl");
    fs::create_dir_all(release.join(&name)).unwrap();
    fs::write(release.join(&name).join("sigzeek"), "the program\n").unwrap();
    // The archive as it was released, and one that was changed since.
    let publish = "tar -czf $1.tar.gz $1 && sha256sum $1.tar.gz > SHA256SUMS";
    shell(&release, publish, &[&name]);
    let install = |runner: &str| {
        let temporary = folder.path().join(runner);
        fs::create_dir(&temporary).unwrap();
        let ran = Command::new("bash")
            .args(["-e", "-c", install])
            .env("SIGZEEK_REPOSITORY", format!("file://{}", site.display()))
            .env("SIGZEEK_VERSION", version)
            .env("RUNNER_TEMP", &temporary)
            .env("GITHUB_PATH", temporary.join("path"))
            .output()
            .unwrap();
        let program = fs::read_to_string(temporary.join("bin/sigzeek")).ok();
        (ran.status.success(), program)
    };
    assert_eq!(install("first"), (true, Some("the program\n".to_owned())));
    shell(&release, "echo >> $1.tar.gz", &[&name]);
    assert_eq!(install("second"), (false, None));
    let readme = fs::read_to_string(repository.join("README.md")).unwrap();
    assert!(readme.contains(&format!("--tag v{version} sigzeek")));
}

#[test]
fn the_readme_says_how_to_remove_the_example() {
    let folder = tempfile::tempdir().unwrap();
    assert!(sigzeek(folder.path(), &["init", "rules"]).status.success());
    let repository = folder.path().join("rules");
    let rule = "detections/rules/zeek_dce_rpc_atsvc_job_added.yml";
    let own = fs::read_to_string(repository.join(rule)).unwrap();
    let own = own.replace("NetrJobAdd", "NetrJobDel");
    let own: String = own
        .lines()
        .filter(|line| !line.starts_with("regression_tests_path"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(
        repository.join("detections/rules/zeek_dce_rpc_own.yml"),
        own,
    )
    .unwrap();
    let readme = fs::read_to_string(repository.join("README.md")).unwrap();
    let removal = readme
        .split("```sh\n")
        .map(|rest| rest.split("```").next().unwrap())
        .find(|block| block.starts_with("rm "))
        .unwrap();
    for line in removal.lines() {
        let mut words = line.split(' ');
        let program = match words.next().unwrap() {
            "sigzeek" => env!("CARGO_BIN_EXE_sigzeek"),
            program => program,
        };
        let ran = Command::new(program)
            .args(words)
            .current_dir(&repository)
            .status();
        assert!(ran.unwrap().success(), "{line}");
    }
    for command in [
        &["check"][..],
        &["build", "--check"],
        &["test", "--engine", "replay"],
    ] {
        let ran = sigzeek(&repository, command);
        assert!(ran.status.success(), "{command:?}: {}", errors(&ran));
    }
    let left = files(&repository).into_keys();
    let left: Vec<PathBuf> = left
        .filter(|path| path.to_string_lossy().contains("at-job"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_clone_of_an_empty_repository_takes_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let git = folder.path().join("rules/.git");
    fs::create_dir_all(&git).unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let made = sigzeek(folder.path(), &["init", "rules"]);
    assert!(made.status.success(), "{}", errors(&made));
    let mut cloned = files(&folder.path().join("rules"));
    let head = cloned.remove(Path::new(".git/HEAD"));
    assert_eq!(head.as_deref(), Some(&b"ref: refs/heads/main\n"[..]));
    let fresh = tempfile::tempdir().unwrap();
    assert!(sigzeek(fresh.path(), &["init", "rules"]).status.success());
    assert_eq!(cloned, files(&fresh.path().join("rules")));
    // A second time, more is there.
    assert_eq!(
        sigzeek(folder.path(), &["init", "rules"]).status.code(),
        Some(2)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let long = "a".repeat(100);
    for name in [
        "", ".", "..", "../x", "a/b", "/tmp/x", "a b", ".git", "_", "ä", "a\n", "packages", "zeek",
        "base", &long,
    ] {
        let made = sigzeek(&inner, &["init", name]);
        assert_eq!(made.status.code(), Some(2), "{name:?}");
        assert!(
            errors(&made).contains("is not a name for a repository"),
            "{name:?}: {}",
            errors(&made)
        );
    }
    // A pack of that name could not be compiled.
    let made = sigzeek(&inner, &["init", "notice"]);
    assert_eq!(made.status.code(), Some(2));
    assert_eq!(
        errors(&made),
        "error: `notice` is not a name for a repository: the pack's module would be Zeek's own `Notice`\n"
    );
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("mine"), "precious").unwrap();
    fs::write(folder.path().join("file"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    let before = files(folder.path());
    for name in ["taken", "file", "link"] {
        let made = sigzeek(folder.path(), &["init", name]);
        assert_eq!(made.status.code(), Some(2), "{name}");
        assert!(errors(&made).contains("is there already"), "{name}");
    }
    assert_eq!(files(folder.path()), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert!(sigzeek(folder.path(), &["init", "empty"]).status.success());
    assert!(folder.path().join("empty/README.md").is_file());
}

#[test]
fn authors_and_licences() {
    let folder = tempfile::tempdir().unwrap();
    let author = "Zoë O'Neill <zoe@example.org> {{ x }} #: %s";
    let made = sigzeek(
        folder.path(),
        &["init", "rules", "--author", author, "--license", "mit"],
    );
    assert!(made.status.success(), "{}", errors(&made));
    let repository = folder.path().join("rules");
    let license = fs::read_to_string(repository.join("LICENSE")).unwrap();
    assert!(license.contains(&format!("Copyright (c) {author}\n")));
    let rule = "detections/rules/zeek_dce_rpc_atsvc_job_added.yml";
    assert_eq!(yaml(&repository.join(rule))["author"], author);
    let metadata = fs::read_to_string(repository.join("generated/rules/zkg.meta")).unwrap();
    assert!(metadata.contains(&format!("credits = {}\n", author.replace('%', "%%"))));
    assert!(sigzeek(&repository, &["build", "--check"]).status.success());

    let made = sigzeek(folder.path(), &["init", "closed", "--license", "none"]);
    assert!(made.status.success(), "{}", errors(&made));
    assert!(!folder.path().join("closed/LICENSE").exists());
    assert!(
        !folder
            .path()
            .join("closed/generated/closed/COPYING")
            .exists()
    );

    for author in ["", " ", "a\nb", "a, b", &"a".repeat(300)] {
        let made = sigzeek(folder.path(), &["init", "other", "--author", author]);
        assert_eq!(made.status.code(), Some(2), "{author:?}");
    }
    assert!(!folder.path().join("other").exists());
}

#[test]
fn nothing_is_left_where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    // Root may write anywhere, but not where there is no folder.
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let made = Command::new("sh")
        .args(["-c", "rmdir \"$1\" && exec \"$2\" init rules", "sh"])
        .arg(&gone)
        .arg(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(&gone)
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(2), "{}", errors(&made));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
