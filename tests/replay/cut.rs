//! `sigzeek cut`: what is cut gives the same notices in both engines, without what does not matter.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use sigzeek::replay::CaptureReader;

use crate::common::assert_contains;
use crate::common::capture::Capture;
use crate::common::{packs, replay, smb, zeek};

const CLIENT: &str = "192.0.2.10";
const SERVER: &str = "192.0.2.20";

const RULE: &str = "title: Put
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b01
status: test
level: low
logsource: {product: zeek, service: http}
detection:
    selection: {method: PUT, uri|startswith: /wanted}
    condition: selection
";

/// A folder with a rule and a capture.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(rule: &str, capture: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rule.yml"), rule).unwrap();
        fs::write(folder.path().join("capture.pcap"), capture).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn cut(&self, more: &[&str]) -> Output {
        cut(&self.path("capture.pcap"), &self.path("cut.pcap"), more)
    }

    fn cut_to_rule(&self) -> Vec<u8> {
        let rule = self.path("rule.yml");
        let output = self.cut(&["--rule", rule.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        fs::read(self.path("cut.pcap")).unwrap()
    }
}

fn cut(capture: &Path, out: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["cut", "-r"])
        .arg(capture)
        .arg("-o")
        .arg(out)
        .args(more)
        .output()
        .unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn request(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: example.test\r\nContent-Length: 0\r\n\r\n")
}

const RESPONSE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

/// A connection with many requests, of which one is wanted, among connections that have none.
fn browsing() -> Vec<u8> {
    let mut capture = Capture::new();
    for _ in 0..3 {
        other_connection(&mut capture);
    }
    let mut connection = capture.connect(address(CLIENT), address(SERVER), 80);
    for number in 0..40 {
        let (method, path) = match number {
            25 => ("PUT", "/wanted"),
            _ => ("GET", "/other"),
        };
        connection.client(request(method, path)).server(RESPONSE);
    }
    connection.close();
    other_connection(&mut capture);
    capture.finish()
}

fn other_connection(capture: &mut Capture) {
    let mut connection = capture.connect(address(CLIENT), address(SERVER), 80);
    connection.client(request("GET", "/")).server(RESPONSE);
    connection.close();
}

/// The payloads of a capture, each after its sender's port. All checksums must be right, and no byte of a stream missing.
fn payloads(capture: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut payloads = Vec::new();
    let mut next = std::collections::HashMap::new();
    CaptureReader::new(capture)
        .unwrap()
        .for_each_packet(|packet| {
            let sliced = SlicedPacket::from_ethernet(packet.data).unwrap();
            let (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) =
                (sliced.net, sliced.transport)
            else {
                panic!("no TCP");
            };
            let header = ip.header();
            assert_eq!(
                header.header_checksum(),
                header.to_header().calc_header_checksum()
            );
            let sum = tcp.calc_checksum_ipv4(header.source(), header.destination());
            assert_eq!(tcp.checksum(), sum.unwrap());
            let (sender, receiver) = (tcp.source_port(), tcp.destination_port());
            let sequence = tcp.sequence_number();
            let expected = *next.entry((sender, receiver)).or_insert(sequence);
            assert_eq!(sequence, expected, "a gap");
            let taken = u32::try_from(tcp.payload().len()).unwrap();
            let taken = taken + u32::from(tcp.syn()) + u32::from(tcp.fin());
            next.insert((sender, receiver), sequence.wrapping_add(taken));
            if let Some(acknowledged) = next.get(&(receiver, sender)).filter(|_| tcp.ack()) {
                assert_eq!(tcp.acknowledgment_number(), *acknowledged);
            }
            if !tcp.payload().is_empty() {
                payloads.push((sender, tcp.payload().to_vec()));
            }
        });
    payloads
}

#[test]
fn a_turn_is_left_of_many_requests() {
    let folder = Folder::new(RULE, &browsing());
    let cut = folder.cut_to_rule();
    let payloads = payloads(&cut);
    assert_eq!(payloads[0].1, request("PUT", "/wanted").as_bytes());
    let senders: Vec<u16> = payloads.iter().map(|(sender, _)| *sender).collect();
    // What the server answers does not matter to the rule.
    assert_eq!(senders.len(), 1, "{payloads:?}");
    let mut packets = 0;
    CaptureReader::new(cut.as_slice())
        .unwrap()
        .for_each_packet(|_| packets += 1);
    assert!(packets <= 10, "handshake, request, close: {packets}");
}

#[test]
fn what_is_cut_raises_the_same_notices_in_zeek() {
    let Some(program) = zeek::executable() else {
        return;
    };
    let folder = Folder::new(RULE, &browsing());
    let cut = folder.cut_to_rule();
    let scripts = zeek::build(&folder.path("rule.yml"), &folder.path("generated"));
    let notices = |capture: &[u8]| packs::of_zeek(&zeek::run(&program, capture, &[&scripts], ""));
    let wanted = notices(&browsing());
    assert_eq!(wanted.len(), 1);
    assert_eq!(notices(&cut), wanted);
}

#[test]
fn a_correlation_keeps_what_it_counts() {
    let rule = format!(
        "{RULE}name: put
---
title: Puts
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b02
status: test
level: high
correlation:
    type: event_count
    rules: [put]
    group-by: [id.orig_h]
    timespan: 1h
    condition: {{gte: 3}}
"
    );
    let mut capture = Capture::new();
    for number in 0..12 {
        other_connection(&mut capture);
        if number % 4 == 0 {
            let mut connection = capture.connect(address(CLIENT), address(SERVER), 80);
            connection
                .client(request("PUT", "/wanted"))
                .server(RESPONSE);
            connection.close();
        }
    }
    let folder = Folder::new(&rule, &capture.finish());
    let wanted = replay::files(&folder.path("rule.yml"), &[folder.path("capture.pcap")]);
    assert!(
        wanted[0]
            .notices
            .iter()
            .any(|notice| notice.connection.is_none())
    );
    let cut = folder.cut_to_rule();
    let found = replay::bytes(&folder.path("rule.yml"), &cut);
    assert_eq!(found.notices.len(), wanted[0].notices.len());
    assert_eq!(payloads(&cut).len(), 3);
}

/// The one capture of the repository's tests that is large.
#[test]
fn a_large_capture_becomes_a_tenth() {
    const NAME: &str = "zeek-tests/Traces/recorded/directory-replicated.pcap";
    const RULE: &str = "detections/remote-execution/zeek_dce_rpc_drsuapi_dcsync.yml";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small.pcap");
    let output = cut(&root.join(NAME), &small, &["--rule", RULE]);
    assert!(output.status.success(), "{output:?}");
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    assert!(
        size(&small) * 10 <= size(&root.join(NAME)),
        "{}",
        size(&small)
    );
    let found = replay::files(&root.join(RULE), &[root.join(NAME), small]);
    assert!(!found[0].notices.is_empty());
    assert_eq!(found[0].notices.len(), found[1].notices.len());
}

#[test]
fn a_call_is_kept_whole() {
    const NAME: &str = "zeek-tests/Traces/recorded/at-job-command.pcap";
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join(NAME);
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small.pcap");
    let output = cut(&capture, &small, &["--call", "atsvc::NetrJobAdd"]);
    assert!(output.status.success(), "{output:?}");
    let calls = |path: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args([
                "rpc",
                "--format",
                "tsv",
                "atsvc::NetrJobAdd",
                "--from-capture",
            ])
            .arg(path)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(calls(&small), calls(&capture));
    assert!(calls(&small).contains("NetrJobAdd"));
}

#[test]
fn a_connection_is_kept_as_it_is() {
    let folder = Folder::new(RULE, &browsing());
    let ends = format!("{CLIENT}:40004 -> {SERVER}:80");
    let output = folder.cut(&["--connection", &ends]);
    assert!(output.status.success(), "{output:?}");
    let kept = payloads(&fs::read(folder.path("cut.pcap")).unwrap());
    assert_eq!(kept.len(), 80);
}

#[test]
fn nothing_is_written_where_nothing_is_found() {
    let mut capture = Capture::new();
    other_connection(&mut capture);
    let folder = Folder::new(RULE, &capture.finish());
    let rule = folder.path("rule.yml");
    let rule = rule.to_str().unwrap();
    for (more, status, says) in [
        (["--rule", rule], 1, "no notice that was asked for"),
        (["--call", "svcctl"], 1, "no call that was asked for"),
        (
            ["--connection", "192.0.2.1:1 -> 192.0.2.2:2"],
            1,
            "no connection that was asked for",
        ),
        (["--connection", "192.0.2.1"], 2, "say both ends"),
    ] {
        let output = folder.cut(&more);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{more:?}: {errors}");
        assert_contains(&errors, says);
        assert!(!folder.path("cut.pcap").exists());
    }
    fs::write(folder.path("capture.pcap"), "no capture").unwrap();
    let output = folder.cut(&["--rule", rule]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

/// Whether some bytes hold a text, in any case, in ASCII or in UTF-16.
fn hold(bytes: &[u8], text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = bytes.to_ascii_lowercase();
    let has = |sought: &[u8]| bytes.windows(sought.len()).any(|window| window == sought);
    has(text.as_bytes()) || has(&wide)
}

#[test]
fn an_anonymised_capture_holds_nobody_and_raises_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cut.pcap");
    let mut sids_seen = 0;
    for (capture, secrets) in [
        (
            "otrf/samr-users-enumerated.pcap",
            &["theshire", "pgustavo", "wardog", "mordor", "172.18.39"][..],
        ),
        (
            "otrf/sessions-enumerated.pcap",
            &["theshire", "pgustavo", "172.18.39"],
        ),
        (
            "otrf/smbexec-svcctl.pcap",
            &["theshire", "mordordc", "172.18.39"],
        ),
        (
            "suricata-verify/psexec-add-user.pcap",
            &["admin@", "192.168.178"],
        ),
    ] {
        let capture = Path::new("zeek-tests/Traces").join(capture);
        let original = fs::read(&capture).unwrap();
        let output = cut(
            &capture,
            &out,
            &[
                "--rule",
                "detections/bzar",
                "--rule",
                "detections/remote-execution",
                "--anonymise",
            ],
        );
        assert!(output.status.success(), "{output:?}");
        let bytes = fs::read(&out).unwrap();
        for secret in secrets {
            assert!(!hold(&bytes, secret), "{secret} of {}", capture.display());
        }
        for sid in sids(&original) {
            for form in forms_of(sid) {
                let held = bytes.windows(form.len()).any(|window| window == form);
                assert!(!held, "{sid:?} of {}", capture.display());
            }
            sids_seen += 1;
        }
        // Neither do addresses stand there as they are on the wire.
        let mut addresses = std::collections::BTreeSet::new();
        let mut collect = |bytes: &[u8], keep: bool| {
            let mut shared = 0;
            CaptureReader::new(bytes)
                .unwrap()
                .for_each_packet(|packet| {
                    if let Ok(sliced) = SlicedPacket::from_ethernet(packet.data)
                        && let Some(NetSlice::Ipv4(ip)) = sliced.net
                    {
                        for octets in [ip.header().source(), ip.header().destination()] {
                            if keep {
                                addresses.insert(octets);
                            } else if addresses.contains(&octets) {
                                shared += 1;
                            }
                        }
                    }
                });
            shared
        };
        collect(&original, true);
        assert_eq!(collect(&bytes, false), 0, "{}", capture.display());
        if let Some(zeek) = zeek::executable() {
            let notices = |capture: &Path| notices_by_rule(&zeek, capture);
            assert_eq!(notices(&out), notices(&capture), "{}", capture.display());
        }
    }
    assert!(sids_seen > 0);
}

/// The numbers of hosts' and domains' SIDs that a capture has in binary (MS-DTYP section 2.4.2.2).
fn sids(capture: &[u8]) -> std::collections::BTreeSet<[u32; 3]> {
    const BEGINNING: &[u8] = &[0, 0, 0, 0, 0, 5, 21, 0, 0, 0];
    let starts = capture.windows(BEGINNING.len() + 12);
    let found = starts.filter_map(|window| window.strip_prefix(BEGINNING));
    found
        .map(|numbers| {
            let number = |at: usize| u32::from_le_bytes(numbers[at..at + 4].try_into().unwrap());
            [number(0), number(4), number(8)]
        })
        .collect()
}

/// A SID's numbers as they can stand in traffic: in both byte orders, and as text.
fn forms_of(sid: [u32; 3]) -> [Vec<u8>; 5] {
    let text = sid.map(|number| number.to_string()).join("-");
    [
        sid.into_iter().flat_map(u32::to_le_bytes).collect(),
        sid.into_iter().flat_map(u32::to_be_bytes).collect(),
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ]
}

/// How many notices of each type Zeek raises with two of the packs.
fn notices_by_rule(zeek: &Path, capture: &Path) -> std::collections::BTreeMap<String, usize> {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pack = |name: &str| root.join("generated").join(name).join("scripts");
    let output = Command::new(zeek)
        .current_dir(folder.path())
        .arg("-C")
        .arg("-r")
        .arg(root.join(capture))
        .arg(pack("bzar"))
        .arg(pack("remote-execution"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let log = fs::read_to_string(folder.path().join("notice.log")).unwrap_or_default();
    let fields = log
        .lines()
        .find(|line| line.starts_with("#fields"))
        .unwrap_or_default();
    let note = fields.split('\t').skip(1).position(|field| field == "note");
    let mut notices = std::collections::BTreeMap::new();
    for line in log.lines().filter(|line| !line.starts_with('#')) {
        let note = line.split('\t').nth(note.unwrap()).unwrap();
        *notices.entry(note.to_owned()).or_default() += 1;
    }
    notices
}

#[test]
fn credentials_are_blanked_and_lengths_stay() {
    let mut capture = Capture::new();
    let mut connection = capture.connect(address(CLIENT), address("203.0.113.77"), 80);
    connection
        .client(
            "PUT /wanted/10.1.2.3 HTTP/1.1\r\nHost: intranet.contoso.test\r\nAuthorization: Basic c2VjcmV0OnNlY3JldA==\r\n\
             Cookie: id=hidden\r\nContent-Length: 4\r\n\r\nbody",
        )
        .server(RESPONSE);
    connection.close();
    let folder = Folder::new(RULE, &capture.finish());
    let rule = folder.path("rule.yml");
    let output = folder.cut(&[
        "--rule",
        rule.to_str().unwrap(),
        "--anonymise",
        "--name",
        "wanted2",
    ]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("not read"), "{said}");
    let bytes = fs::read(folder.path("cut.pcap")).unwrap();
    for secret in ["contoso", "intranet", "c2VjcmV0", "hidden", "10.1.2.3"] {
        assert!(!hold(&bytes, secret), "{secret}");
    }
    let sent = payloads(&bytes);
    assert!(
        sent.iter()
            .any(|(_, payload)| payload.ends_with(b"\r\n\r\nbody")),
        "{sent:?}"
    );
    // The rule asks for what is replaced: nothing is written that would not prove it.
    let on_host = RULE.replace("uri|startswith: /wanted", "host: intranet.contoso.test");
    fs::write(&rule, on_host).unwrap();
    fs::remove_file(folder.path("cut.pcap")).unwrap();
    let output = folder.cut(&["--rule", rule.to_str().unwrap(), "--anonymise"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(!folder.path("cut.pcap").exists());
}

/// Cuts a capture to a conversation of lines, the server's first, and anonymises it. Returns its payloads and what was said.
fn anonymised(port: u16, lines: &[&str]) -> (Vec<Vec<u8>>, String) {
    let mut capture = Capture::new();
    let mut connection = capture.connect(address(CLIENT), address(SERVER), port);
    for (number, line) in lines.iter().enumerate() {
        let line = format!("{line}\r\n");
        match number % 2 {
            0 => connection.server(line),
            _ => connection.client(line),
        };
    }
    connection.close();
    let capture = capture.finish();
    let lengths = payloads(&capture).into_iter().map(|(_, sent)| sent.len());
    let client = payloads(&capture)[1].0;
    let folder = Folder::new(RULE, &capture);
    let ends = format!("{CLIENT}:{client} -> {SERVER}:{port}");
    let output = folder.cut(&["--connection", &ends, "--anonymise"]);
    assert!(output.status.success(), "{output:?}");
    let new = payloads(&fs::read(folder.path("cut.pcap")).unwrap());
    let new: Vec<Vec<u8>> = new.into_iter().map(|(_, sent)| sent).collect();
    assert!(lengths.eq(new.iter().map(Vec::len)), "{new:?}");
    (new, String::from_utf8(output.stdout).unwrap())
}

#[test]
fn what_is_signed_in_with_is_blanked_in_protocols_that_are_not_read() {
    for (port, lines, credentials, secrets) in [
        (
            21,
            &[
                "220 files.contoso.test FTP",
                "user bobby@contoso.test",
                "331 User bobby@contoso.test OK. Password required",
                "PASS hunter two",
                "230 Login successful",
                "PASV",
                "227 Entering Passive Mode (198,51,100,77,173,235)",
                "PORT 192,0,2,10,4,1",
                "200 OK",
                "ACCT hunter",
            ][..],
            3,
            &["bobby", "hunter", "two", "198,51,100,77", "192,0,2,10"][..],
        ),
        (
            587,
            &[
                "220 relay.contoso.test ESMTP",
                "EHLO desk-of-bobby",
                "250-relay.contoso.test Hello desk-of-bobby [198.51.100.77]",
                "AUTH login Ym9iYnk=",
                "334 UGFzc3dvcmQ6",
                "aHVudGVy",
                "235 Authentication succeeded",
                "MAIL FROM:<bobby@contoso.test>",
                "250 OK",
                "QUIT",
            ],
            2,
            &["Ym9i", "aHVu", "UGFz", "bobby", "relay", "198.51.100.77"],
        ),
        (
            25,
            &[
                "220 ESMTP",
                "AUTH PLAIN",
                "334 ",
                "AGJvYmJ5AGh1bnRlcg==",
                "235 OK",
                "QUIT",
            ],
            1,
            &["AGJv"],
        ),
        (
            110,
            &[
                "+OK POP3 <1896@pop.contoso.test>",
                "APOP bobby c4c9334bac560ecc",
                "+OK bobby has 2",
            ],
            1,
            &["bobby", "c4c9", "contoso"],
        ),
        (
            110,
            &[
                "+OK",
                "AUTH hunter",
                "-ERR",
                "AUTH NTLM",
                "+ ",
                "Ym9iYnk=",
                "+ aHVudGVy",
                "*",
            ],
            2,
            &["hunter", "Ym9i", "aHVu"],
        ),
        (
            143,
            &[
                "* OK IMAP",
                "a1 LOGIN \"bobby\" hunter",
                "a1 OK bobby is there",
                "a2 NOOP",
            ],
            1,
            &["bobby", "hunter"],
        ),
        (
            143,
            &[
                "* OK IMAP",
                "a1 login {5}",
                "+ go",
                "bobby {6}",
                "+ go",
                "hunter",
                "a1 OK bobby",
            ],
            1,
            &["bobby", "hunter"],
        ),
    ] {
        let (new, said) = anonymised(port, lines);
        let all = new.concat();
        for secret in secrets {
            assert!(
                !hold(&all, secret),
                "{secret} of {lines:?}: {}",
                String::from_utf8_lossy(&all)
            );
        }
        for kept in [
            "230 Login successful",
            "QUIT\r\n",
            "Password required",
            "a2 NOOP",
        ] {
            let was_there = lines.concat().contains(kept.trim_end());
            assert_eq!(hold(&all, kept), was_there, "{kept} of {lines:?}");
        }
        let noun = if credentials == 1 {
            "credential"
        } else {
            "credentials"
        };
        assert_contains(
            &said,
            &format!(" and {credentials} {noun} of FTP or mail\n"),
        );
        assert_contains(&said, &format!(":{port}: its protocol is not read: "));
    }
}

#[test]
fn what_is_not_read_does_not_stay_silently() {
    for port in [80, 445, 8219] {
        let (new, said) = anonymised(port, &["hello", "ping|DESK|bobby"]);
        assert!(hold(&new.concat(), "ping|DESK|bobby"));
        let remark = "its protocol is not read: only addresses and known names in its payload were replaced\n";
        assert_contains(&said, &format!(":{port}: {remark}"));
        // As it is in the new capture.
        assert!(!said.contains(&format!("{SERVER}:{port}: ")), "{said}");
        assert!(!said.contains("of FTP or mail"), "{said}");
    }
}

#[test]
fn whose_profile_a_file_is_in_is_replaced() {
    let names = [
        (r"Bobby\Downloads\setup.exe", "bobby"),
        (r"home\Carol Jones\NTUSER.DAT", "carol jones"),
        (r"Users\David\x.exe", "david"),
    ];
    let folder = Folder::new(RULE, &smb::files_written(&names.map(|(name, _)| name)));
    let ends = "10.0.0.1:40001 -> 10.0.0.2:445";
    let output = folder.cut(&["--connection", ends, "--anonymise"]);
    assert!(output.status.success(), "{output:?}");
    let bytes = fs::read(folder.path("cut.pcap")).unwrap();
    for (name, owner) in names {
        assert!(!hold(&bytes, owner), "{name}");
    }
    assert!(hold(&bytes, r"\Downloads\setup.exe"));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("not read"), "{said}");
}

#[test]
fn a_connection_is_found_by_its_uid() {
    let folder = Folder::new(RULE, &browsing());
    let log = folder.path("conn.log");
    let ends: std::collections::BTreeSet<(u16, u16)> = {
        let mut seen = std::collections::BTreeSet::new();
        CaptureReader::open(&folder.path("capture.pcap"))
            .unwrap()
            .for_each_packet(|packet| {
                let sliced = SlicedPacket::from_ethernet(packet.data).unwrap();
                if let Some(TransportSlice::Tcp(tcp)) = sliced.transport
                    && tcp.syn()
                    && !tcp.ack()
                {
                    seen.insert((tcp.source_port(), tcp.destination_port()));
                }
            });
        seen
    };
    let (port, _) = ends.first().unwrap();
    let record = format!(
        "{{\"_path\":\"conn\",\"ts\":1.0,\"uid\":\"CAbc\",\"id.orig_h\":\"{CLIENT}\",\"id.orig_p\":{port},\"id.resp_h\":\"{SERVER}\",\
         \"id.resp_p\":80}}\n"
    );
    fs::write(&log, record).unwrap();
    let with_log = |uid: &str| folder.cut(&["--uid", uid, "--log", log.to_str().unwrap()]);
    let output = with_log("CAbc");
    assert!(output.status.success(), "{output:?}");
    let bytes = fs::read(folder.path("cut.pcap")).unwrap();
    assert!(
        payloads(&bytes)
            .iter()
            .all(|(sender, _)| [*port, 80].contains(sender))
    );
    assert_eq!(with_log("CNone").status.code(), Some(1));
    assert_eq!(folder.cut(&["--uid", "CAbc"]).status.code(), Some(2));
}
