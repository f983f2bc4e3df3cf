//! Tests in a real Zeek: the packs' packages, built for the occasion, on each capture.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use tempfile::TempDir;

use super::{CaptureRun, RaisedMessages};
use crate::compile::{self, CompileError};
use crate::package::{self, Overwrite, PackageError};
use crate::plan::PackPlan;
use crate::plan::zeek_names::{self, notice_key};
use crate::platform;
use crate::service::LogSpec;

/// A Zeek to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeekEngine {
    program: OsString,
    version: String,
}

/// Why tests could not be run in Zeek.
#[derive(Debug, thiserror::Error)]
pub enum ZeekError {
    /// There is no Zeek.
    #[error("there is no zeek on PATH, and $ZEEK names none")]
    Absent,
    /// What `$ZEEK` names, or the `zeek` on the path, is no Zeek that starts.
    #[error("cannot start the Zeek `{}`{}: {reason}", program.display(), if *named { ", which $ZEEK names" } else { "" })]
    Broken {
        /// The program.
        program: PathBuf,
        /// Whether `$ZEEK` names it.
        named: bool,
        /// Why not.
        reason: String,
    },
    /// The packs' packages cannot be built.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The packs' packages cannot be written.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A folder for Zeek cannot be made, or has no room.
    #[error("cannot run zeek: {0}")]
    Folder(#[from] io::Error),
}

/// What Zeek says before it gives up on a full disk (`strerror` of ENOSPC).
const NO_SPACE: &str = "No space left on device";

/// What is loaded last: rules that are off or silent until an operator switches them on are tested, too.
fn local_script(modules: &[String]) -> String {
    let redefs = modules.iter().flat_map(|module| {
        ["disabled_rules", "silent_rules"]
            .map(|option| format!("redef {module}::{option} = {{}};\n"))
    });
    redefs.collect()
}

impl ZeekEngine {
    /// The Zeek that `$ZEEK` names, or the one on the path; `None` where `$ZEEK` names none and there is none on the path.
    ///
    /// # Errors
    ///
    /// [`ZeekError::Broken`] if what is named or there does not start.
    pub fn find() -> Result<Option<Self>, ZeekError> {
        let named = std::env::var_os("ZEEK").filter(|name| !name.is_empty());
        let is_named = named.is_some();
        let program = named.unwrap_or_else(|| OsString::from("zeek"));
        let broken = |reason: String| ZeekError::Broken {
            program: PathBuf::from(&program),
            named: is_named,
            reason,
        };
        let output = match Command::new(&program).arg("--version").output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let said = errors.lines().next().unwrap_or_default().trim();
            return Err(broken(format!("{} {said}", output.status)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let Some(version) = text.split_whitespace().last().map(str::to_owned) else {
            return Err(broken("it does not say its version".to_owned()));
        };
        Ok(Some(Self { program, version }))
    }

    /// Its version, such as `8.0.10`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn program(&self) -> &OsStr {
        &self.program
    }

    /// What Zeek's script profiler writes of a run over a capture, or of a start where there is none; what Zeek said where
    /// it failed. Options have their defaults.
    pub(crate) fn profile(
        &self,
        scripts: &PackageScripts,
        capture: Option<&Path>,
    ) -> io::Result<Result<String, String>> {
        let folder = tempfile::tempdir()?;
        let profile = folder.path().join("profile");
        let mut command = Command::new(&self.program);
        command.current_dir(folder.path()).arg("-C");
        let mut option = OsString::from("--profile-scripts=");
        option.push(&profile);
        command.args([option, "--profile-script-call-stacks".into()]);
        if let Some(capture) = capture {
            command.arg("-r").arg(unpacked(capture, &folder)?);
        }
        let output = command
            .args(&scripts.packages)
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Ok(Err(errors.trim().to_owned()));
        }
        Ok(Ok(fs::read_to_string(profile).unwrap_or_default()))
    }

    /// Those of logs that this Zeek does not have, such as the logs of analyzers in Spicy where it was built without. What
    /// makes it fail to start fails the tests themselves.
    fn missing(
        &self,
        scripts: &PackageScripts,
        logs: &BTreeMap<&'static str, LogSpec>,
    ) -> io::Result<BTreeSet<&'static str>> {
        if logs.is_empty() {
            return Ok(BTreeSet::new());
        }
        let folder = tempfile::tempdir()?;
        let script = folder.path().join("missing.zeek");
        let questions: String = logs
            .iter()
            .map(|(name, log)| format!("@ifndef ( {} )\n\tprint \"{name}\";\n@endif\n", log.stream))
            .collect();
        fs::write(
            &script,
            format!("event zeek_init()\n\t{{\n{questions}\t}}\n"),
        )?;
        let output = Command::new(&self.program)
            .current_dir(folder.path())
            .args(&scripts.packages)
            .arg(&script)
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let names: BTreeSet<&str> = said.lines().collect();
        Ok(logs
            .keys()
            .copied()
            .filter(|name| names.contains(name))
            .collect())
    }

