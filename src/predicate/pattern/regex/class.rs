//! Character classes.

use regex_syntax::ast::{
    ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet,
    ClassSetBinaryOpKind, ClassSetItem, ClassSetRange, Literal, Span,
};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use regex_syntax::utf8::Utf8Sequences;

use super::super::{ByteExpression, ByteSet, Case};
use super::error::{RegexError, RegexErrorKind, range};

/// `\d`, `\s`, `\w` and their negations, in ASCII.
pub(super) fn perl(class: &ClassPerl) -> ByteSet {
    let set = ascii_set(match class.kind {
        ClassPerlKind::Digit => &ClassAsciiKind::Digit,
        ClassPerlKind::Space => &ClassAsciiKind::Space,
        ClassPerlKind::Word => &ClassAsciiKind::Word,
    });
    negated_if(class.negated, set)
}

/// `[…]`: bytes, and characters beyond ASCII as alternatives.
pub(super) fn bracketed(class: &ClassBracketed, case: Case) -> Result<ByteExpression, RegexError> {
    let members = ClassReader { case }.bracketed(class)?;
    let characters = members.characters.iter();
    let sequences = characters.flat_map(|range| Utf8Sequences::new(range.start(), range.end()));
    // By all bytes but the last, which make one class.
    let mut by_prefix: Vec<(Vec<ByteSet>, ByteSet)> = Vec::new();
    for sequence in sequences {
        let mut prefix: Vec<ByteSet> = sequence
            .as_slice()
            .iter()
            .map(|range| ByteSet::range(range.start..=range.end))
            .collect();
        let last = prefix.pop().unwrap_or_default();
        match by_prefix.last_mut() {
            Some((known, set)) if *known == prefix => *set = set.union(last),
            _ => by_prefix.push((prefix, last)),
        }
    }
    let characters = by_prefix.into_iter().map(|(prefix, last)| {
        ByteExpression::concat(prefix.into_iter().chain([last]).map(ByteExpression::class))
    });
    Ok(ByteExpression::alternation(
        std::iter::once(ByteExpression::class(members.bytes)).chain(characters),
    ))
}

/// What is in a class.
struct ClassMembers {
    bytes: ByteSet,
    /// Beyond ASCII.
    characters: ClassUnicode,
}

struct ClassReader {
    case: Case,
}

impl ClassReader {
    fn bracketed(&self, class: &ClassBracketed) -> Result<ClassMembers, RegexError> {
        let mut members = self.set(&class.kind)?;
        if class.negated {
            members.bytes = members.without_characters(&class.span)?.complement();
        }
        Ok(members)
    }

    fn set(&self, set: &ClassSet) -> Result<ClassMembers, RegexError> {
        let operation = match set {
            ClassSet::Item(item) => return self.item(item),
            ClassSet::BinaryOp(operation) => operation,
        };
        let left = self
            .set(&operation.lhs)?
            .without_characters(operation.lhs.span())?;
        let right = self
            .set(&operation.rhs)?
            .without_characters(operation.rhs.span())?;
        Ok(ClassMembers::of_bytes(match operation.kind {
            ClassSetBinaryOpKind::Intersection => left.intersection(right),
            ClassSetBinaryOpKind::Difference => left.difference(right),
            ClassSetBinaryOpKind::SymmetricDifference => left.symmetric_difference(right),
        }))
    }

    fn item(&self, item: &ClassSetItem) -> Result<ClassMembers, RegexError> {
        match item {
            ClassSetItem::Empty(_) => Ok(ClassMembers::of_bytes(ByteSet::EMPTY)),
            ClassSetItem::Literal(literal) => self.range(literal, literal, &literal.span),
            ClassSetItem::Range(ClassSetRange { start, end, span }) => self.range(start, end, span),
            ClassSetItem::Ascii(class) => Ok(ClassMembers::of_bytes(self.folded(ascii(class)))),
            ClassSetItem::Unicode(class) => Err(RegexError::new(
                RegexErrorKind::UnicodeClass,
                range(&class.span),
            )),
            ClassSetItem::Perl(class) => Ok(ClassMembers::of_bytes(perl(class))),
            ClassSetItem::Bracketed(class) => self.bracketed(class),
            ClassSetItem::Union(union) => {
                let mut all = ClassMembers::of_bytes(ByteSet::EMPTY);
                for item in &union.items {
                    let members = self.item(item)?;
                    all.bytes = all.bytes.union(members.bytes);
                    all.characters.union(&members.characters);
                }
                Ok(all)
            }
        }
    }

