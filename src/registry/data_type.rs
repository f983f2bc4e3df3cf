//! The types of RPC parameters: a small language for what NDR can marshal (C706 chapter 14, MS-RPCE section 2.2.4).
//!
//! ```text
//! uint8 int8 uint16 int16 uint32 int32 uint64 int64   integers
//! enum16                                              an enumeration: 16 bits in NDR, 32 in NDR64
//! uint3264                                            an integer of the size of a pointer
//! ipv4                                                an IPv4 address, a uint32 with the first octet on top
//! guid filetime handle sid                            GUID, FILETIME, context handle, RPC_SID
//! wstring string                                      [string] wchar_t[], [string] char[]
//! unicode_string ansi_string                          RPC_UNICODE_STRING, RPC_STRING
//! bstr                                                BSTR (MS-OAUT section 2.2.23)
//! activation_properties                               MInterfacePointer with activation properties (MS-DCOM section 2.2.22)
//! unique(T) full(T) ref(T)                            pointers
//! array(T) varying(T) fixed(T,N)                      [size_is], [size_is, length_is] and fixed arrays
//! NAME                                                a structure or union of data/rpc-types.tsv
//! ```

use std::sync::Arc;

/// How a type is marshalled, and what its values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// An integer or an enumeration.
    Integer(Integer),
    /// A value of a known form and a fixed number of octets.
    Fixed(FixedValue),
    /// `RPC_SID` (MS-DTYP section 2.4.2.3).
    Sid,
    /// A conformant and varying string with a terminator: `[string]`.
    Text(CharacterEncoding),
    /// `RPC_UNICODE_STRING` (MS-DTYP section 2.3.10), or its counterpart of 8-bit characters: the length is in a structure.
    CountedText(CharacterEncoding),
    /// `BSTR` as it is marshalled: a unique pointer to `FLAGGED_WORD_BLOB` (MS-OAUT section 2.2.23).
    Bstr,
    /// `MInterfacePointer` with the properties of an activation (MS-DCOM section 2.2.22).
    ActivationProperties,
    /// A pointer.
    Pointer(Pointer, Box<DataType>),
    /// An array.
    Array(Shape, Box<DataType>),
    /// A structure.
    Structure(Arc<Structure>),
    /// A union with its discriminant in front (C706 section 14.3.8).
    Union(Arc<Union>),
}

/// An integer as it is marshalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integer {
    /// How many octets it has.
    pub width: Width,
    /// Whether it is in two's complement.
    pub is_signed: bool,
}

/// How many octets an integer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// That many, in both transfer syntaxes.
    Octets(u8),
    /// An enumeration: 2 in NDR, 4 in NDR64.
    Enumeration,
    /// As many as a pointer: 4 in NDR, 8 in NDR64.
    Pointer,
}

/// A value whose octets have a form of their own, the same in both transfer syntaxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedValue {
    /// `GUID` (MS-DTYP section 2.3.4): 16 octets.
    Guid,
    /// `FILETIME` (MS-DTYP section 2.3.3): 8 octets, 100 nanoseconds since 1601, aligned to 4.
    FileTime,
    /// A context handle (C706 section 14.3.11.4): 20 octets.
    Handle,
    /// An IPv4 address in a 32-bit integer.
    Ipv4,
}

/// How characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharacterEncoding {
    /// UTF-16 in the byte order of the PDU.
    Utf16,
    /// Octets of the host's code page.
    Ansi,
}

/// What a pointer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// Never null; has no referent at the top level.
    Reference,
    /// May be null.
    Unique,
    /// May be null, and may point to what another points to; such a stub cannot be read.
    Full,
}

/// How many elements an array has, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A count precedes it.
    Conformant,
    /// A count, the offset of the first element that is there and their number precede it.
    Varying,
    /// The definition says so.
    Fixed(u32),
}

