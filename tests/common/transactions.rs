//! A capture of HTTP transactions: headers, replies, and bodies in every form in which they come over the wire.

use super::capture::{Capture, ConnectionWriter};

const CLIENT: [u8; 4] = [10, 0, 0, 1];
const SERVER: [u8; 4] = [10, 0, 0, 2];
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// "the secret is compressed" as gzip writes it.
const COMPRESSED: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0xc9, 0x48, 0x55, 0x28, 0x4e,
    0x4d, 0x2e, 0x4a, 0x2d, 0x51, 0xc8, 0x2c, 0x56, 0x48, 0xce, 0xcf, 0x2d, 0x28, 0x4a, 0x2d, 0x2e,
    0x4e, 0x4d, 0x01, 0x00, 0x66, 0xe8, 0xa6, 0x56, 0x18, 0x00, 0x00, 0x00,
];

/// Transactions that are told apart by their URIs.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    with_connection(&mut capture, request_lines);
    with_connection(&mut capture, headers);
    with_connection(&mut capture, replies);
    with_connection(&mut capture, request_bodies);
    with_connection(&mut capture, response_bodies);
    with_connection(&mut capture, pipelining);
    odd_ends(&mut capture);
    let mut other = capture.connect([192, 168, 7, 9], [172, 16, 0, 1], 8080);
    other
        .client("GET /elsewhere HTTP/1.1\r\nHost: other\r\n\r\n")
        .server(OK);
    other.close();
    capture.finish()
}

