//! `sigzeek rpc`, as its users see it.
use clap::Parser;
use proptest::prelude::*;
use sigzeek::cli::rpc::{RpcArgs, run};

use crate::common::assert_contains;
use crate::common::work::{Ran, sigzeek};

/// The command with nothing but this subcommand's arguments.
#[derive(Parser)]
struct Command {
    #[command(flatten)]
    rpc: RpcArgs,
}

/// The exit status, what is printed, and what is printed to standard error.
fn rpc(arguments: &[&str]) -> (u8, String, String) {
    let command = Command::try_parse_from(["rpc"].iter().chain(arguments).copied()).unwrap();
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let is_found = run(&command.rpc, &mut out, &mut errors).unwrap();
    (
        u8::from(!is_found),
        String::from_utf8(out).unwrap(),
        String::from_utf8(errors).unwrap(),
    )
}

#[test]
fn an_operation_is_shown_with_everything_known_of_it() {
    let expected = "\
ITaskSchedulerService::SchRpcRegisterTask
  UUID    86d35949-83c9-4044-b424-db363231fd0c
  opnum   1
  names   SchRpcRegisterTask (Zeek 5.0, 6.0, 7.0, 8.0, 9.0)
  stub    encrypted always
          clients must use packet privacy
  source  MS-TSCH section 2.1

  parameter            direction  type                           source
  path                 in         unique(wstring)                MS-TSCH section 3.2.5.4.2
  xml                  in         wstring                        MS-TSCH section 3.2.5.4.2
  flags                in         uint32                         MS-TSCH section 3.2.5.4.2
  sddl                 in         unique(wstring)                MS-TSCH section 3.2.5.4.2
  logonType            in         uint32                         MS-TSCH section 3.2.5.4.2
  cCreds               in         uint32                         MS-TSCH section 3.2.5.4.2
  pCreds               in         unique(array(TASK_USER_CRED))  MS-TSCH section 3.2.5.4.2
    pCreds.flags                    list of number
    pCreds.userId                   list of text
    pCreds.password                 list of text
  pActualPath          out        unique(wstring)                MS-TSCH section 3.2.5.4.2
  pErrorInfo           out        unique(TASK_XML_ERROR_INFO)    MS-TSCH section 3.2.5.4.2
    pErrorInfo.line                 number
    pErrorInfo.column               number
    pErrorInfo.node                 text
    pErrorInfo.value                text
  return               out        uint32                         MS-TSCH section 3.2.5.4.2
";
    for query in [
        &["schrpcregistertask"][..],
        &["ITaskSchedulerService::SchRpcRegisterTask"],
        &["itasksch::registertask"],
        &["86d35949-83c9-4044-b424-db363231fd0c", "1"],
        &["{86D35949-83C9-4044-B424-DB363231FD0C} 0x1"],
        &["86d35949", "1"],
        &["ITaskSchedulerService", "1"],
    ] {
        let (status, out, errors) = rpc(query);
        assert_eq!((status, out.as_str(), errors.as_str()), (0, expected, ""));
    }
}

#[test]
fn a_protocol_lists_its_interfaces() {
    let (status, out, _) = rpc(&["MS-TSCH"]);
    assert_eq!(status, 0);
    for endpoint in ["atsvc", "sasec", "ITaskSchedulerService"] {
        assert_contains(&out, endpoint);
    }
    assert!(out.ends_with("3 interfaces\n"), "{out}");
    // A single one is shown with its operations.
    let (status, out, _) = rpc(&["ms-rprn"]);
    assert_eq!(status, 0);
    assert!(
        out.starts_with("spoolss\n") && out.contains("RpcOpenPrinter"),
        "{out}"
    );
}

#[test]
fn names_are_shown_by_release() {
    let (status, out, _) = rpc(&["winspipe", "18"]);
    assert_eq!(status, 0);
    assert_contains(
        &out,
        "  names   R_WinsGetDbRecsByName (Zeek 7.0, 8.0, 9.0)\n          R_WinsStatusWHdl (Zeek 5.0, 6.0)\n",
    );
    assert!(out.contains("  stub    not known to be encrypted by default\n"));
    let (_, out, _) = rpc(&["svcctl::OpenSCManager2"]);
    assert!(out.contains("          no name (Zeek 5.0, 6.0)\n"));
}

