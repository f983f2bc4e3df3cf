//! From a rule's searches and conditions to one predicate.

mod comparison;
mod refusal;
mod shown;
mod value_pattern;

use rsigma_ir::{IrMatcher, IrStrOp};

use super::{action, argument, command, names};
use crate::finding::{Code, Finding, Fix, Place};
use crate::predicate::identity::{self, Watched};
use crate::predicate::{Comparison, Predicate, Test};
use crate::registry::CategoryField;
use crate::rule::{Condition, Detection, Item, Rule, Spanned, Value};
use crate::service::{Equivalent, Field, FieldKind, FoundBy, Service};
use crate::text::{nearest, only_near};
pub(super) use refusal::Refusal;

/// What a rule asks for, or findings that say why it cannot be told.
pub(super) fn predicate(
    rule: &Rule,
    service: Service,
    findings: &mut Vec<Finding>,
) -> Option<Predicate> {
    let planner = DetectionPlanner { rule, service };
    let searches: Vec<Option<Predicate>> = rule
        .searches
        .iter()
        .map(|search| planner.detection(&search.detection, findings))
        .collect();
    let searches: Vec<Predicate> = searches.into_iter().collect::<Option<_>>()?;
    if rule.conditions.is_empty() {
        return None;
    }
    Some(Predicate::any(
        rule.conditions
            .iter()
            .map(|condition| combine(condition, &searches)),
    ))
}

/// What one item of a rule asks for, where it can be told.
pub(super) fn item(rule: &Rule, service: Service, item: &Item) -> Option<Predicate> {
    DetectionPlanner { rule, service }.item(item, &mut Vec::new())
}

/// The calls that a rule watches, as far as it says what they are.
fn watched(rule: &Rule, service: Service) -> Watched {
    if rule.conditions.is_empty() {
        return Watched::Every;
    }
    let planner = DetectionPlanner { rule, service };
    let searches = rule.searches.iter();
    let searches: Vec<Predicate> = searches
        .map(|search| planner.identities(&search.detection))
        .collect();
    let conditions = rule.conditions.iter();
    let predicate = Predicate::any(conditions.map(|condition| combine(condition, &searches)));
    identity::split(predicate).0
}

/// The service's field of that name, or a finding with the nearest one. A rule of a category can name the category's
/// fields, too.
pub(super) fn field(
    rule: &Rule,
    service: Service,
    name: &Spanned<String>,
    findings: &mut Vec<Finding>,
) -> Option<Field> {
    let place = rule.place(&name.span);
    let text = bare_name(&name.value);
    let Some(category) = &rule.logsource.category else {
        if argument::is_argument(service, text) {
            return argument::field(&watched(rule, service), text, &place, findings);
        }
        let Some((known, column)) = name_of_proxies(service, text) else {
            return field_at(service, text, &place, findings);
        };
        let message = format!("`{}` is a proxy's name for `{column}`", known.name);
        let fix = Fix::replace_scalar(&rule.source, &name.span, text, column);
        let finding = Finding::new(Code::ProxyField, place.clone(), message);
        findings.push(
            finding
                .help(format!("{}; write `{column}`", known.reason))
                .fix(fix),
        );
        return field_at(service, column, &place, findings);
    };
    match CategoryField::named(&category.value, text) {
        Some(CategoryField {
            column: Some(column),
            ..
        }) => field_at(service, column, &place, findings),
        Some(CategoryField { reason, .. }) => {
            let message = format!("Zeek shows nothing like `{text}`");
            let finding = Finding::new(Code::UnknownField, place, message);
            findings.push(finding.help(*reason));
            None
        }
        None if service.field(text).is_some() => field_at(service, text, &place, findings),
        None => {
            let names = || CategoryField::of(&category.value).map(|field| field.name);
            let message = format!("category {} has no field `{text}` in Zeek", category.value);
            let help = match nearest(text, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", names().collect::<Vec<_>>().join(", ")),
            };
            let fix = only_near(text, names())
                .and_then(|near| Fix::replace_scalar(&rule.source, &name.span, text, near));
            let finding = Finding::new(Code::UnknownField, place, message);
            findings.push(finding.help(help).fix(fix));
            None
        }
    }
}

