//! Content transfer encodings (RFC 2045, 6).

/// How an entity's lines are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TransferEncoding {
    #[default]
    Binary,
    QuotedPrintable,
    Base64,
}

impl TransferEncoding {
    pub(super) fn parse(token: &[u8]) -> Self {
        if token.eq_ignore_ascii_case(b"quoted-printable") {
            Self::QuotedPrintable
        } else if token.eq_ignore_ascii_case(b"base64") {
            Self::Base64
        } else {
            Self::Binary
        }
    }
}

/// Decodes a line of quoted-printable text, with its line end unless that is a soft one.
pub(super) fn quoted_printable(line: &[u8], output: &mut Vec<u8>) {
    let end = line
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(0, |last| last + 1);
    let mut soft = false;
    let mut at = 0;
    while at < end {
        if line[at] != b'=' {
            output.push(line[at]);
        } else if at + 1 == end {
            soft = true;
        } else {
            let digit = |index: usize| {
                line.get(index)
                    .and_then(|&byte| char::from(byte).to_digit(16))
            };
            match (digit(at + 1), digit(at + 2)) {
                (Some(high), Some(low)) => {
                    output.push(u8::try_from(high << 4 | low).unwrap_or(0));
                    at += 2;
                }
                _ => output.push(b'='),
            }
        }
        at += 1;
    }
    if !soft {
        output.extend(b"\r\n");
    }
}

/// A base64 decoder that ignores what isn't base64, and everything after the padding.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    group: Vec<u8>,
    padding: usize,
    ended: bool,
}

impl Base64 {
    pub(super) fn decode(&mut self, data: &[u8], output: &mut Vec<u8>) {
        for &byte in data {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' => {
                    self.padding += 1;
                    0
                }
                _ => continue,
            };
            self.group.push(value);
            if self.group.len() == 4 {
                self.flush(output);
            }
        }
    }

    pub(super) fn finish(&mut self, output: &mut Vec<u8>) {
        if !self.group.is_empty() {
            let missing = 4 - self.group.len();
            self.decode(&b"==="[..missing.min(3)], output);
        }
    }

    fn flush(&mut self, output: &mut Vec<u8>) {
        let group = std::mem::take(&mut self.group);
        if self.ended {
            return;
        }
        let bits = group
            .iter()
            .fold(0_u32, |bits, &value| bits << 6 | u32::from(value));
        let bytes = bits.to_be_bytes();
        output.extend(&bytes[1..4 - self.padding.min(3)]);
        self.ended |= self.padding > 0;
        self.padding = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Base64, quoted_printable};

    #[test]
    fn quoted_printable_loses_its_escapes() {
        let decoded = |line: &str| {
            let mut output = Vec::new();
            quoted_printable(line.as_bytes(), &mut output);
            String::from_utf8_lossy(&output).into_owned()
        };
        assert_eq!(decoded("a=3Db  "), "a=b\r\n");
        assert_eq!(decoded("soft="), "soft");
        assert_eq!(decoded("=zz"), "=zz\r\n");
    }

    #[test]
    fn base64_is_decoded_across_lines() {
        let mut decoder = Base64::default();
        let mut output = Vec::new();
        decoder.decode(b"aGVs", &mut output);
        decoder.decode(b"bG8\r\n=", &mut output);
        decoder.finish(&mut output);
        assert_eq!(output, b"hello");
    }
}
