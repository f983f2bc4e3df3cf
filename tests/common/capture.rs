//! Captures made for a test: TCP connections in a pcap file. The same calls give the same bytes.

pub use sigzeek::synth::Capture;
pub use sigzeek::synth::conversation::ConnectionWriter;

/// One capture of several of the same link type, a file after the other.
pub fn joined(captures: &[Vec<u8>]) -> Vec<u8> {
    const HEADER: usize = 24;
    let mut bytes = captures[0][..HEADER].to_vec();
    for capture in captures {
        let link_type = |capture: &[u8]| capture[20..HEADER].to_vec();
        assert_eq!(capture[..4], bytes[..4], "byte order and resolution");
        assert_eq!(link_type(capture), link_type(&bytes));
        bytes.extend(&capture[HEADER..]);
    }
    bytes
}
