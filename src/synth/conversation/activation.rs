//! The properties of a DCOM activation (MS-DCOM section 2.2.22).

use crate::event::arguments::INSTANTIATION_INFO;

/// `IID_IActivationPropertiesIn` and `CLSID_ActivationPropertiesIn` (MS-DCOM section 1.9).
const PROPERTIES_IN: [u8; 16] = *b"\xa2\x01\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
const PROPERTIES_IN_CLASS: [u8; 16] = *b"\x38\x03\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
/// The class of `SecurityInfoData`.
const SECURITY_INFO: [u8; 16] = *b"\xa6\x01\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
/// `IID_IUnknown`.
const UNKNOWN: [u8; 16] = *b"\0\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
/// `OBJREF_CUSTOM` (MS-DCOM section 2.2.18).
const CUSTOM: u32 = 4;
/// `CLSCTX_REMOTE_SERVER`.
const REMOTE_SERVER: u32 = 0x10;
/// `MSHCTX_DIFFERENTMACHINE`.
const DIFFERENT_MACHINE: u32 = 2;

/// An `OBJREF_CUSTOM` whose properties ask for a class, by its GUID as a stub has it.
pub(super) fn properties(class: [u8; 16]) -> Vec<u8> {
    let properties = [
        (INSTANTIATION_INFO, serialized(&instantiation_info(class))),
        // No flags, no server and nothing reserved (MS-DCOM section 2.2.22.2.6).
        (SECURITY_INFO, serialized(&[0; 12])),
    ];
    let own = serialized(&header(0, 0, &properties)).len();
    let content: usize = properties.iter().map(|(_, property)| property.len()).sum();
    let whole = own + content;
    let mut object = b"MEOW".to_vec();
    object.extend(CUSTOM.to_le_bytes());
    object.extend([PROPERTIES_IN, PROPERTIES_IN_CLASS].concat());
    // No extension; the size of what follows it.
    object.extend(numbers(&[0, length(whole + 8), length(whole), 0]));
    object.extend(serialized(&header(whole, own, &properties)));
    object.extend(properties.into_iter().flat_map(|(_, property)| property));
    object
}

/// `CustomHeader` (MS-DCOM section 2.2.22.1).
fn header(whole: usize, own: usize, properties: &[([u8; 16], Vec<u8>)]) -> Vec<u8> {
    let count = length(properties.len());
    let mut header = numbers(&[length(whole), length(own), 0, DIFFERENT_MACHINE, count]);
    // No class of its own; where the classes and the sizes are, and nothing more.
    header.extend([0; 16]);
    header.extend(numbers(&[0x0002_0000, 0x0002_0004, 0, count]));
    header.extend(properties.iter().flat_map(|(class, _)| *class));
    header.extend(numbers(&[count]));
    header.extend(
        properties
            .iter()
            .flat_map(|(_, it)| length(it.len()).to_le_bytes()),
    );
    header
}

/// `InstantiationInfoData` (MS-DCOM section 2.2.22.2.1): one interface is asked for.
fn instantiation_info(class: [u8; 16]) -> Vec<u8> {
    let mut info = class.to_vec();
    let size = 0x58;
    info.extend(numbers(&[REMOTE_SERVER, 0, 0, 1, 0, 0x0002_0000, size]));
    // Version 5.7 of COM.
    info.extend([5, 0, 7, 0]);
    info.extend(numbers(&[1]));
    info.extend(UNKNOWN);
    info
}

/// A type with its headers (MS-RPCE section 2.2.6), padded to a multiple of 8.
fn serialized(content: &[u8]) -> Vec<u8> {
    let padded = content.len().next_multiple_of(8);
    let mut bytes = vec![1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc];
    bytes.extend(numbers(&[length(padded), 0]));
    bytes.extend(content);
    bytes.resize(16 + padded, 0);
    bytes
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|it| it.to_le_bytes()).collect()
}

/// A length of what is short.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
