//! A capture of HTTP requests at times at which calendars are easily wrong.

use super::capture::Capture;

/// URIs and the second at which their request comes, in UTC.
const TIMES: &[(&str, u64)] = &[
    ("/1970-01-01T00:00:01", 1),
    ("/1999-12-31T23:59:59", 946_684_799),
    ("/2000-01-01T00:00:00", 946_684_800),
    ("/2000-02-29T12:00:00", 951_825_600),
    ("/2000-12-31T00:00:00", 978_220_800),
    ("/2020-12-31T18:45:30", 1_609_440_330),
    ("/2021-01-03T23:59:00", 1_609_718_340),
    ("/2021-01-04T00:01:00", 1_609_718_460),
    ("/2024-02-29T06:07:08", 1_709_186_828),
    ("/2024-12-30T05:00:00", 1_735_534_800),
];

/// A connection a request.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    for (uri, seconds) in TIMES {
        let mut connection = capture
            .at(*seconds)
            .connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        connection.close();
    }
    capture.finish()
}