fn with_connection(capture: &mut Capture, fill: fn(&mut ConnectionWriter<'_>)) {
    let mut connection = capture.connect(CLIENT, SERVER, 80);
    fill(&mut connection);
    connection.close();
}

fn request_lines(connection: &mut ConnectionWriter<'_>) {
    for line in [
        "GET /line HTTP/1.1",
        "GET /line-1.0 HTTP/1.0",
        "GET /%65scaped%20path?q=%3Cscript%3E HTTP/1.1",
        "PUT /put HTTP/1.1",
        "OPTIONS /options HTTP/1.1",
    ] {
        let length = if line.starts_with("PUT") {
            "Content-Length: 0\r\n"
        } else {
            ""
        };
        connection
            .client(format!(
                "{line}\r\nHost: h\r\nConnection: keep-alive\r\n{length}\r\n"
            ))
            .server(OK);
    }
}

fn headers(connection: &mut ConnectionWriter<'_>) {
    for (uri, headers) in [
        ("/header", "X-One: alpha\r\n"),
        ("/header-empty", "X-One:\r\n"),
        (
            "/header-twice",
            "X-One: beta\r\nX-Two: 2\r\nx-oNE: alpha\r\n",
        ),
        ("/header-beta", "X-One: beta\r\n"),
        ("/header-two", "X-One: alpha\r\nX-Two: beta\r\n"),
        ("/header-folded", "X-One: al\r\n pha\r\n"),
        (
            "/header-columns",
            "Referer: http://r.example/\r\nOrigin: http://o.example\r\nUser-Agent: agent/1\r\nAuthorization: Basic \
             dXNlcjpwYXNz\r\nX-Forwarded-For: 1.2.3.4\r\nVia: 1.1 proxy\r\n",
        ),
    ] {
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n{headers}\r\n"))
            .server(OK);
    }
}

fn replies(connection: &mut ConnectionWriter<'_>) {
    for (uri, reply) in [
        (
            "/reply-404",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "/reply-1.0",
            "HTTP/1.0 200 Fine\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "/reply-server",
            "HTTP/1.1 200 OK\r\nServer: Apache/2.4.49 (Unix)\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "/reply-twice",
            "HTTP/1.1 200 OK\r\nX-Two: a\r\nX-Two: b\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "/reply-100",
            "HTTP/1.1 103 Early Hints\r\nServer: early\r\n\r\nHTTP/1.1 500 Broken\r\nServer: late\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "/reply-file",
            "HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"note.txt\"\r\nContent-Type: text/plain\r\n\
             Content-Length: 26\r\n\r\nplain text, long enough...",
        ),
    ] {
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server(reply);
    }
}

fn request_bodies(connection: &mut ConnectionWriter<'_>) {
    let post =
        |uri: &str, headers: &str| format!("POST {uri} HTTP/1.1\r\nHost: h\r\n{headers}\r\n");
    let length = |body: &[u8]| format!("Content-Length: {}\r\n", body.len());

    for (uri, body) in [
        ("/body", b"the secret is here".as_slice()),
        ("/body-other", b"nothing is here"),
        (
            "/body-bytes",
            b"\x00\xffs\x00e\x00c\x00r\x00e\x00t\x00\n\r\n\x80",
        ),
        ("/body-form", b"command=whoami&x=1"),
        ("/body-empty", b""),
    ] {
        connection
            .client(post(uri, &length(body)))
            .client(body)
            .server(OK);
    }

    // In segments of their own, one of which breaks the word.
    let body = b"the sec";
    connection
        .client(post("/body-segments", "Content-Length: 18\r\n"))
        .client(body)
        .client("ret is here")
        .server(OK);
    connection
        .client(post("/body-chunked", "Transfer-Encoding: chunked\r\n"))
        .client("7\r\nthe sec\r\n")
        .client("b\r\nret is here\r\n0\r\n\r\n")
        .server(OK);
    connection
        .client(post(
            "/body-gzip",
            &format!("Content-Encoding: gzip\r\n{}", length(COMPRESSED)),
        ))
        .client(COMPRESSED)
        .server(OK);
    let parts = b"--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nX-One: part\r\n\r\nthe sec\r\n--cut\r\n\
                  Content-Disposition: form-data; name=\"b\"; filename=\"f.txt\"\r\n\r\nthe secret\r\n--cut--\r\n";
    connection
        .client(post(
            "/body-multipart",
            &format!(
                "Content-Type: multipart/form-data; boundary=cut\r\n{}",
                length(parts)
            ),
        ))
        .client(parts)
        .server(OK);
    connection
        .client(post(
            "/body-100",
            "Expect: 100-continue\r\nContent-Length: 18\r\n",
        ))
        .server("HTTP/1.1 100 Continue\r\n\r\n")
        .client("the secret is here")
        .server(OK);

    // The secret before, across and beyond the bound of 64 bytes that the test sets.
    for (uri, before) in [
        ("/body-within", 50),
        ("/body-across", 61),
        ("/body-beyond", 80),
    ] {
        let body = ["-".repeat(before).as_str(), "secret", &"-".repeat(100)].concat();
        connection
            .client(post(uri, &length(body.as_bytes())))
            .client(body)
            .server(OK);
    }
}

fn response_bodies(connection: &mut ConnectionWriter<'_>) {
    let secret = "the secret is here";
    for (uri, headers, pieces) in [
        (
            "/response",
            "Content-Length: 18\r\n",
            vec![secret.as_bytes()],
        ),
        (
            "/response-segments",
            "Content-Length: 18\r\n",
            vec![b"the sec".as_slice(), b"ret is here"],
        ),
        (
            "/response-chunked",
            "Transfer-Encoding: chunked\r\n",
            vec![
                b"7\r\nthe sec\r\nb\r\nret ".as_slice(),
                b"is here\r\n0\r\n\r\n",
            ],
        ),
        (
            "/response-gzip",
            "Content-Encoding: gzip\r\nContent-Length: 44\r\n",
            vec![COMPRESSED],
        ),
        (
            "/response-other",
            "Content-Length: 4\r\n",
            vec![b"none".as_slice()],
        ),
    ] {
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server(format!("HTTP/1.1 200 OK\r\n{headers}\r\n"));
        for piece in pieces {
            connection.server(piece);
        }
    }
    connection
        .client("HEAD /response-head HTTP/1.1\r\nHost: h\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n");
    connection
        .client("GET /response-204 HTTP/1.1\r\nHost: h\r\n\r\n")
        .server("HTTP/1.1 204 No Content\r\n\r\n");
    connection
        .client("POST /both HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nquestion")
        .server("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");
}

/// Three requests before the first reply.
fn pipelining(connection: &mut ConnectionWriter<'_>) {
    connection
        .client(
            "POST /pipe-1 HTTP/1.1\r\nHost: h\r\nX-One: alpha\r\nContent-Length: 6\r\n\r\nsecretGET /pipe-2 HTTP/1.1\r\nHost: h\r\n\r\n",
        )
        .client("POST /pipe-3 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nnone")
        .server("HTTP/1.1 201 Created\r\nX-One: alpha\r\nContent-Length: 2\r\n\r\nr1")
        .server("HTTP/1.1 202 Accepted\r\nContent-Length: 6\r\n\r\nsecretHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nr3");
}

/// Transactions that do not end as they should.
fn odd_ends(capture: &mut Capture) {
    let mut connection = capture.connect(CLIENT, SERVER, 80);
    connection.client("GET /no-reply HTTP/1.1\r\nHost: h\r\nX-One: alpha\r\n\r\n");
    connection.close();

    // The client gives up before its body is complete.
    let mut connection = capture.connect(CLIENT, SERVER, 80);
    connection.client(
        "POST /cut-request HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nthe secret is ",
    );
    connection.reset();

    // The server replies before the body is complete, and the rest comes, or not.
    let mut connection = capture.connect(CLIENT, SERVER, 80);
    connection
        .client(
            "POST /early-reply HTTP/1.1\r\nHost: h\r\nContent-Length: 26\r\n\r\nthe secret is here",
        )
        .server("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        .client(", as is");
    connection.close();

    let mut connection = capture.connect(CLIENT, SERVER, 80);
    connection
        .client("GET /cut-response HTTP/1.1\r\nHost: h\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nthe secret is ");
    connection.reset();

    // A body that ends with the connection.
    let mut connection = capture.connect(CLIENT, [10, 0, 0, 3], 80);
    connection
        .client("GET /until-close HTTP/1.0\r\n\r\n")
        .server("HTTP/1.0 200 OK\r\n\r\nthe sec")
        .server("ret is here");
    connection.close();
}