#[test]
fn an_interface_is_shown_with_its_operations() {
    for query in ["atsvc", "1FF70682-0a51-30e8-076d-740be8cee98b", "1ff70682"] {
        let (status, out, _) = rpc(&[query]);
        assert_eq!(status, 0);
        assert_eq!(
            out,
            "\
atsvc
  UUID    1ff70682-0a51-30e8-076d-740be8cee98b
  stub    not known to be encrypted by default

  opnum  operation
      0  NetrJobAdd
      1  NetrJobDel
      2  NetrJobEnum
      3  NetrJobGetInfo
"
        );
    }
}

#[test]
fn an_interface_without_named_operations_says_so() {
    let (status, out, _) = rpc(&["KMS"]);
    assert_eq!(status, 0);
    assert!(out.contains("51c82175-844e-4750-b0d8-ec255555bc06"));
    assert!(out.contains("No release has names for its operations."));
}

#[test]
fn many_matches_become_a_table() {
    let (status, out, _) = rpc(&["createservice"]);
    assert_eq!(status, 0);
    assert!(out.contains("367abb81-9844-35f1-ad32-98f038001003     12  svcctl::CreateServiceW "));
    assert!(out.contains("367abb81-9844-35f1-ad32-98f038001003     24  svcctl::CreateServiceA "));
    let (_, out, _) = rpc(&["e"]);
    assert!(
        out.lines()
            .all(|line| line.len() < 200 && line == line.trim_end())
    );
}

#[test]
fn one_name_in_several_interfaces_shows_all_of_them() {
    let (status, out, _) = rpc(&["IWbemClassObject", "interface"]);
    assert_eq!(status, 0);
    assert!(out.contains("9a653086-174f-11d2-b5f9-00104b703efd"));
    assert!(out.contains("dc12a681-737f-11cf-884d-00aa004b2e24"));
    assert!(out.ends_with("2 interfaces\n"));
}

#[test]
fn only_part_of_netlogon_is_sealed() {
    let (_, out, _) = rpc(&["netlogon", "30"]);
    assert!(out.contains("encrypted always"));
    let (_, out, _) = rpc(&["netlogon", "4"]);
    assert!(out.contains("not known to be encrypted"));
    let (_, out, _) = rpc(&["netlogon"]);
    assert!(out.contains("(opnums 2, 3, 6,"));
}

#[test]
fn tab_separated_output_has_a_line_an_operation() {
    let (status, out, _) = rpc(&["--format", "tsv", "winspipe"]);
    assert_eq!(status, 0);
    assert_eq!(out.lines().count(), 1 + 22);
    assert!(out.lines().all(|line| line.split('\t').count() == 7));
    assert_contains(
        &out,
        "45f52c28-7f9f-101a-b52b-08002b2efabe\t18\twinspipe\tR_WinsGetDbRecsByName\t5.0=R_WinsStatusWHdl 6.0=R_WinsStatusWHdl\t\t\n",
    );
    let (_, out, _) = rpc(&["--format=tsv", "KMS"]);
    assert_eq!(
        out.lines().nth(1),
        Some("51c82175-844e-4750-b0d8-ec255555bc06\t\tKMS\t\t\t\t")
    );
}