    fn range(
        &self,
        start: &Literal,
        end: &Literal,
        span: &Span,
    ) -> Result<ClassMembers, RegexError> {
        match (ClassMember::of(start), ClassMember::of(end)) {
            (ClassMember::Byte(start), ClassMember::Byte(end)) => Ok(ClassMembers::of_bytes(
                self.folded(ByteSet::range(start..=end)),
            )),
            (ClassMember::Byte(start), ClassMember::Character(end)) if start.is_ascii() => {
                Ok(ClassMembers {
                    bytes: self.folded(ByteSet::range(start..=0x7f)),
                    characters: ClassUnicode::empty(),
                }
                .with_characters('\u{80}', end, self.case))
            }
            (ClassMember::Character(start), ClassMember::Character(end)) => {
                Ok(ClassMembers::of_bytes(ByteSet::EMPTY).with_characters(start, end, self.case))
            }
            _ => Err(RegexError::new(RegexErrorKind::MixedRange, range(span))),
        }
    }

    fn folded(&self, set: ByteSet) -> ByteSet {
        match self.case {
            Case::Sensitive => set,
            Case::Insensitive => set.with_both_cases(),
        }
    }
}

impl ClassMembers {
    fn of_bytes(bytes: ByteSet) -> Self {
        Self {
            bytes,
            characters: ClassUnicode::empty(),
        }
    }

    fn with_characters(mut self, start: char, end: char, case: Case) -> Self {
        let mut characters = ClassUnicode::new([ClassUnicodeRange::new(start, end)]);
        if case == Case::Insensitive {
            // Fails only without Unicode's tables, which are compiled in.
            let _ = characters.try_case_fold_simple();
        }
        // Folding can lead back to ASCII: the long s is an s.
        let ascii = ClassUnicode::new([ClassUnicodeRange::new('\0', '\u{7f}')]);
        let mut folded_to_ascii = characters.clone();
        folded_to_ascii.intersect(&ascii);
        for range in folded_to_ascii.iter() {
            let (start, end) = (range.start() as u32 as u8, range.end() as u32 as u8);
            self.bytes = self.bytes.union(ByteSet::range(start..=end));
        }
        characters.difference(&ascii);
        self.characters.union(&characters);
        self
    }

    fn without_characters(&self, span: &Span) -> Result<ByteSet, RegexError> {
        if self.characters.ranges().is_empty() {
            Ok(self.bytes)
        } else {
            Err(RegexError::new(
                RegexErrorKind::NonAsciiInClass,
                range(span),
            ))
        }
    }
}

enum ClassMember {
    Byte(u8),
    /// Beyond ASCII.
    Character(char),
}

impl ClassMember {
    fn of(literal: &Literal) -> Self {
        let ascii = || u8::try_from(literal.c).ok().filter(u8::is_ascii);
        match literal.byte().or_else(ascii) {
            Some(byte) => Self::Byte(byte),
            None => Self::Character(literal.c),
        }
    }
}

fn ascii(class: &ClassAscii) -> ByteSet {
    negated_if(class.negated, ascii_set(&class.kind))
}

fn ascii_set(kind: &ClassAsciiKind) -> ByteSet {
    let is_member: fn(&u8) -> bool = match kind {
        ClassAsciiKind::Alnum => u8::is_ascii_alphanumeric,
        ClassAsciiKind::Alpha => u8::is_ascii_alphabetic,
        ClassAsciiKind::Ascii => u8::is_ascii,
        ClassAsciiKind::Blank => |byte| matches!(byte, b' ' | b'\t'),
        ClassAsciiKind::Cntrl => u8::is_ascii_control,
        ClassAsciiKind::Digit => u8::is_ascii_digit,
        ClassAsciiKind::Graph => u8::is_ascii_graphic,
        ClassAsciiKind::Lower => u8::is_ascii_lowercase,
        ClassAsciiKind::Print => |byte| matches!(byte, b' '..=b'~'),
        ClassAsciiKind::Punct => u8::is_ascii_punctuation,
        ClassAsciiKind::Space => |byte| matches!(byte, b'\t'..=b'\r' | b' '),
        ClassAsciiKind::Upper => u8::is_ascii_uppercase,
        ClassAsciiKind::Word => |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
        ClassAsciiKind::Xdigit => u8::is_ascii_hexdigit,
    };
    (0..=u8::MAX).filter(is_member).collect()
}

fn negated_if(negated: bool, set: ByteSet) -> ByteSet {
    if negated { set.complement() } else { set }
}
