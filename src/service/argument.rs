//! The arguments of RPC calls as fields: `argument.<name>` of the request and `result.<name>` of the response.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Access, Field, FieldKind, Phase, ZeekRecord};
use crate::registry::data_type::FixedValue;
use crate::registry::{Operation, Registry, ScalarType};
use crate::stub::{Argument, ArgumentKind, Side, StubPlan};

/// An argument by the name that rules use.
#[derive(Debug)]
pub struct ArgumentField {
    /// The name in rules, such as `argument.pAtInfo.Command`.
    pub name: String,
    /// The stub that has it.
    pub side: Side,
    /// Its kinds, that of most operations first; never empty.
    pub kinds: Vec<OfKind>,
}

/// What an argument is in some operations.
#[derive(Debug)]
pub struct OfKind {
    /// What its values are.
    pub kind: FieldKind,
    /// Whether the stub has the values as they are: texts, in whatever encoding, and bytes.
    pub is_verbatim: bool,
    /// The operations.
    pub operations: Vec<&'static Operation>,
    /// The member of a call that has them in Zeek.
    member: String,
}

/// What precedes the name of an argument.
pub fn prefix(side: Side) -> &'static str {
    match side {
        Side::Request => "argument.",
        Side::Response => "result.",
    }
}

/// The stub in which a field of that name would be, and the argument's own name; `None` for other fields.
pub fn parse(name: &str) -> Option<(Side, &str)> {
    let mut sides = [Side::Request, Side::Response].into_iter();
    sides.find_map(|side| Some((side, name.strip_prefix(prefix(side))?)))
}

impl ArgumentField {
    /// The argument of that name in rules.
    pub fn named(name: &str) -> Option<&'static Self> {
        all().get(name)
    }

    /// The arguments of an operation, request and response, in the order of the stubs.
    pub fn of(operation: &Operation) -> impl Iterator<Item = &'static Self> {
        let sides = [Side::Request, Side::Response].into_iter();
        let plans = sides.filter_map(|side| Some((side, StubPlan::of(operation, side)?)));
        let names = plans.flat_map(|(side, plan)| {
            let arguments = plan.arguments.iter();
            arguments.map(move |argument| format!("{}{}", prefix(side), argument.name))
        });
        names.filter_map(|name| Self::named(&name))
    }

    /// The operations that have it.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.kinds
            .iter()
            .flat_map(|of| of.operations.iter().copied())
    }

    /// What it is in an operation; `None` if the operation does not have it.
    pub fn in_operation(&self, operation: &Operation) -> Option<&OfKind> {
        let has = |of: &&OfKind| of.operations.contains(&operation);
        self.kinds.iter().find(has)
    }

    /// The field, where it is of one of its kinds.
    pub fn field(&self, of: &'static OfKind) -> Field {
        Field {
            name: self.name.clone(),
            kind: of.kind,
            phase: match self.side {
                Side::Request => Phase::CallRequestStub,
                Side::Response => Phase::CallResponseStub,
            },
            stays: false,
            access: Access::Member {
                record: ZeekRecord::KeptCall,
                member: &of.member,
                optional: true,
            },
        }
    }
}

fn all() -> &'static BTreeMap<String, ArgumentField> {
    static ALL: OnceLock<BTreeMap<String, ArgumentField>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = BTreeMap::new();
        for operation in Registry::get().operations() {
            for side in [Side::Request, Side::Response] {
                let Some(plan) = StubPlan::of(operation, side) else {
                    continue;
                };
                for argument in &plan.arguments {
                    let kind = kind(argument);
                    add(&mut all, operation, side, argument, kind);
                }
            }
        }
        for argument in all.values_mut() {
            let kinds = &mut argument.kinds;
            kinds.sort_by_key(|of| (Reverse(of.operations.len()), of.kind));
            for of in kinds.iter_mut().skip(1) {
                of.member.push_str(suffix(of.kind));
            }
        }
        all
    })
}

fn add(
    all: &mut BTreeMap<String, ArgumentField>,
    operation: &'static Operation,
    side: Side,
    argument: &Argument,
    kind: FieldKind,
) {
    let name = format!("{}{}", prefix(side), argument.name);
    let member = name.replace('.', "_");
    let field = all.entry(name.clone()).or_insert_with(|| ArgumentField {
        name,
        side,
        kinds: Vec::new(),
    });
    let is_verbatim = matches!(argument.kind, ArgumentKind::Text | ArgumentKind::Bytes);
    match field.kinds.iter_mut().find(|of| of.kind == kind) {
        Some(of) => {
            of.operations.push(operation);
            of.is_verbatim &= is_verbatim;
        }
        None => field.kinds.push(OfKind {
            kind,
            is_verbatim,
            operations: vec![operation],
            member,
        }),
    }
}

/// What tells the members of two kinds of an argument apart.
fn suffix(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Count | FieldKind::Int => "_number",
        FieldKind::Bytes => "_bytes",
        FieldKind::Text => "_text",
        _ => "_list",
    }
}

/// What a rule compares an argument to.
fn kind(argument: &Argument) -> FieldKind {
    let single = match argument.kind {
        ArgumentKind::Integer { is_signed: true } => FieldKind::Int,
        ArgumentKind::Integer { is_signed: false } => FieldKind::Count,
        ArgumentKind::Text
        | ArgumentKind::Sid
        | ArgumentKind::Fixed(FixedValue::Guid | FixedValue::FileTime) => FieldKind::Text,
        ArgumentKind::Bytes | ArgumentKind::Fixed(FixedValue::Handle) => FieldKind::Bytes,
        ArgumentKind::Fixed(FixedValue::Ipv4) => FieldKind::Address,
    };
    match (argument.is_list, single) {
        (false, single) => single,
        (true, FieldKind::Count) => FieldKind::Vector(ScalarType::Count),
        (true, FieldKind::Int) => FieldKind::Vector(ScalarType::Int),
        (true, FieldKind::Address) => FieldKind::Vector(ScalarType::Addr),
        (true, _) => FieldKind::Texts,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::service::Service;

    #[test]
    fn every_argument_has_a_member_of_its_own_in_zeek() {
        let kinds = || all().values().flat_map(|argument| &argument.kinds);
        let members: BTreeSet<&str> = kinds().map(|of| of.member.as_str()).collect();
        assert_eq!(members.len(), kinds().count());
        let is_identifier = |member: &&str| {
            let mut characters = member.chars();
            characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
        };
        assert!(members.iter().all(is_identifier));
    }

    #[test]
    fn few_names_are_of_several_kinds() {
        let several = all().values().filter(|argument| argument.kinds.len() > 1);
        let names: Vec<&str> = several.map(|argument| argument.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "argument.Flags",
                "argument.MemberId",
                "argument.ServerName",
                "argument.SystemName",
                "result.Buffer",
                "result.return"
            ]
        );
    }

    #[test]
    fn arguments_are_fields() {
        let kind = |name| Service::DCE_RPC.field(name).map(|field| field.kind);
        assert_eq!(kind("argument.lpBinaryPathName"), Some(FieldKind::Text));
        assert_eq!(kind("argument.lpData"), Some(FieldKind::Bytes));
        assert_eq!(kind("argument.dwStartType"), Some(FieldKind::Count));
        assert_eq!(kind("result.return"), Some(FieldKind::Count));
        assert_eq!(kind("argument.pAtInfo.Command"), Some(FieldKind::Text));
        assert_eq!(kind("argument.lpbinarypathname"), None);
    }
}
