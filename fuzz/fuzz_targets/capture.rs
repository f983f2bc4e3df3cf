#![no_main]

use libfuzzer_sys::fuzz_target;
use sigzeek::replay;

fuzz_target!(|input: &[u8]| {
    let _ = replay::replay_reader(input, &mut sigzeek_fuzz::write);
});
