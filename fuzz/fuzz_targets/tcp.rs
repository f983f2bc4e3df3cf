#![no_main]

use libfuzzer_sys::fuzz_target;
use sigzeek_fuzz::Connection;

const RECORD: usize = 8;

// Records of direction, flags, sequence numbers within a small window, and a length.
fuzz_target!(|input: &[u8]| {
    let mut connection = Connection::new(80);
    for record in input.chunks_exact(RECORD) {
        let [side, flags, s0, s1, a0, a1, l0, l1] = *record else {
            unreachable!("chunks are exact");
        };
        let sequence = u32::from(u16::from_be_bytes([s0, s1])).wrapping_sub(0x8000);
        let acknowledgment = u32::from(u16::from_be_bytes([a0, a1])).wrapping_sub(0x8000);
        let len = usize::from(u16::from_be_bytes([l0 & 7, l1]));
        let data: Vec<u8> = (0..len).map(|at| sequence.wrapping_add(at as u32) as u8).collect();
        connection.segment(side & 1 == 0, flags, [sequence, acknowledgment], &data);
    }
    connection.finish();
});
