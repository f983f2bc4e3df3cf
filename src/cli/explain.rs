//! `sigzeek explain`: what findings mean.

use std::io::{self, Write};

use clap::Args;
use console::Term;

use super::{CommandError, Status};
use crate::finding::{self, Code};
use crate::text::{nearest, paragraph};

/// The arguments of `sigzeek explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Codes such as E301; lists all codes if none is given
    #[arg(value_name = "CODE")]
    codes: Vec<String>,

    /// Explain every code
    #[arg(long, conflicts_with = "codes")]
    all: bool,

    /// Print docs/findings.md, in Markdown
    #[arg(long, conflicts_with_all = ["codes", "all"])]
    markdown: bool,
}

/// A code that there is not.
#[derive(Debug, thiserror::Error)]
#[error("there is no finding `{code}`; {help}")]
pub(super) struct UnknownCode {
    code: String,
    help: String,
}

pub(super) fn run(args: &ExplainArgs, out: &mut impl Write) -> Result<Status, CommandError> {
    if args.markdown {
        out.write_all(finding::page().as_bytes())?;
    } else if args.all {
        explain(Code::ALL, out)?;
    } else if args.codes.is_empty() {
        list(out)?;
    } else {
        let codes = args.codes.iter().map(|code| find(code));
        explain(&codes.collect::<Result<Vec<Code>, _>>()?, out)?;
    }
    Ok(Status::Success)
}

fn find(text: &str) -> Result<Code, UnknownCode> {
    let known = Code::ALL
        .iter()
        .find(|code| code.as_str().eq_ignore_ascii_case(text));
    known.copied().ok_or_else(|| {
        let near = nearest(text, Code::ALL.iter().map(|code| code.as_str()));
        UnknownCode {
            code: text.to_owned(),
            help: match near {
                Some(near) => format!("did you mean {near}?"),
                None => "`sigzeek explain` lists all".to_owned(),
            },
        }
    })
}

fn list(out: &mut impl Write) -> io::Result<()> {
    for code in Code::ALL {
        let severity = finding::severity(*code);
        writeln!(out, "{}  {severity:7}  {}", code.as_str(), code.title())?;
    }
    Ok(())
}

fn explain(codes: &[Code], out: &mut impl Write) -> io::Result<()> {
    for (index, code) in codes.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let explanation = code.explanation();
        let severity = finding::severity(*code);
        let title = format!("{}: {severity}: {}", code.as_str(), code.title());
        match super::known_width(&Term::stdout()) {
            Some(width) => {
                paragraph("", 0, &title, width, out)?;
                for text in explanation.text.split("\n\n") {
                    writeln!(out)?;
                    paragraph("", 0, &text.trim_end().replace('\n', " "), width, out)?;
                }
            }
            None => write!(out, "{title}\n\n{}", explanation.text)?,
        }
        if let Some(example) = explanation.example {
            writeln!(out, "\nWrong, in {}:\n", example.file)?;
            indented(example.wrong, out)?;
            writeln!(out, "\nRight:\n")?;
            indented(example.right, out)?;
        }
    }
    Ok(())
}

fn indented(text: &str, out: &mut impl Write) -> io::Result<()> {
    for line in text.lines() {
        let indent = if line.is_empty() { "" } else { "    " };
        writeln!(out, "{indent}{line}")?;
    }
    Ok(())
}
