//! A capture of HTTP requests, each with another user agent: what text comparisons are tested on.

use super::capture::Capture;

/// URIs and the `User-Agent` header that their request has; one has none.
pub const USER_AGENTS: &[(&str, Option<&[u8]>)] = &[
    ("/absent", None),
    ("/empty", Some(b"")),
    ("/powershell", Some(b"PowerShell -EncodedCommand AAAA")),
    ("/lower", Some(b"powershell")),
    ("/star", Some(b"a*b")),
    ("/run", Some(b"axxb")),
    ("/question", Some(b"a?b")),
    ("/letter", Some(b"ayb")),
    ("/backslash", Some(br"C:\temp\*")),
    ("/slash", Some(b"x /enc y")),
    ("/hyphen", Some(b"x -enc y")),
    ("/en-dash", Some("x \u{2013}enc y".as_bytes())),
    ("/em-dash", Some("x \u{2014}enc y".as_bytes())),
    ("/bar", Some("x \u{2015}enc y".as_bytes())),
    ("/umlaut", Some("f\u{fc}r".as_bytes())),
    ("/capital-umlaut", Some("F\u{dc}R".as_bytes())),
    ("/latin-1", Some(b"f\xfcr")),
    ("/key", Some(b"key")),
    ("/kelvin", Some(b"kelvin")),
    ("/kelvin-sign", Some("\u{212a}elvin".as_bytes())),
    ("/number", Some(b"200")),
    ("/true", Some(b"true")),
    ("/digits", Some(b"build 4711")),
    (
        "/signs",
        Some(br#"say "hi" /now/ ^a$ [x] {y} (z) | + . <> %41 \d"#),
    ),
    ("/tab", Some(b"a\tb")),
    ("/base64", Some(b"d2hvYW1p")),
    ("/base64-capitals", Some(b"D2HVYW1P")),
    // "xwhoamix", "xxwhoamixx" and "whoamixxx" in Base64.
    ("/base64-at-1", Some(b"eHdob2FtaXg=")),
    ("/base64-at-2", Some(b"eHh3aG9hbWl4eA==")),
    ("/base64-at-3", Some(b"d2hvYW1peHh4")),
    // "whoami" in UTF-16 with the low byte first, then with the high byte first, in Base64.
    ("/base64-utf16le", Some(b"dwBoAG8AYQBtAGkA")),
    ("/base64-utf16be", Some(b"AHcAaABvAGEAbQBp")),
    // "whoami" in UTF-16 behind a byte order mark, in Base64.
    ("/base64-utf16", Some(b"//53AGgAbwBhAG0AaQA=")),
    ("/same-host", Some(b"host.example")),
    ("/part-of-host", Some(b"example")),
    ("/HOST-in-capitals", Some(b"HOST.EXAMPLE")),
];

/// One connection, a request after the other.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
    for (uri, agent) in USER_AGENTS {
        let mut request = format!("GET {uri} HTTP/1.1\r\nHost: host.example\r\n").into_bytes();
        if let Some(agent) = agent {
            request.extend(b"User-Agent: ");
            request.extend(*agent);
            request.extend(b"\r\n");
        }
        request.extend(b"\r\n");
        connection
            .client(&request)
            .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
    connection.close();
    capture.finish()
}