    /// Runs every capture, several at a time; what each raises, in the order of the captures, and which of `logs` this Zeek
    /// does not have.
    pub(super) fn run(
        &self,
        plans: &[PackPlan<'_>],
        captures: &[&Path],
        logs: &BTreeMap<&'static str, LogSpec>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(Vec<CaptureRun>, BTreeSet<&'static str>), ZeekError> {
        let folder = tempfile::tempdir()?;
        let scripts = PackageScripts::write(plans, folder.path(), ScriptLayout::Installed)?;
        let missing = self.missing(&scripts, logs)?;
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::channel();
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let mut found: Vec<Option<CaptureRun>> = captures.iter().map(|_| None).collect();
        thread::scope(|scope| {
            for _ in 0..workers.min(captures.len()) {
                let (sender, next, scripts) = (sender.clone(), &next, &scripts);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(capture) = captures.get(index) else {
                            return;
                        };
                        let start = Instant::now();
                        let found = self.run_one(scripts, capture);
                        let tried = found.map(|found| CaptureRun {
                            found,
                            took: start.elapsed(),
                        });
                        if sender.send((index, tried)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (done, (index, result)) in receiver.iter().enumerate() {
                found[index] = Some(result?);
                progress(done + 1, captures.len());
            }
            Ok::<(), ZeekError>(())
        })?;
        let lost = || CaptureRun {
            found: Err("zeek was not run".to_owned()),
            took: Duration::ZERO,
        };
        let found = found.into_iter();
        let found = found.map(|found| found.unwrap_or_else(lost)).collect();
        Ok((found, missing))
    }

    /// What one capture raises. That the disk is full is no fault of the capture.
    fn run_one(&self, scripts: &PackageScripts, capture: &Path) -> io::Result<RaisedMessages> {
        let run = || -> io::Result<RaisedMessages> {
            let folder = tempfile::tempdir()?;
            let source = unpacked(capture, &folder)?;
            let output = Command::new(&self.program)
                .current_dir(folder.path())
                .args(["-C", "LogAscii::use_json=T", "-r"])
                .arg(source)
                .args(&scripts.packages)
                .arg(&scripts.all_rules)
                .stdin(Stdio::null())
                .output()?;
            if !output.status.success() {
                let errors = String::from_utf8_lossy(&output.stderr);
                if errors.contains(NO_SPACE) {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                return Ok(Err(format!("zeek failed: {}", errors.trim())));
            }
            Ok(Ok(notices(&folder.path().join("notice.log"))?))
        };
        match run() {
            Err(error) if error.kind() != io::ErrorKind::StorageFull => {
                Ok(Err(format!("cannot run zeek: {error}")))
            }
            result => result,
        }
    }
}

/// The packages' scripts on disk.
#[derive(Debug)]
pub(crate) struct PackageScripts {
    packages: Vec<PathBuf>,
    /// Switches on the rules that are off or silent until an operator does.
    all_rules: PathBuf,
}

/// Which scripts hold the rules of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptLayout {
    /// Those that an installed package has: in large packs, several rules share one.
    Installed,
    /// Each rule has its own, whatever that costs at Zeek's start.
    RuleByRule,
}

impl PackageScripts {
    pub(crate) fn write(
        plans: &[PackPlan<'_>],
        folder: &Path,
        layout: ScriptLayout,
    ) -> Result<Self, ZeekError> {
        let mut packages = Vec::new();
        let mut modules = Vec::new();
        for plan in plans {
            let mut findings = Vec::new();
            let names = zeek_names::names(plan, &mut findings);
            let scripts = crate::zeek::scripts(plan, &mut findings).map_err(CompileError::from)?;
            let (Some(names), Some(scripts)) = (names, scripts) else {
                continue;
            };
            if plan.rules.is_empty() {
                continue;
            }
            let package = compile::package(match layout {
                ScriptLayout::Installed => scripts.installed(),
                ScriptLayout::RuleByRule => scripts,
            })?;
            package::write(&package, folder, Overwrite::Refuse)?;
            packages.push(folder.join(package.name().as_str()).join("scripts"));
            modules.push(names.module);
        }
        let all_rules = folder.join("local.zeek");
        fs::write(&all_rules, local_script(&modules))?;
        Ok(Self {
            packages,
            all_rules,
        })
    }
}

/// A capture as Zeek reads it: not packed, and under a path without `::`, before which Zeek reads the kind of a source.
pub(super) fn unpacked(capture: &Path, folder: &TempDir) -> io::Result<PathBuf> {
    let path = folder.path().join("capture");
    if capture.extension().is_none_or(|ending| ending != "gz") {
        platform::symbolic_link(&fs::canonicalize(capture)?, &path)?;
        return Ok(path);
    }
    let mut packed = MultiGzDecoder::new(File::open(capture)?);
    let mut unpacked = File::create(&path)?;
    match io::copy(&mut packed, &mut unpacked) {
        // What lies before the break is a capture that is cut short.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(path),
        result => result.map(|_| path),
    }
}

/// The messages of a log's notices, by what tells each rule's from others'.
fn notices(log: &Path) -> io::Result<BTreeMap<String, Vec<String>>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !log.exists() {
        return Ok(found);
    }
    let text = fs::read(log)?;
    for line in String::from_utf8_lossy(&text).lines() {
        let notice: Value = serde_json::from_str(line)?;
        let text = |name: &str| notice[name].as_str().unwrap_or_default().to_owned();
        let key = notice_key(&text("note"), &text("rule_id"));
        found.entry(key).or_default().push(text("msg"));
    }
    Ok(found)
}