/// The field of transactions that proxies' logs have by a name of their own (W3C Extended Log File Format), and its name in Zeek.
fn name_of_proxies(service: Service, text: &str) -> Option<(&'static CategoryField, &'static str)> {
    let is_of_proxies = service == Service::HTTP && text.contains('-');
    let known = CategoryField::named("proxy", text).filter(|_| is_of_proxies)?;
    Some((known, known.column?))
}

/// The field of that name, wherever it is named.
pub(super) fn field_at(
    service: Service,
    name: &str,
    place: &Place,
    findings: &mut Vec<Finding>,
) -> Option<Field> {
    let text = bare_name(name);
    let field = service.field(text);
    if field.is_none() {
        let message = format!("{} has no field `{text}`", service.name());
        let help = field_help(service, text);
        let finding = Finding::new(Code::UnknownField, place.clone(), message);
        // `client_header.<name>` stands for any header, and is no field.
        let near =
            only_near(text, service.field_names()).filter(|near| service.field(near).is_some());
        let same = service
            .equivalent(text)
            .filter(|equivalent| equivalent.difference.is_none())
            .map(|equivalent| equivalent.field);
        let fix = same
            .or(near.filter(|_| service.equivalent(text).is_none()))
            .and_then(|near| Fix::replace_scalar(&place.source, &place.span, text, near));
        findings.push(finding.help(help).fix(fix));
    }
    if let Some(spec) = service.field_spec(text)
        && let Some(last) = spec.releases.until
    {
        let log = service.name();
        let message = format!("{log} has no field `{text}` in releases of Zeek after {last}");
        let finding = Finding::new(Code::UnknownField, place.clone(), message);
        findings.push(
            finding.help("packages are for every release that is maintained: use another field"),
        );
        return None;
    }
    field
}

/// What to write in place of a field that a service does not have.
fn field_help(service: Service, text: &str) -> String {
    let other = {
        let mut wire = Service::WIRE.iter();
        wire.find(|other| **other != service && other.field(text).is_some())
    };
    if let Some(Equivalent { field, difference }) = service.equivalent(text) {
        let difference =
            difference.map_or_else(String::new, |difference| format!(", {difference}"));
        format!("in Zeek it is `{field}`{difference}")
    } else if let Some(near) = nearest(text, service.field_names()) {
        format!("did you mean `{near}`?")
    } else if let Some(other) = other {
        format!(
            "it is a field of {}: the logsource's service and the field do not go together",
            other.name()
        )
    } else {
        format!("its fields are {}", service.field_names().join(", "))
    }
}

/// A key without its modifiers.
fn bare_name(key: &str) -> &str {
    key.split_once('|').map_or(key, |(name, _)| name)
}

fn combine(condition: &Condition, searches: &[Predicate]) -> Predicate {
    let each = |parts: &[Condition]| -> Vec<Predicate> {
        parts.iter().map(|part| combine(part, searches)).collect()
    };
    match condition {
        Condition::Search(index) => searches[*index].clone(),
        Condition::And(parts) => Predicate::all(each(parts)),
        Condition::Or(parts) => Predicate::any(each(parts)),
        Condition::Not(part) => combine(part, searches).negated(),
        Condition::AtLeast(wanted, indices) => {
            let parts = indices
                .iter()
                .map(|index| searches[*index].clone())
                .collect();
            Predicate::at_least(*wanted, parts)
        }
    }
}

struct DetectionPlanner<'a> {
    rule: &'a Rule,
    service: Service,
}

