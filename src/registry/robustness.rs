//! How hard observables are to avoid: rows and columns of the network matrix of Summiting the Pyramid (Center for
//! Threat-Informed Defense, <https://center-for-threat-informed-defense.github.io/summiting-the-pyramid/>).

use std::fmt;
use std::sync::OnceLock;

use super::table;
use super::uuid::InterfaceUuid;

const OPERATIONS: &str = include_str!("../../data/robustness-operations.tsv");
const FIELDS: &str = include_str!("../../data/robustness-fields.tsv");

/// What stands for any technique, service or operation.
const ANY: &str = "*";

/// A row of the matrix: how hard it is for an attacker to do without the observable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RobustnessRow {
    /// 1: what is changed with ease, or changes by itself.
    Ephemeral = 1,
    /// 2: core to a tool that the attacker brings, or outside the defended boundary.
    BroughtTool = 2,
    /// 3: core to a tool or function that was there before, or inside the defended boundary.
    ExistingTool = 3,
    /// 4: core to some implementations of a technique.
    SomeImplementations = 4,
    /// 5: core to a technique.
    Technique = 5,
}

impl RobustnessRow {
    /// Every row, the lowest first.
    pub const ALL: [Self; 5] = [
        Self::Ephemeral,
        Self::BroughtTool,
        Self::ExistingTool,
        Self::SomeImplementations,
        Self::Technique,
    ];

    /// The row of this number, 1 to 5.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|row| row.number() == number)
    }

    /// Its number, 1 to 5.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What the row says, as a phrase that can stand before a technique's identifier in rows 4 and 5.
    pub fn as_phrase(self) -> &'static str {
        match self {
            Self::Ephemeral => "ephemeral",
            Self::BroughtTool => "core to a tool that the attacker brings, or outside the boundary",
            Self::ExistingTool => "core to an existing tool, or inside the boundary",
            Self::SomeImplementations => "core to some implementations of",
            Self::Technique => "core to",
        }
    }
}

/// A column of the matrix: what of the traffic has to be readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// P: the protocol's payload.
    Payload,
    /// H: the protocol's header alone.
    Header,
}

impl Column {
    /// Its letter, `P` or `H`.
    pub fn letter(self) -> char {
        match self {
            Self::Payload => 'P',
            Self::Header => 'H',
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.letter())
    }
}

/// How hard it is to use a technique without an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationRobustness {
    /// The interface's UUID.
    pub uuid: InterfaceUuid,
    /// The operation number; `None` for every operation of the interface.
    pub opnum: Option<u16>,
    /// The technique's identifier.
    pub technique: &'static str,
    /// The row.
    pub row: RobustnessRow,
    /// Why, in a phrase without a full stop.
    pub reason: &'static str,
    /// Who says so, or from what it follows.
    pub source: &'static str,
}

/// How hard it is to get around a test of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRow {
    /// The service of the field; `None` for every service.
    pub service: Option<&'static str>,
    /// The fields. A name that ends in `*` stands for all that begin so.
    pub fields: Vec<&'static str>,
    /// What a test has to ask for.
    pub value: AskedFor,
    /// The technique of rows 4 and 5, or to which the value belongs; `None` for any.
    pub technique: Option<&'static str>,
    /// The row where the responder is inside the defended boundary.
    pub inside: RobustnessRow,
    /// The row where it is not.
    pub outside: RobustnessRow,
    /// The column.
    pub column: Column,
    /// Fields that decide in its place where one of them is asked for as well.
    pub given_by: Vec<&'static str>,
    /// Why, in a phrase without a full stop.
    pub reason: &'static str,
    /// Who says so, or from what it follows.
    pub source: &'static str,
}

/// What a test of a field has to ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskedFor {
    /// Anything.
    Anything,
    /// A text that has these bytes in it, in any case.
    Part(Vec<u8>),
    /// This text, in any case.
    Whole(Vec<u8>),
}