#[test]
fn json_has_an_operation_with_its_parameters() {
    let (status, out, _) = rpc(&["--format", "json", "svcctl::OpenServiceW"]);
    assert_eq!(status, 0);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let operation = &document["operations"][0];
    assert_eq!(operation["opnum"], 16);
    let name = &operation["parameters"][1];
    assert_eq!(name["name"], "lpServiceName");
    assert_eq!(name["type"], "wstring");
    assert_eq!(name["source"], "MS-SCMR section 3.1.4.16");
    // One whose parameters are not known.
    let (_, out, _) = rpc(&["--format", "json", "samr", "73"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(document["operations"][0]["parameters"].is_null());
}

/// What the program prints for captures.
fn calls(arguments: &[&str]) -> String {
    let ran = Ran::of(sigzeek(&["rpc", "--from-capture"]).args(arguments));
    assert_eq!(ran.status, 0, "{}", ran.errors);
    ran.out
}

#[test]
fn calls_of_a_capture_have_their_arguments() {
    let text = calls(&["zeek-tests/Traces/recorded/at-job-command.pcap"]);
    assert_eq!(
        text,
        "1795494847.600685  192.0.2.10:57640 -> 192.0.2.20:445  atsvc::NetrJobAdd(pAtInfo.JobTime=43200000, \
         pAtInfo.DaysOfMonth=0, pAtInfo.DaysOfWeek=0, pAtInfo.Flags=16, pAtInfo.Command=\"cmd.exe /c whoami\") = 0 -> pJobId=0\n"
    );
    // Zeek shows the last fragment alone, and the response says nothing of it.
    let text = calls(&["zeek-tests/Traces/recorded/at-job-command-in-fragments.pcap"]);
    let unread = "atsvc::NetrJobAdd(4 bytes, fragment) -> 8 bytes that cannot be read\n";
    assert!(text.ends_with(unread), "{text}");
    let text = calls(&["zeek-tests/Traces/recorded/certificate-mapping-faulted.pcap"]);
    assert!(
        text.ends_with("srvsvc::unknown-74(4 bytes) = fault\n"),
        "{text}"
    );
}

#[test]
fn calls_are_printed_for_programs() {
    let capture = "zeek-tests/Traces/recorded/at-job-command.pcap";
    let line = calls(&[capture, "--format", "json"]);
    let call: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(call["operation"], "NetrJobAdd");
    assert_eq!(call["transfer_syntax"], "NDR");
    assert_eq!(call["arguments"]["pAtInfo.Command"], "cmd.exe /c whoami");
    assert_eq!(call["arguments"]["pAtInfo.Flags"], 16);
    assert_eq!(call["results"]["return"], 0);
    let table = calls(&[capture, "--format", "tsv"]);
    assert!(table.contains("#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tendpoint"));
    let row = table.lines().last().unwrap();
    assert_eq!(row.split('\t').count(), 9, "{row}");
    // Of what is looked up.
    let events = "zeek-tests/Traces/recorded/event-log-read.pcap";
    assert!(calls(&[events]).lines().count() > 1);
    let opened = calls(&[events, "--", "eventlog", "7"]);
    assert_eq!(opened.lines().count(), 1, "{opened}");
    assert_contains(&opened, "::ElfrOpenELW(ModuleName=\"Security\"");
    // A sealed call has no arguments, nor has its response.
    let sealed = calls(&[
        "zeek-tests/Traces/recorded/directory-replicated.pcap",
        "--format",
        "json",
    ]);
    assert!(sealed.lines().count() > 1);
    for line in sealed.lines() {
        let call: serde_json::Value = serde_json::from_str(line).unwrap();
        if call["endpoint"] == "drsuapi" {
            assert!(
                call["arguments"].is_null() && call["results"].is_null(),
                "{call}"
            );
        }
    }
}

#[test]
fn what_is_not_there_gets_suggestions() {
    let (status, out, errors) = rpc(&["SchRpcRegisterTaks"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        errors,
        "nothing found for \"SchRpcRegisterTaks\"\nnearest operations: SchRpcRegisterTask\n"
    );
    let (status, _, errors) = rpc(&["svcctrl::CreateServiceX"]);
    assert_eq!(status, 1);
    assert!(errors.contains("nearest endpoints: svcctl\n"));
    assert!(errors.contains("nearest operations: CreateServiceA, CreateServiceW"));
    for query in ["", " ", "::", "00000000-0000-0000-0000-000000000000"] {
        let (status, out, errors) = rpc(&[query]);
        assert_eq!((status, out.as_str(), errors.lines().count()), (1, "", 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_query_panics_or_reaches_the_terminal_raw(query in "(?s).{0,60}|[0-9a-f:{} \u{0}-\u{ff}-]{0,50}") {
        let arguments = ["--", query.as_str()];
        let (status, out, errors) = rpc(&arguments);
        prop_assert_eq!(status == 0, errors.is_empty());
        let text = out + &errors;
        prop_assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
        let reversed = text.contains('\u{202e}');
        prop_assert!(!reversed);
    }
}