impl DetectionPlanner<'_> {
    fn detection(&self, detection: &Detection, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let mut each = |parts: &[Detection]| -> Option<Vec<Predicate>> {
            let parts: Vec<Option<Predicate>> = parts
                .iter()
                .map(|part| self.detection(part, findings))
                .collect();
            parts.into_iter().collect()
        };
        match detection {
            Detection::All(parts) => each(parts).map(Predicate::all),
            Detection::Any(parts) => each(parts).map(Predicate::any),
            Detection::Item(item) => self.item(item, findings),
        }
    }

    fn item(&self, item: &Item, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let Some(name) = &item.field else {
            return self.keyword(item, findings);
        };
        let Some(field) = field(self.rule, self.service, name, findings) else {
            // What is wrong with the values can be told all the same.
            let patterns = item.values.iter();
            let refused =
                patterns.filter_map(|value| Some((self.pattern(item, value).err()?, value)));
            findings.extend(refused.map(|(refusal, value)| refusal.finding(self.rule, value)));
            return None;
        };
        let matched = of_values(item, |value| self.value(&field, item, value, findings))?;
        Some(if item.negated {
            // A field that is not there is not different from anything.
            Predicate::all([
                is_set(&field, self.rule.place(&item.span)),
                matched.negated(),
            ])
        } else {
            matched
        })
    }

    /// What a detection asks of a call's identity; all else may hold or not.
    fn identities(&self, detection: &Detection) -> Predicate {
        let each = |parts: &[Detection]| -> Vec<Predicate> {
            parts.iter().map(|part| self.identities(part)).collect()
        };
        match detection {
            Detection::All(parts) => Predicate::all(each(parts)),
            Detection::Any(parts) => Predicate::any(each(parts)),
            Detection::Item(item) => {
                let name = item.field.as_ref().map(|name| bare_name(&name.value));
                let field = name.and_then(|name| self.service.field(name));
                let is_identity = field.is_some_and(|field| field.kind == FieldKind::Identity);
                let asked = is_identity.then(|| self.item(item, &mut Vec::new()));
                asked.flatten().unwrap_or_else(|| {
                    let place = self.rule.place(&item.span);
                    Predicate::any(
                        self.service
                            .fields()
                            .take(1)
                            .map(|field| test(&field.field(), Comparison::IsSet, place.clone())),
                    )
                })
            }
        }
    }

    /// Keywords are sought in the text columns of the log, each by itself.
    fn keyword(&self, item: &Item, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let fields = self.keyword_fields();
        let matched = of_values(item, |value| {
            self.keyword_value(&fields, item, value, findings)
        })?;
        Some(if item.negated {
            matched.negated()
        } else {
            matched
        })
    }

    /// Of a category, the fields that its logs have on a line.
    fn keyword_fields(&self) -> Vec<Field> {
        let fields = self.service.keyword_fields();
        let Some(category) = &self.rule.logsource.category else {
            return fields;
        };
        let columns = || CategoryField::of(&category.value).filter_map(|field| field.column);
        // They log the URI as it was sent, whole or not.
        let sent = ["original_uri", "url"].into_iter();
        let sent = sent.filter_map(|name| self.service.field(name));
        let mut logged: Vec<Field> = fields.into_iter().chain(sent).collect();
        logged.retain(|field| columns().any(|column| column == field.name));
        logged
    }

    fn keyword_value(
        &self,
        fields: &[Field],
        item: &Item,
        value: &Value,
        findings: &mut Vec<Finding>,
    ) -> Option<Predicate> {
        let pattern = match self.pattern(item, value) {
            Ok(Some(pattern)) => pattern,
            Ok(None) => {
                let message = "a keyword is a text";
                let finding =
                    Finding::new(Code::InvalidMatch, self.rule.place(&value.span), message);
                findings.push(finding.help("put the comparison under a field"));
                return None;
            }
            Err(refusal) => {
                findings.push(refusal.finding(self.rule, value));
                return None;
            }
        };
        let predicate = Predicate::any(fields.iter().map(|field| {
            if field.kind == FieldKind::Identity {
                names::matching(&field.name, &pattern)
            } else {
                test(
                    field,
                    Comparison::Matches(pattern.clone()),
                    self.rule.place(&value.span),
                )
            }
        }));
        findings.extend(self.growing(&predicate, value));
        Some(predicate)
    }

    fn value(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
        findings: &mut Vec<Finding>,
    ) -> Option<Predicate> {
        let result = if field.kind == FieldKind::Identity {
            self.identity(field, item, value)
        } else {
            self.comparison(field, item, value)
                .map_err(|refusal| Box::new(refusal.finding(self.rule, value)))
        };
        match result {
            Ok(predicate) => {
                if let Some(finding) = self.unknown_name(&predicate, value) {
                    findings.push(finding);
                    return None;
                }
                findings.extend(self.growing(&predicate, value));
                findings.extend(self.pipe_transaction(&predicate, value));
                findings.extend(value_pattern::plain_dot(self.rule, field, item, value));
                findings.extend(shown::check(
                    self.rule,
                    self.service,
                    field,
                    value,
                    &predicate,
                ));
                Some(predicate)
            }
            Err(finding) => {
                findings.push(*finding);
                None
            }
        }
    }

    /// An error for a file action, a command or a status that Zeek does not know.
    fn unknown_name(&self, predicate: &Predicate, value: &Value) -> Option<Finding> {
        let check = match self.service.spec().found_by {
            FoundBy::FileAction => action::check,
            FoundBy::SmbVersion => command::check,
            FoundBy::Operation | FoundBy::Nothing => return None,
        };
        check(self.rule, predicate, &value.text, &value.span)
    }

    /// A warning for a value whose pattern lets Zeek's memory grow with the traffic.
    fn growing(&self, predicate: &Predicate, value: &Value) -> Option<Finding> {
        let grows = predicate.tests().iter().any(|test| {
            matches!(&test.comparison, Comparison::Matches(pattern) if pattern.grows_with_traffic())
        });
        grows.then(|| {
            let message = "Zeek's memory for this pattern grows with the traffic that it is matched against";
            Finding::new(Code::GrowingPattern, self.rule.place(&value.span), message).help(
                "in place of a counted number of any bytes write `*`, or `.*` in a regular expression, or anchor it",
            )
        })
    }

    /// A warning for a subcommand by whose name Zeek shows no client's message.
    fn pipe_transaction(&self, predicate: &Predicate, value: &Value) -> Option<Finding> {
        let (rule, text) = (self.rule, value.text.as_str());
        (self.service == Service::SMB_CMD)
            .then(|| command::pipe_transaction(rule, predicate, text, &value.span))
            .flatten()
    }

    fn identity(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
    ) -> Result<Predicate, Box<Finding>> {
        let refuse = |refusal: Refusal| Box::new(refusal.finding(self.rule, value));
        match &value.matcher {
            IrMatcher::Exists(expected) => return Ok(Predicate::Constant(*expected)),
            IrMatcher::Null => return Ok(Predicate::Constant(false)),
            _ => {}
        }
        if field.name == "opnum" {
            return names::opnum(&value.matcher, value).map_err(refuse);
        }
        if let (Some(text), false) = (plain_text(&value.matcher, value), is_cased(&value.matcher)) {
            return names::exact(self.rule, &field.name, &text, &value.span);
        }
        match self.pattern(item, value) {
            Ok(Some(pattern)) => {
                names::pattern(self.rule, &field.name, &pattern, &value.text, &value.span)
            }
            Ok(None) => Err(refuse(Refusal::new(
                Code::FieldType,
                format!("`{}` cannot be compared like this", field.name),
                "compare it with a name, a wildcard, `startswith`, `endswith`, `contains` or `re`",
            ))),
            Err(refusal) => Err(refuse(refusal)),
        }
    }
}