impl fmt::Display for AskedFor {
    /// Writes the text, `\\xNN` for bytes that are not ASCII text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => Ok(()),
            Self::Part(bytes) | Self::Whole(bytes) => formatter.write_str(&escaped(bytes)),
        }
    }
}

fn escaped(bytes: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte).to_string(),
        byte => format!("\\x{byte:02x}"),
    };
    bytes.iter().map(one).collect()
}

impl FieldRow {
    /// Whether the row is about this field of this service.
    pub fn covers(&self, service: &str, field: &str) -> bool {
        let is_field = |known: &&str| match known.strip_suffix('*') {
            Some(start) => field
                .get(..start.len())
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case(start)),
            None => field.eq_ignore_ascii_case(known),
        };
        self.service.is_none_or(|known| known == service) && self.fields.iter().any(is_field)
    }
}

/// What is known of an operation, by technique; of the operation itself before that of its whole interface.
///
/// Without an opnum, what is known of the whole interface.
pub fn operation_rows(
    uuid: InterfaceUuid,
    opnum: Option<u16>,
) -> impl Iterator<Item = &'static OperationRobustness> {
    let rows = all_operation_rows();
    let start = rows.partition_point(|row| row.uuid < uuid);
    let of_interface = move || rows[start..].iter().take_while(move |row| row.uuid == uuid);
    let exact = of_interface().filter(move |row| opnum.is_some() && row.opnum == opnum);
    let general = of_interface().filter(|row| row.opnum.is_none());
    exact.chain(general)
}

/// Every row about operations, by interface UUID, opnum and technique.
pub fn all_operation_rows() -> &'static [OperationRobustness] {
    static TABLE: OnceLock<Vec<OperationRobustness>> = OnceLock::new();
    TABLE.get_or_init(|| table::rows(OPERATIONS).filter_map(read_operation).collect())
}

/// Every row about fields, by service, field, value and technique.
pub fn field_rows() -> &'static [FieldRow] {
    static TABLE: OnceLock<Vec<FieldRow>> = OnceLock::new();
    TABLE.get_or_init(|| table::rows(FIELDS).filter_map(read_field).collect())
}

