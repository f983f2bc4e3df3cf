//! Parameters to steps. The only place that knows where NDR and NDR64 align, count and defer.

use super::{
    Argument, ArgumentIndex, ArgumentKind, Register, RegisterCondition, Step, StubPlan,
    TransferSyntax,
};
use crate::registry::Parameter;
use crate::registry::data_type::{
    CharacterEncoding, DataType, FixedValue, Integer, Pointer, Shape, Structure, Union, Width,
};

/// The plan for parameters in the order in which a stub has them, up to the first that cannot be read.
pub(super) fn plan(parameters: &[&Parameter]) -> StubPlan {
    let readable = parameters
        .iter()
        .take_while(|parameter| {
            let data_type = parameter.data_type.as_ref();
            data_type.is_some_and(|it| {
                let mut planner = StubPlanner::new(TransferSyntax::Ndr);
                planner.parameter(it, parameter.name).is_some()
            })
        })
        .count();
    let planner = |syntax| {
        let mut planner = StubPlanner::new(syntax);
        let read = parameters[..readable].iter().filter_map(|parameter| {
            planner.parameter(parameter.data_type.as_ref()?, parameter.name)
        });
        let steps: Vec<Step> = read.flatten().collect();
        (planner, steps)
    };
    let (planned, ndr) = planner(TransferSyntax::Ndr);
    let (_, ndr64) = planner(TransferSyntax::Ndr64);
    StubPlan {
        arguments: planned.arguments,
        is_whole: readable == parameters.len(),
        has_counts: ndr.iter().any(Step::has_count),
        ndr,
        ndr64,
        parameters: readable,
        registers: planned.registers,
    }
}

/// The member of `InstantiationInfoData` that has the class (MS-DCOM section 2.2.22.2.1).
const CLASS_ID: &str = "classId";

/// Plans one side of an operation in a transfer syntax.
struct StubPlanner {
    syntax: TransferSyntax,
    arguments: Vec<Argument>,
    /// What each register is for, in words that begin with what it belongs to.
    registers: Vec<String>,
    /// Whether what is planned is in an element of an array.
    in_array: bool,
}

/// What follows a structure or an array: what a pointer in it points to, which is there if its register is not 0.
struct Deferred<'a> {
    pointer: Register,
    content: Content<'a>,
    name: String,
}

enum Content<'a> {
    Type(&'a DataType),
    /// What a `BSTR` points to.
    Blob,
    /// The characters of a text whose length is in a register.
    Characters(CharacterEncoding, Register),
}

/// `None` wherever a type cannot be read in that place: conformant types in the middle of others, unions in arrays.
type Steps = Option<Vec<Step>>;

impl StubPlanner {
    fn new(syntax: TransferSyntax) -> Self {
        Self {
            syntax,
            arguments: Vec::new(),
            registers: Vec::new(),
            in_array: false,
        }
    }

    /// A parameter: a reference pointer has no referent here, and what others point to follows at once.
    fn parameter(&mut self, data_type: &DataType, name: &str) -> Steps {
        match data_type {
            DataType::Pointer(Pointer::Reference, to) => self.referent(to, name),
            other => self.referent(other, name),
        }
    }

    /// Something that stands by itself: its counts, itself, and what its pointers point to.
    fn referent(&mut self, data_type: &DataType, name: &str) -> Steps {
        let word = self.syntax.word();
        match data_type {
            DataType::Sid => Some(vec![Step::Sid(self.output(name, ArgumentKind::Sid))]),
            DataType::ActivationProperties => {
                let kind = ArgumentKind::Fixed(FixedValue::Guid);
                Some(vec![Step::Activation(
                    self.output(&joined(name, CLASS_ID), kind),
                )])
            }
            DataType::Text(encoding) => {
                let output = self.output(name, ArgumentKind::Text);
                Some(vec![Step::Text(*encoding, output)])
            }
            DataType::Array(shape, element) if !matches!(shape, Shape::Fixed(_)) => {
                let is_varying = *shape == Shape::Varying;
                if element.is_octet() {
                    let output = self.output(name, ArgumentKind::Bytes);
                    return Some(vec![Step::Bytes { is_varying, output }]);
                }
                let count = self.register(name, "count");
                let mut steps = match is_varying {
                    true => vec![Step::Count(count)],
                    false => vec![Step::Align(word), Step::Load(word, count)],
                };
                steps.extend(self.elements(element, count, name)?);
                Some(steps)
            }
            DataType::Structure(structure) => match conformant_tail(structure) {
                Some(element) => {
                    let count = self.register(name, "count");
                    let mut steps = vec![Step::Align(word), Step::Load(word, count)];
                    let (members, tail) = structure.members.split_at(structure.members.len() - 1);
                    let mut deferred = Vec::new();
                    steps.push(Step::Align(self.alignment(data_type)));
                    for (member, data_type) in members {
                        steps.extend(self.inline(
                            data_type,
                            &joined(name, member),
                            &mut deferred,
                        )?);
                    }
                    for (member, _) in tail {
                        steps.extend(self.tail(element, count, &joined(name, member))?);
                    }
                    steps.extend(self.deferred(deferred)?);
                    Some(steps)
                }
                None => self.in_place(data_type, name),
            },
            other => self.in_place(other, name),
        }
    }