/// What all or any of an item's values ask; nothing where one of them is wrong, once each was looked at.
fn of_values(item: &Item, ask: impl FnMut(&Value) -> Option<Predicate>) -> Option<Predicate> {
    let asked: Vec<Option<Predicate>> = item.values.iter().map(ask).collect();
    let asked = asked.into_iter().collect::<Option<Vec<_>>>()?;
    Some(if item.all {
        Predicate::all(asked)
    } else {
        Predicate::any(asked)
    })
}

fn test(field: &Field, comparison: Comparison, place: Place) -> Predicate {
    Predicate::Test(Test {
        field: field.clone(),
        comparison,
        place,
    })
}

fn is_set(field: &Field, place: Place) -> Predicate {
    if field.is_always_set() {
        Predicate::Constant(true)
    } else {
        test(field, Comparison::IsSet, place)
    }
}

fn is_cased(matcher: &IrMatcher) -> bool {
    matches!(
        matcher,
        IrMatcher::Str {
            case_insensitive: false,
            ..
        }
    )
}

/// The text that a field must equal, where the value is that simple.
fn plain_text(matcher: &IrMatcher, value: &Value) -> Option<String> {
    match matcher {
        IrMatcher::Str {
            op: IrStrOp::Exact,
            pattern,
            ..
        } => pattern.as_plain(),
        IrMatcher::NumericEq(_) | IrMatcher::BoolEq(_) => Some(value.text.clone()),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::Source;
    use crate::rule::{self, Document, MODIFIERS};

    /// What a key with modifiers and values asks for, or the codes of what is wrong with it.
    fn meaning(key: &str, values: &[&str]) -> Result<Predicate, Vec<Code>> {
        let values = values.join(", ");
        let text = format!(
            "title: T\nlogsource: {{product: zeek, service: http}}\ndetection:\n  selection:\n    {key}: [{values}]\n  condition: selection\n"
        );
        let source = Arc::new(Source {
            path: "rule.yml".into(),
            text,
        });
        let mut findings = Vec::new();
        let documents = rule::parse(&source, &mut findings);
        let [Document::Rule(rule)] = documents.as_slice() else {
            panic!("no rule: {findings:?}");
        };
        let predicate = predicate(rule, Service::HTTP, &mut findings);
        let codes: Vec<Code> = findings
            .iter()
            .filter(|finding| finding.severity() == crate::finding::Severity::Error)
            .map(|finding| finding.code)
            .collect();
        predicate.filter(|_| codes.is_empty()).ok_or(codes)
    }

    /// Values that the modifiers compare to, on which each of them has an effect.
    fn values(field: &str, modifiers: &[&str]) -> Vec<&'static str> {
        let has = |of: &[&str]| modifiers.iter().any(|modifier| of.contains(modifier));
        if has(&["exists"]) {
            vec!["true"]
        } else if has(&["re", "i", "m", "s"]) {
            vec!["'^1.a$'", "'^2.b$'"]
        } else if has(&["cidr"]) {
            vec!["10.0.0.0/8", "192.0.2.0/24"]
        } else if has(&["expand"]) {
            vec!["'%a%'", "'%b%'"]
        } else if has(&["fieldref"]) {
            match field {
                "id.orig_h" => vec!["id.resp_h", "id.orig_h"],
                "status_code" => vec!["trans_depth", "request_body_len"],
                _ => vec!["host", "referrer"],
            }
        } else {
            match field {
                // The second three bytes have a dash in Base64.
                "uri" | "body" | "client_header_names" => {
                    vec![r"'ab-\?\?\?'", r"'ef-\?\?\?'"]
                }
                "id.orig_h" => vec!["'10.0.0.1'", "'10.0.0.2'"],
                _ => vec!["3", "5"],
            }
        }
    }

    /// Each pair of modifiers, in either order, means something that neither means alone, or is an error.
    #[test]
    fn no_modifier_is_dropped_without_a_word() {
        let mut accepted = 0;
        for field in [
            "uri",
            "body",
            "client_header_names",
            "status_code",
            "id.orig_h",
            "id.resp_p",
            "ts",
        ] {
            for first in MODIFIERS {
                for second in MODIFIERS {
                    let values = values(field, &[*first, *second]);
                    let key = format!("{field}|{first}|{second}");
                    let both = match meaning(&key, &values) {
                        Ok(both) => both,
                        Err(codes) => {
                            let told =
                                [Code::ModifierConflict, Code::InvalidMatch, Code::FieldType];
                            assert!(
                                codes.iter().all(|code| told.contains(code)),
                                "{key}: {codes:?}"
                            );
                            continue;
                        }
                    };
                    accepted += 1;
                    // What finds a part of an encoded text says so itself, and rules say it once more.
                    let is_usual = [first, second].contains(&&"base64offset")
                        && [first, second].contains(&&"contains");
                    for alone in [first, second] {
                        let meant = meaning(&format!("{field}|{alone}"), &values);
                        assert!(
                            is_usual || meant != Ok(both.clone()),
                            "{key} means what {alone} does"
                        );
                    }
                }
            }
        }
        assert!(accepted > 200, "{accepted}");
    }

    #[test]
    fn base64offset_begins_and_ends_where_the_rule_says() {
        let offset =
            |modifiers: &str| meaning(&format!("uri|base64offset{modifiers}"), &["'IEX (New'"]);
        assert_eq!(offset(""), offset("|contains"));
        assert_ne!(offset(""), offset("|startswith"));
        assert_ne!(offset("|endswith"), offset("|startswith"));
    }
}