fn read_operation(
    [uuid, opnum, technique, row, reason, source]: [&'static str; 6],
) -> Option<OperationRobustness> {
    Some(OperationRobustness {
        uuid: uuid.parse().ok()?,
        opnum: match opnum {
            ANY => None,
            opnum => Some(opnum.parse().ok()?),
        },
        technique,
        row: read_row(row)?,
        reason,
        source,
    })
}

fn read_field(
    [
        service,
        fields,
        value,
        technique,
        inside,
        outside,
        column,
        given_by,
        reason,
        source,
    ]: [&'static str; 10],
) -> Option<FieldRow> {
    Some(FieldRow {
        service: (service != ANY).then_some(service),
        fields: list(fields),
        value: read_value(value)?,
        technique: (technique != ANY).then_some(technique),
        inside: read_row(inside)?,
        outside: read_row(outside)?,
        column: match column {
            "H" => Column::Header,
            "P" => Column::Payload,
            _ => return None,
        },
        given_by: list(given_by),
        reason,
        source,
    })
}

fn read_row(column: &str) -> Option<RobustnessRow> {
    RobustnessRow::from_number(column.parse().ok()?)
}

fn list(column: &'static str) -> Vec<&'static str> {
    column.split(',').filter(|name| !name.is_empty()).collect()
}

fn read_value(column: &str) -> Option<AskedFor> {
    Some(match column.strip_prefix('=') {
        _ if column.is_empty() => AskedFor::Anything,
        Some(whole) => AskedFor::Whole(read_bytes(whole)?),
        None => AskedFor::Part(read_bytes(column)?),
    })
}

/// A text in which `\xNN` stands for a byte; other backslashes are backslashes.
fn read_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut parts = text.split("\\x");
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::registry::Registry;
    use crate::registry::attack::{self, TechniqueStatus};

    /// The operations that MITRE's BZAR watches (`bzar_dce-rpc_consts.zeek` of 2020-10-09), by technique of today, as Zeek names them.
    /// BZAR's `atsvc::JobAdd` is `NetrJobAdd` to every release.
    const BZAR: &[(&str, &str, &str)] = &[
        ("T1003.006", "drsuapi", "DRSReplicaSync DRSGetNCChanges"),
        ("T1685.005", "eventlog", "ElfrClearELFW ElfrClearELFA"),
        ("T1685.005", "IEventService", "EvtRpcClearLog"),
        (
            "T1569.002",
            "svcctl",
            "CreateServiceWOW64W CreateServiceWOW64A CreateServiceW CreateServiceA StartServiceW StartServiceA",
        ),
        ("T1047", "IWbemServices", "ExecMethod ExecMethodAsync"),
        ("T1053.002", "atsvc", "NetrJobAdd"),
        (
            "T1053.005",
            "ITaskSchedulerService",
            "SchRpcRegisterTask SchRpcRun SchRpcEnableTask",
        ),
        (
            "T1529",
            "winreg",
            "BaseInitiateSystemShutdown BaseInitiateSystemShutdownEx",
        ),
        (
            "T1529",
            "InitShutdown",
            "BaseInitiateShutdown BaseInitiateShutdownEx",
        ),
        ("T1529", "WindowsShutdown", "WsdrInitiateShutdown"),
        ("T1529", "winstation_rpc", "RpcWinStationShutdownSystem"),
        ("T1529", "samr", "SamrShutdownSamServer"),
        (
            "T1547.004",
            "ISecLogon",
            "SeclCreateProcessWithLogonW SeclCreateProcessWithLogonExW",
        ),
        ("T1547.010", "spoolss", "RpcAddMonitor RpcAddPrintProcessor"),
        (
            "T1547.010",
            "IRemoteWinspool",
            "RpcAsyncAddMonitor RpcAsyncAddPrintProcessor",
        ),
        ("T1016", "srvsvc", "NetrServerTransportEnum"),
        ("T1016", "wkssvc", "NetrWkstaTransportEnum"),
        ("T1018", "srvsvc", "NetrServerGetInfo NetrServerAliasEnum"),
        ("T1018", "wkssvc", "NetrWkstaGetInfo"),
        (
            "T1033",
            "lsarpc",
            "LsarGetUserName LsarEnumerateTrustedDomainsEx LsarGetSystemAccessAccount LsarQueryDomainInformationPolicy \
             LsarQueryInfoTrustedDomain",
        ),
        (
            "T1033",
            "samr",
            "SamrEnumerateGroupsInDomain SamrEnumerateDomainsInSamServer SamrQueryInformationDomain \
             SamrQueryInformationDomain2 SamrQueryInformationGroup",
        ),
        ("T1049", "srvsvc", "NetrConnectionEnum NetrSessionEnum"),
        (
            "T1069",
            "lsarpc",
            "LsarEnumerateAccountRights LsarEnumerateAccountsWithUserRight LsarEnumeratePrivileges \
             LsarEnumeratePrivilegesAccount LsarLookupPrivilegeValue LsarLookupPrivilegeName LsarLookupPrivilegeDisplayName",
        ),
        (
            "T1069",
            "samr",
            "SamrGetGroupsForUser SamrGetAliasMembership SamrGetMembersInAlias SamrGetMembersInGroup",
        ),
        (
            "T1082",
            "lsarpc",
            "LsarQueryInformationPolicy LsarQueryInformationPolicy2 LsarQueryTrustedDomainInfo \
             LsarQueryTrustedDomainInfoByName",
        ),
        ("T1082", "samr", "SamrGetUserDomainPasswordInformation"),
        ("T1083", "srvsvc", "NetrFileEnum"),
        (
            "T1087",
            "lsarpc",
            "LsarEnumerateAccounts LsarLookupNames LsarLookupNames2 LsarLookupNames3 LsarLookupNames4 LsarLookupSids \
             LsarLookupSids2 LsarLookupSids3",
        ),
        (
            "T1087",
            "samr",
            "SamrEnumerateAliasesInDomain SamrEnumerateUsersInDomain SamrLookupNamesInDomain SamrLookupIdsInDomain \
             SamrLookupDomainInSamServer SamrQueryDisplayInformation SamrQueryDisplayInformation2 \
             SamrQueryDisplayInformation3 SamrQueryInformationAlias SamrQueryInformationUser SamrQueryInformationUser2",
        ),
        ("T1087", "wkssvc", "NetrWkstaUserEnum"),
        ("T1124", "srvsvc", "NetrRemoteTOD"),
        ("T1135", "srvsvc", "NetrShareEnum NetrShareGetInfo"),
    ];

    #[test]
    fn every_row_is_read_in_order() {
        let operations = all_operation_rows();
        assert_eq!(operations.len(), table::row_count(OPERATIONS));
        assert!(operations.is_sorted_by_key(|row| (row.uuid, row.opnum, row.technique)));
        let fields = field_rows();
        assert_eq!(fields.len(), table::row_count(FIELDS));
        let keys: Vec<_> = table::rows::<10>(FIELDS)
            .map(|[service, field, value, technique, ..]| (service, field, value, technique))
            .collect();
        assert!(keys.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn every_row_gives_its_reason_and_its_source() {
        let operations = all_operation_rows()
            .iter()
            .map(|row| (Some(row.technique), row.reason, row.source));
        let fields = field_rows()
            .iter()
            .map(|row| (row.technique, row.reason, row.source));
        for (technique, reason, source) in operations.chain(fields) {
            assert!(!reason.is_empty() && !reason.ends_with('.'), "{reason}");
            assert!(!source.is_empty(), "{reason}");
            if let Some(id) = technique {
                let technique = attack::technique(id).unwrap();
                assert_eq!(technique.status, TechniqueStatus::Active, "{id}");
            }
        }
    }

    #[test]
    fn every_operation_is_one_that_zeek_names() {
        // Of srvsvc neither Microsoft's document nor Zeek names the operations that are for the host's own use.
        const UNNAMED: [(&str, u16); 1] = [("4b324fc8-1670-01d3-1278-5a47bf6ee188", 74)];
        for row in all_operation_rows() {
            let opnum = row.opnum.unwrap_or_default();
            let unnamed = UNNAMED.contains(&(row.uuid.to_string().as_str(), opnum));
            assert!(
                unnamed != Registry::get().operation(row.uuid, opnum).is_some(),
                "{} {opnum}",
                row.uuid
            );
        }
    }

    #[test]
    fn every_operation_of_bzar_has_a_row_for_its_technique() {
        let mut seen = BTreeSet::new();
        for (technique, endpoint, names) in BZAR {
            for name in names.split(' ') {
                let interface = Registry::get().interfaces_named(endpoint).next().unwrap();
                let operation = Registry::get()
                    .operations_named(name)
                    .find(|operation| operation.uuid == interface.uuid)
                    .unwrap();
                let known = operation_rows(operation.uuid, Some(operation.opnum))
                    .any(|row| row.technique == *technique);
                assert!(known, "{endpoint}::{name} of {technique}");
                seen.insert((endpoint, name));
            }
        }
        assert_eq!(seen.len(), 87);
    }

    #[test]
    fn rows_that_are_core_to_a_technique_name_it() {
        for row in field_rows() {
            let core = row.inside.max(row.outside) >= RobustnessRow::SomeImplementations;
            assert!(!core || row.technique.is_some(), "{row:?}");
            assert!(row.outside <= row.inside, "{row:?}");
        }
    }

    #[test]
    fn bytes_stand_for_themselves() {
        assert_eq!(read_bytes(r"\admin$"), Some(br"\admin$".to_vec()));
        assert_eq!(read_bytes(r"\x4cb\x00"), Some(b"Lb\0".to_vec()));
        assert_eq!(read_bytes(r"a\x0"), None);
        assert_eq!(read_value("=0"), Some(AskedFor::Whole(b"0".to_vec())));
    }
}
