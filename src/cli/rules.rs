//! What every command that reads rules has in common.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::compile::Compilation;
use crate::report::Renderer;

/// Where rules are.
#[derive(Debug, Args)]
pub(super) struct RulePaths {
    /// Rule files, packs, or folders of packs
    #[arg(value_name = "PATH", default_value = "detections")]
    pub(super) paths: Vec<PathBuf>,
}

/// Prints what is wrong with rules, and a line that sums it up.
pub(super) fn print_findings(compilation: &Compilation, errors: &mut impl Write) -> io::Result<()> {
    let renderer = Renderer::new(super::colour());
    for finding in &compilation.findings {
        renderer.print(finding, errors)?;
    }
    let (wrong, warnings) = compilation.count();
    writeln!(
        errors,
        "{}: {}, {}",
        counted(compilation.files, "rule file"),
        counted(wrong, "error"),
        counted(warnings, "warning")
    )
}

/// "1 rule", "2 rules".
pub(super) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
