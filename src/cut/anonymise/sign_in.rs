//! Text protocols that are not read: who signs in, and with what, in FTP (RFC 959), SMTP (RFC 4954), POP3 (RFC 5034) and IMAP (RFC 9051).

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::substitution::Identities;

/// What a client signs in with. A word behind `AUTH` that is no mechanism can be a secret itself; answers to challenges are in Base64.
const CREDENTIALS: &[&str] = &[
    r"^(?:USER|PASS|ACCT|APOP) +([^\r\n]+)",
    concat!(
        r"^(?:[^ \r\n]+ +)?AUTH(?:ENTICATE)? +",
        r"(?:(?:ANONYMOUS|CRAM-MD5|DIGEST-MD5|EXTERNAL|GSSAPI|LOGIN|NTLM|OAUTHBEARER|PLAIN|SCRAM-SHA-1|SCRAM-SHA-256|SSL|TLS|XOAUTH2)",
        r"(?: +|\r?$))?([^\r\n]*(?:\r?\n[A-Za-z0-9+/=]*\r?$)*)",
    ),
    // IMAP's, with its literals, which stand on lines of their own.
    r"^[^ \r\n]+ +LOGIN +((?:[^\r\n]*\}\r?\n)*[^\r\n]+)",
];
/// What a server asks for more with.
const CHALLENGE: &str = r"^(?:334|\+) ([A-Za-z0-9+/=]+)\r?$";
/// Commands of one word, which can follow.
const COMMANDS: &[&str] = &["CAPA", "DATA", "LIST", "NOOP", "QUIT", "RSET", "STAT"];

/// Names that a client tells: users, and its own.
const CLIENT_NAMES: &[&str] = &[
    r"^(?:USER|APOP|EHLO|HELO) +([^ \[\r\n]+)",
    "^[^ \r\n]+ +LOGIN +\"?([^ \"{\r\n]+)",
    r"^[^ \r\n]+ +LOGIN +\{[0-9]+\+?\}\r?\n([^ \r\n]+)",
];
/// Mail addresses, and the name of a server.
const NAMES: &[&str] = &[
    r"\b([a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,})\b",
    r"^(?:220|221|250)[ -]((?:[a-z0-9-]+\.)+[a-z]{2,})\b",
];
/// As in `EHLO [192.0.2.1]` and in `PORT 192,0,2,1,4,1`.
const ADDRESSES: &[&str] = &[
    r"\[((?:[0-9]{1,3}\.){3}[0-9]{1,3})\]",
    r"^(?:227|PORT) [ -~]*?\b((?:[0-9]{1,3},){3}[0-9]{1,3}),[0-9]{1,3},[0-9]{1,3}\b",
];

/// Blanks what a side of a connection signs in with, and adds the names and addresses that it tells. Returns how many credentials
/// there were.
pub(super) fn blank(stream: &mut [u8], identities: &mut Identities) -> usize {
    let greetings = [&b"220"[..], b"+OK", b"* OK", b"* PREAUTH"];
    let is_server = greetings.iter().any(|it| stream.starts_with(it));
    let of_client = |patterns: &'static [&'static str]| match is_server {
        true => &[][..],
        false => patterns,
    };
    for name in places(stream, NAMES).chain(places(stream, of_client(CLIENT_NAMES))) {
        let name = String::from_utf8_lossy(&stream[name]);
        name.split(['+', '%'])
            .for_each(|part| identities.names.add(part));
    }
    for address in places(stream, ADDRESSES) {
        let address = String::from_utf8_lossy(&stream[address]).replace(',', ".");
        let address = address.parse::<Ipv4Addr>().ok();
        identities.addresses.extend(address.map(IpAddr::from));
    }
    let found: Vec<_> = places(stream, of_client(CREDENTIALS)).collect();
    let count = found
        .into_iter()
        .filter(|place| hide(&mut stream[place.clone()]))
        .count();
    let challenges: Vec<_> = places(stream, &[CHALLENGE]).collect();
    for place in challenges {
        hide(&mut stream[place]);
    }
    count
}

/// Where the groups of some patterns are in a stream.
fn places(stream: &[u8], patterns: &[&str]) -> impl Iterator<Item = Range<usize>> {
    let syntax = syntax::Config::new()
        .unicode(false)
        .utf8(false)
        .multi_line(true)
        .case_insensitive(true);
    let mut places = Vec::new();
    for pattern in patterns {
        let regex = Regex::builder().syntax(syntax).build(pattern);
        let found = regex.iter().flat_map(|regex| regex.captures_iter(stream));
        places.extend(found.filter_map(|it| Some(it.get_group(1)?.range())));
    }
    places.into_iter()
}

/// Hides all lines but commands. Returns whether there was anything to hide.
fn hide(lines: &mut [u8]) -> bool {
    let mut hidden = false;
    for line in lines.split_mut(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        let is_command = |it: &&str| text.eq_ignore_ascii_case(it.as_bytes());
        if COMMANDS.iter().any(is_command) {
            continue;
        }
        for byte in line.iter_mut().filter(|byte| !b" \r".contains(byte)) {
            *byte = b'A';
            hidden = true;
        }
    }
    hidden
}