/// A structure with its members.
#[derive(Debug, PartialEq, Eq)]
pub struct Structure {
    /// The name that its document has for it.
    pub name: &'static str,
    /// Names and types, in order.
    pub members: Vec<(&'static str, DataType)>,
}

/// A union with its arms.
#[derive(Debug, PartialEq, Eq)]
pub struct Union {
    /// The name that its document has for it.
    pub name: &'static str,
    /// What the discriminant is.
    pub discriminant: Integer,
    /// The arms, by the discriminant's value; `None` is the default.
    pub arms: Vec<UnionArm>,
}

/// An arm of a union.
#[derive(Debug, PartialEq, Eq)]
pub struct UnionArm {
    /// The discriminant's value; `None` for all others.
    pub case: Option<u32>,
    /// Its name.
    pub name: &'static str,
    /// What it has, if anything.
    pub content: Option<DataType>,
}

impl DataType {
    /// The type of that text; names other than the language's own are looked up with `named`. `None` for anything else.
    pub(super) fn parse(text: &str, named: &dyn Fn(&str) -> Option<Self>) -> Option<Self> {
        let Some((constructor, inner)) =
            text.strip_suffix(')').and_then(|text| text.split_once('('))
        else {
            return Self::simple(text).or_else(|| named(text));
        };
        let parse = |inner: &str| Self::parse(inner, named).map(Box::new);
        Some(match constructor {
            "unique" => Self::Pointer(Pointer::Unique, parse(inner)?),
            "full" => Self::Pointer(Pointer::Full, parse(inner)?),
            "ref" => Self::Pointer(Pointer::Reference, parse(inner)?),
            "array" => Self::Array(Shape::Conformant, parse(inner)?),
            "varying" => Self::Array(Shape::Varying, parse(inner)?),
            "fixed" => {
                let (element, count) = inner.rsplit_once(',')?;
                Self::Array(Shape::Fixed(count.parse().ok()?), parse(element)?)
            }
            _ => return None,
        })
    }

    fn simple(name: &str) -> Option<Self> {
        let integer = |width, is_signed| Self::Integer(Integer { width, is_signed });
        Some(match name {
            "uint8" => integer(Width::Octets(1), false),
            "int8" => integer(Width::Octets(1), true),
            "uint16" => integer(Width::Octets(2), false),
            "int16" => integer(Width::Octets(2), true),
            "uint32" => integer(Width::Octets(4), false),
            "int32" => integer(Width::Octets(4), true),
            "uint64" => integer(Width::Octets(8), false),
            "int64" => integer(Width::Octets(8), true),
            "enum16" => integer(Width::Enumeration, false),
            "uint3264" => integer(Width::Pointer, false),
            "guid" => Self::Fixed(FixedValue::Guid),
            "filetime" => Self::Fixed(FixedValue::FileTime),
            "handle" => Self::Fixed(FixedValue::Handle),
            "ipv4" => Self::Fixed(FixedValue::Ipv4),
            "sid" => Self::Sid,
            "wstring" => Self::Text(CharacterEncoding::Utf16),
            "string" => Self::Text(CharacterEncoding::Ansi),
            "unicode_string" => Self::CountedText(CharacterEncoding::Utf16),
            "ansi_string" => Self::CountedText(CharacterEncoding::Ansi),
            "bstr" => Self::Bstr,
            "activation_properties" => Self::ActivationProperties,
            _ => return None,
        })
    }

    /// Whether it is a single octet, so that an array of it is a run of bytes.
    pub fn is_octet(&self) -> bool {
        matches!(
            self,
            Self::Integer(Integer {
                width: Width::Octets(1),
                ..
            })
        )
    }
}

impl Width {
    /// How many octets it is in NDR, or in NDR64.
    pub fn octets(self, is_ndr64: bool) -> u8 {
        match (self, is_ndr64) {
            (Self::Octets(octets), _) => octets,
            (Self::Enumeration, false) => 2,
            (Self::Enumeration, true) | (Self::Pointer, false) => 4,
            (Self::Pointer, true) => 8,
        }
    }
}

impl FixedValue {
    /// How many octets it has.
    pub fn octets(self) -> u8 {
        match self {
            Self::Guid => 16,
            Self::FileTime => 8,
            Self::Handle => 20,
            Self::Ipv4 => 4,
        }
    }
}

impl CharacterEncoding {
    /// How many octets a character has.
    pub fn octets(self) -> u8 {
        match self {
            Self::Utf16 => 2,
            Self::Ansi => 1,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<DataType> {
        DataType::parse(text, &|_| None)
    }

    #[test]
    fn types_nest() {
        let to = Box::new(DataType::Text(CharacterEncoding::Utf16));
        assert_eq!(
            parse("unique(wstring)"),
            Some(DataType::Pointer(Pointer::Unique, to))
        );
        let octets = parse("fixed(uint8,16)").unwrap();
        assert!(matches!(octets, DataType::Array(Shape::Fixed(16), element) if element.is_octet()));
        assert!(parse("unique(array(unique(string)))").is_some());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "int",
            "unique",
            "unique()",
            "unique(int)",
            "fixed(uint8)",
            "fixed(uint8,x)",
            "list(uint8)",
            "array(uint8",
            "(uint8)",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