    /// Something of a fixed layout, and what its pointers point to.
    fn in_place(&mut self, data_type: &DataType, name: &str) -> Steps {
        let mut deferred = Vec::new();
        let mut steps = self.inline(data_type, name, &mut deferred)?;
        steps.extend(self.deferred(deferred)?);
        Some(steps)
    }

    fn deferred(&mut self, deferred: Vec<Deferred<'_>>) -> Steps {
        let mut steps = Vec::new();
        for it in deferred {
            let content = match it.content {
                Content::Type(data_type) => self.referent(data_type, &it.name)?,
                Content::Blob => vec![Step::Blob(self.output(&it.name, ArgumentKind::Text))],
                Content::Characters(encoding, length) => {
                    // A text that has a length is somewhere (MS-DTYP section 2.3.10).
                    let fail = Step::When(length, RegisterCondition::NotZero, vec![Step::Fail]);
                    steps.push(Step::When(it.pointer, RegisterCondition::Is(0), vec![fail]));
                    let output = self.output(&it.name, ArgumentKind::Text);
                    vec![Step::CountedText(encoding, length, output)]
                }
            };
            steps.push(Step::When(it.pointer, RegisterCondition::NotZero, content));
        }
        Some(steps)
    }

    /// Something as it stands in a structure or an array.
    fn inline<'a>(
        &mut self,
        data_type: &'a DataType,
        name: &str,
        deferred: &mut Vec<Deferred<'a>>,
    ) -> Steps {
        let align = Step::Align(self.alignment(data_type));
        let mut pointer_to = |planner: &mut Self, content| {
            let word = planner.syntax.word();
            let pointer = planner.register(name, "pointer");
            deferred.push(Deferred {
                pointer,
                content,
                name: name.to_owned(),
            });
            [Step::Align(word), Step::Load(word, pointer)]
        };
        Some(match data_type {
            DataType::Integer(Integer { width, is_signed }) => {
                let is_signed = *is_signed;
                let output = self.output(name, ArgumentKind::Integer { is_signed });
                let integer = Step::Integer {
                    octets: self.octets(*width),
                    is_signed,
                    output,
                };
                vec![align, integer]
            }
            DataType::Fixed(value) => {
                let output = self.output(name, ArgumentKind::Fixed(*value));
                vec![align, Step::Fixed(*value, output)]
            }
            DataType::CountedText(encoding) => {
                let length = self.register(name, "length");
                // The maximum length is not asked for.
                let mut steps = vec![align, Step::Load(2, length), Step::Skip(2)];
                steps.extend(pointer_to(self, Content::Characters(*encoding, length)));
                steps
            }
            DataType::Bstr => pointer_to(self, Content::Blob).to_vec(),
            DataType::Pointer(_, to) => pointer_to(self, Content::Type(to)).to_vec(),
            DataType::Array(Shape::Fixed(count), element) if element.is_octet() => {
                let output = self.output(name, ArgumentKind::Bytes);
                vec![Step::Octets(u64::from(*count), output)]
            }
            DataType::Array(Shape::Fixed(count), element) => {
                let mut steps = vec![align];
                let was_in_array = std::mem::replace(&mut self.in_array, true);
                let first = self.arguments.len();
                let mut pointers = Vec::new();
                for _ in 0..*count {
                    // Every element has the arguments of the first.
                    self.arguments.truncate(first);
                    steps.extend(self.inline(element, name, &mut pointers)?);
                }
                if !pointers.is_empty() {
                    return None;
                }
                self.in_array = was_in_array;
                steps
            }
            DataType::Structure(structure) => {
                let mut steps = vec![align.clone()];
                for (member, data_type) in &structure.members {
                    steps.extend(self.inline(data_type, &joined(name, member), deferred)?);
                }
                // MS-RPCE section 2.2.5.3.4.1
                if self.syntax == TransferSyntax::Ndr64 {
                    steps.push(align);
                }
                steps
            }
            DataType::Union(union) => self.union(union, name, deferred)?,
            DataType::Sid
            | DataType::Text(_)
            | DataType::ActivationProperties
            | DataType::Array(..) => return None,
        })
    }

    fn union<'a>(
        &mut self,
        union: &'a Union,
        name: &str,
        deferred: &mut Vec<Deferred<'a>>,
    ) -> Steps {
        if self.in_array {
            return None;
        }
        let discriminant = self.register(name, "discriminant");
        let octets = self.octets(union.discriminant.width);
        let mut steps = vec![Step::Align(octets), Step::Load(octets, discriminant)];
        // MS-RPCE section 2.2.5.3.4.4
        if self.syntax == TransferSyntax::Ndr64 {
            let align = Step::Align(self.union_alignment(union));
            steps.insert(0, align.clone());
            steps.push(align);
        }
        let cases: Vec<u64> = union
            .arms
            .iter()
            .filter_map(|arm| arm.case.map(u64::from))
            .collect();
        let has_default = cases.len() < union.arms.len();
        for arm in &union.arms {
            let condition = match arm.case {
                Some(case) => RegisterCondition::Is(u64::from(case)),
                None => RegisterCondition::IsNoneOf(cases.clone()),
            };
            if let Some(content) = &arm.content {
                let arm = self.inline(content, &joined(name, arm.name), deferred)?;
                steps.push(Step::When(discriminant, condition, arm));
            }
        }
        if !has_default {
            let other = RegisterCondition::IsNoneOf(cases);
            steps.push(Step::When(discriminant, other, vec![Step::Fail]));
        }
        Some(steps)
    }

    /// The last member of a conformant structure.
    fn tail(&mut self, element: &DataType, count: Register, name: &str) -> Steps {
        if element.is_octet() {
            let output = self.output(name, ArgumentKind::Bytes);
            return Some(vec![Step::CountedBytes(count, output)]);
        }
        self.elements(element, count, name)
    }

    /// The elements of an array whose number is in a register.
    fn elements(&mut self, element: &DataType, count: Register, name: &str) -> Steps {
        let alignment = self.alignment(element);
        let size = self.size(element)?;
        let stride = size.next_multiple_of(u64::from(alignment));
        let was_in_array = std::mem::replace(&mut self.in_array, true);
        let mut deferred = Vec::new();
        let inline = self.inline(element, name, &mut deferred)?;
        let deferred = self.deferred(deferred)?;
        self.in_array = was_in_array;
        let each = Step::Each {
            count,
            stride,
            size,
            inline,
            deferred,
        };
        Some(vec![Step::Align(alignment), each])
    }

    fn output(&mut self, name: &str, kind: ArgumentKind) -> ArgumentIndex {
        self.arguments.push(Argument {
            name: name.to_owned(),
            kind,
            is_list: self.in_array,
        });
        self.arguments.len() - 1
    }

    fn register(&mut self, name: &str, holds: &str) -> Register {
        self.registers.push(joined(name, holds));
        self.registers.len() - 1
    }

    fn octets(&self, width: Width) -> u8 {
        width.octets(self.syntax == TransferSyntax::Ndr64)
    }

    fn alignment(&self, data_type: &DataType) -> u8 {
        let word = self.syntax.word();
        match data_type {
            DataType::Integer(integer) => self.octets(integer.width),
            DataType::Fixed(_) => 4,
            DataType::Array(_, element) => self.alignment(element),
            DataType::Structure(structure) => {
                let members = structure.members.iter();
                let alignments = members.map(|(_, data_type)| self.alignment(data_type));
                alignments.max().unwrap_or(1)
            }
            DataType::Union(union) => self.union_alignment(union),
            DataType::Sid
            | DataType::Text(_)
            | DataType::CountedText(_)
            | DataType::Bstr
            | DataType::ActivationProperties
            | DataType::Pointer(..) => word,
        }
    }

    fn union_alignment(&self, union: &Union) -> u8 {
        let arms = union.arms.iter().filter_map(|arm| arm.content.as_ref());
        let alignments = arms.map(|content| self.alignment(content));
        alignments.fold(self.octets(union.discriminant.width), u8::max)
    }

    /// How many octets something has in place; `None` where that differs from value to value.
    fn size(&self, data_type: &DataType) -> Option<u64> {
        let word = u64::from(self.syntax.word());
        Some(match data_type {
            DataType::Integer(integer) => u64::from(self.octets(integer.width)),
            DataType::Fixed(value) => u64::from(value.octets()),
            DataType::Bstr | DataType::Pointer(..) => word,
            DataType::CountedText(_) => 2 * word,
            DataType::Array(Shape::Fixed(count), element) => {
                let size = self.size(element)?;
                let stride = size.next_multiple_of(u64::from(self.alignment(element)));
                u64::from(count.checked_sub(1)?) * stride + size
            }
            DataType::Structure(structure) => {
                let mut end = 0u64;
                for (_, member) in &structure.members {
                    let alignment = u64::from(self.alignment(member));
                    end = end.next_multiple_of(alignment) + self.size(member)?;
                }
                match self.syntax {
                    TransferSyntax::Ndr => end,
                    TransferSyntax::Ndr64 => {
                        end.next_multiple_of(u64::from(self.alignment(data_type)))
                    }
                }
            }
            DataType::Sid
            | DataType::Text(_)
            | DataType::ActivationProperties
            | DataType::Array(..)
            | DataType::Union(_) => return None,
        })
    }
}

/// The element of the conformant array that is the structure's last member, if it is one.
fn conformant_tail(structure: &Structure) -> Option<&DataType> {
    match structure.members.last() {
        Some((_, DataType::Array(Shape::Conformant, element))) => Some(element),
        _ => None,
    }
}

fn joined(name: &str, member: &str) -> String {
    format!("{name}.{member}")
}
