//! Values that Zeek shows in none of a column's lines, though nothing in the rule contradicts them.

use rsigma_ir::{IrMatcher, IrPatternPart, IrStrOp};

use crate::finding::{Code, Finding};
use crate::predicate::{Comparison, Predicate};
use crate::rule::{Rule, Value};
use crate::service::{Field, Service};

/// A warning for a value that no line of the field's column has.
pub(super) fn check(
    rule: &Rule,
    service: Service,
    field: &Field,
    value: &Value,
    predicate: &Predicate,
) -> Option<Finding> {
    let (message, help) = match (service.name(), field.name.as_str()) {
        ("smb_files" | "smb_mapping", "path") => {
            literal_wildcard(&value.matcher).or_else(|| share(beginning(&value.matcher)?))?
        }
        ("smb_mapping", "share_type") => share_type(&value.text, predicate)?,
        ("x509", "certificate.serial") | ("ocsp", "serialNumber") | ("known_certs", "serial") => {
            serial_number(&value.matcher)?
        }
        ("http", "version" | "request_version") => version(beginning(&value.matcher)?)?,
        _ => return None,
    };
    let finding = Finding::new(Code::NeverShown, rule.place(&value.span), message);
    Some(finding.help(help))
}

/// The text with which all begin that a value matches.
fn beginning(matcher: &IrMatcher) -> Option<&str> {
    let IrMatcher::Str {
        op: IrStrOp::Exact | IrStrOp::StartsWith,
        pattern,
        ..
    } = matcher
    else {
        return None;
    };
    match pattern.parts.first()? {
        IrPatternPart::Literal(text) => Some(text),
        IrPatternPart::WildcardMulti | IrPatternPart::WildcardSingle => None,
    }
}

/// A share's path is `\\host\share` (MS-SMB2 section 2.2.9, MS-CIFS section 2.2.4.7.1).
fn share(text: &str) -> Option<(String, String)> {
    if text.starts_with(r"\\") || text == r"\" {
        return None;
    }
    let message = format!(r"Zeek shows a share as `\\host\share`: none begins with `{text}`");
    let help = if let Some(rest) = text.strip_prefix('\\') {
        format!(
            r"two backslashes stand for one in Sigma: begin with four, `'\\\\{}`",
            rest.trim_end_matches('\\')
        )
    } else {
        r"begin with `'\\\\`, which stands for two backslashes, or ask for the end with `|endswith`"
            .to_owned()
    };
    Some((message, help))
}

/// No host and no share has a character in its name that is a wildcard (MS-FSCC section 2.1.5), so that an author who escapes
/// one wants the wildcard.
fn literal_wildcard(matcher: &IrMatcher) -> Option<(String, String)> {
    let IrMatcher::Str { pattern, .. } = matcher else {
        return None;
    };
    let is_literal = |wildcard: char| {
        pattern
            .parts
            .iter()
            .any(|part| matches!(part, IrPatternPart::Literal(text) if text.contains(wildcard)))
    };
    let wildcard = ['*', '?']
        .into_iter()
        .find(|wildcard| is_literal(*wildcard))?;
    let meant: String = pattern
        .parts
        .iter()
        .map(|part| match part {
            IrPatternPart::Literal(text) => text.replace('\\', r"\\"),
            IrPatternPart::WildcardMulti => "*".to_owned(),
            IrPatternPart::WildcardSingle => "?".to_owned(),
        })
        .collect();
    Some((
        format!(
            "no share has `{wildcard}` in its path, and the backslash before it makes it a plain character"
        ),
        format!("leave the backslash out for a wildcard: `'{meant}'`"),
    ))
}

/// The types of SMB2's shares (MS-SMB2 section 2.2.10), as Zeek names them; it shows those of SMB1 alike.
fn share_type(text: &str, predicate: &Predicate) -> Option<(String, String)> {
    const TYPES: [&str; 3] = ["DISK", "PIPE", "PRINT"];
    let Predicate::Test(test) = predicate else {
        return None;
    };
    let Comparison::Matches(pattern) = &test.comparison else {
        return None;
    };
    let matcher = pattern.matcher().ok()?;
    let shown = TYPES.iter().any(|name| matcher.is_match(name.as_bytes()));
    // What has no name in Zeek is shown by its number.
    let unnamed = text.to_ascii_lowercase().starts_with("unknown-");
    (!shown && !unnamed).then(|| {
        (
            format!("Zeek shows no type of share as `{text}`"),
            "write `DISK`, `PIPE` or `PRINT`".to_owned(),
        )
    })
}

/// The whole bytes of a serial number, as OpenSSL's `i2a_ASN1_INTEGER` writes them for Zeek: two digits each.
fn serial_number(matcher: &IrMatcher) -> Option<(String, String)> {
    let IrMatcher::Str {
        op: IrStrOp::Exact,
        pattern,
        ..
    } = matcher
    else {
        return None;
    };
    let [IrPatternPart::Literal(text)] = pattern.parts.as_slice() else {
        return None;
    };
    let is_odd = text.len() % 2 == 1 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_odd.then(|| {
        (
            format!("Zeek shows serial numbers with two digits a byte: none is `{text}`"),
            format!("write `'0{text}'`"),
        )
    })
}

/// HTTP's version without its name.
fn version(text: &str) -> Option<(String, String)> {
    let prefix = text.get(..5)?;
    prefix.eq_ignore_ascii_case("HTTP/").then(|| {
        (
            format!("Zeek shows only the version: none begins with `{text}`"),
            format!("write `{}`", text.get(5..).unwrap_or_default()),
        )
    })
}
