use std::sync::OnceLock;

use super::encryption::{self, StubEncryption};
use super::names::NameIndex;
use super::nearest::nearest;
use super::table;
use super::uuid::InterfaceUuid;
use super::{protocol, version};

const OPERATIONS: &str = include_str!("../../data/rpc-operations.tsv");
const INTERFACES: &str = include_str!("../../data/rpc-interfaces.tsv");

/// The Zeek releases whose names are known, oldest first. The last one's are an [`Operation`]'s `endpoint` and
/// `operation`.
pub const RELEASES: [&str; 5] = ["5.0", "6.0", "7.0", "8.0", "9.0"];

/// An operation of a DCE/RPC interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The interface's UUID.
    pub uuid: InterfaceUuid,
    /// The operation number in the request PDU (C706 section 12.6.4.9).
    pub opnum: u16,
    /// The name of the interface that the newest of [`RELEASES`] prints in `dce_rpc.log`; no release has another one.
    pub endpoint: &'static str,
    /// The name of the operation that the newest of [`RELEASES`] prints in `dce_rpc.log`.
    pub operation: &'static str,
    /// What older releases print where it differs, oldest first.
    pub older_names: Vec<OlderName>,
}

/// What an older release prints for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OlderName {
    /// The release, one of [`RELEASES`].
    pub release: &'static str,
    /// The name; `None` where the release knows none and prints `unknown-` and the operation number.
    pub name: Option<&'static str>,
}

/// A DCE/RPC interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The interface's UUID.
    pub uuid: InterfaceUuid,
    /// The name of the interface in `dce_rpc.log`. Some interfaces share one.
    pub endpoint: &'static str,
    /// Whether its stubs are encrypted by default, if so.
    pub encryption: Option<StubEncryption>,
    /// Its operations that have a name, by operation number.
    pub operations: &'static [Operation],
}

/// Every DCE/RPC interface and operation that Zeek has a name for.
#[derive(Debug)]
pub struct Registry {
    interfaces: Vec<Interface>,
    operations: &'static [Operation],
    interface_names: NameIndex,
    operation_names: NameIndex,
}

impl Operation {
    /// Whether the interface's definition lets clients call it. Those that it does not are named after their number.
    fn is_on_wire(&self) -> bool {
        !self.operation.ends_with("NotUsedOnWire")
    }

    /// Every name that some release prints for it, once each, the newest first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let older = &self.older_names;
        let differing = older
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(place, older_name)| {
                let name = older_name.name?;
                let repeated = older[place + 1..]
                    .iter()
                    .any(|later| later.name == Some(name));
                (!repeated).then_some(name)
            });
        std::iter::once(self.operation).chain(differing)
    }

    /// What `release` prints for it. Nothing if the release knows no name for it, or is not one of [`RELEASES`].
    pub fn name_in(&self, release: &str) -> Option<&'static str> {
        if !RELEASES.contains(&release) {
            return None;
        }
        self.older_names
            .iter()
            .find(|older| older.release == release)
            .map_or(Some(self.operation), |older| older.name)
    }
}

impl Interface {
    /// How the stub of its operation `opnum` is encrypted by default, if it is.
    pub fn stub_encryption(&self, opnum: u16) -> Option<&StubEncryption> {
        self.encryption
            .as_ref()
            .filter(|encryption| encryption.covers(opnum))
    }
}

impl Registry {
    /// The registry, read from the embedded tables when it is first asked for.
    pub fn get() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(Self::read)
    }

    fn read() -> Self {
        let operations = operations();
        let interfaces = read_interfaces(operations);
        Self {
            interface_names: NameIndex::new(
                (0..)
                    .zip(&interfaces)
                    .map(|(place, interface)| (interface.endpoint, place)),
            ),
            operation_names: NameIndex::new(interfaces.iter().flat_map(|interface| {
                let start = first_place(operations, interface.uuid);
                resolvable_names(interface.operations)
                    .map(move |(name, place)| (name, start + place))
            })),
            operations,
            interfaces,
        }
    }

    /// The interface with this UUID.
    pub fn interface(&'static self, uuid: InterfaceUuid) -> Option<&'static Interface> {
        let place = self
            .interfaces
            .binary_search_by_key(&uuid, |interface| interface.uuid)
            .ok()?;
        self.interfaces.get(place)
    }

    /// The operation with this number of the interface with this UUID.
    pub fn operation(&'static self, uuid: InterfaceUuid, opnum: u16) -> Option<&'static Operation> {
        let place = self
            .operations
            .binary_search_by_key(&(uuid, opnum), |operation| {
                (operation.uuid, operation.opnum)
            })
            .ok()?;
        self.operations.get(place)
    }

    /// Every interface, by UUID.
    pub fn interfaces(&'static self) -> &'static [Interface] {
        &self.interfaces
    }

    /// Every operation, by interface UUID and operation number.
    pub fn operations(&'static self) -> &'static [Operation] {
        self.operations
    }

    /// The interfaces that some release calls `name` (ASCII case does not matter), by UUID.
    pub fn interfaces_named(
        &'static self,
        name: &str,
    ) -> impl Iterator<Item = &'static Interface> + use<> {
        self.interface_names
            .places(name)
            .map(|place| &self.interfaces[place])
    }

    /// The version of an interface, major and minor; `None` for one of which no parameters are described.
    pub fn version(&'static self, uuid: InterfaceUuid) -> Option<(u16, u16)> {
        version::of(uuid)
    }

    /// The interfaces that a Microsoft document such as MS-RPRN specifies, and that Zeek has a name for, by UUID.
    pub fn interfaces_of_protocol(
        &'static self,
        name: &str,
    ) -> impl Iterator<Item = &'static Interface> + use<> {
        let uuids: Vec<InterfaceUuid> = protocol::interfaces(name).collect();
        uuids.into_iter().filter_map(|uuid| self.interface(uuid))
    }

    /// The Microsoft document that specifies an interface, such as MS-SCMR; `None` where none is known.
    pub fn protocol_of(&self, uuid: InterfaceUuid) -> Option<&'static str> {
        protocol::of_interface(uuid)
    }

    /// The operations that some release calls `name` (ASCII case does not matter), by UUID and operation number.
    ///
    /// Where releases gave a name to different operations of one interface, the newest release counts: in Zeek 5.0 and
    /// 6.0, `R_WinsGetDbRecsByName` was printed for the operation before the one that really has that name.
    pub fn operations_named(
        &'static self,
        name: &str,
    ) -> impl Iterator<Item = &'static Operation> + use<> {
        self.operation_names
            .places(name)
            .map(|place| &self.operations[place])
    }

    /// The operations of the same name on twins of the operation's interface: interfaces of which several operations have the
    /// same names and numbers, or that are called the same but for a version.
    pub fn twins(
        &'static self,
        operation: &'static Operation,
    ) -> impl Iterator<Item = &'static Operation> {
        let others = self.operations_named(operation.operation);
        others.filter(|other| operation.is_on_wire() && self.are_twins(operation, other))
    }

    fn are_twins(&'static self, one: &Operation, other: &Operation) -> bool {
        /// So many operations in the same places are no accident.
        const MANY: usize = 3;
        let version =
            |endpoint: &'static str| endpoint.trim_end_matches(|c: char| c.is_ascii_digit());
        if one.uuid == other.uuid || one.endpoint == other.endpoint {
            return false;
        }
        let (Some(interface), Some(twin)) = (self.interface(one.uuid), self.interface(other.uuid))
        else {
            return false;
        };
        let is_shared = |known: &&Operation| {
            let mut operations = twin.operations.iter();
            known.is_on_wire()
                && operations
                    .any(|same| (same.opnum, same.operation) == (known.opnum, known.operation))
        };
        version(one.endpoint) == version(other.endpoint)
            || interface
                .operations
                .iter()
                .filter(is_shared)
                .nth(MANY - 1)
                .is_some()
    }

    /// Every endpoint name of every release once, in byte order. For predicates that are not plain names.
    pub fn endpoint_names(&'static self) -> &'static [&'static str] {
        self.interface_names.distinct()
    }

    /// Every operation name of every release once, in byte order. For predicates that are not plain names.
    pub fn operation_names(&'static self) -> &'static [&'static str] {
        self.operation_names.distinct()
    }

    /// Up to `count` endpoint names that resemble `name`, the most similar first.
    pub fn nearest_endpoints(&'static self, name: &str, count: usize) -> Vec<&'static str> {
        nearest(self.endpoint_names(), name, count)
    }

    /// Up to `count` operation names that resemble `name`, the most similar first.
    pub fn nearest_operations(&'static self, name: &str, count: usize) -> Vec<&'static str> {
        nearest(self.operation_names(), name, count)
    }
}

/// The names of one interface's operations with their places among them; an older name that now belongs to another of
/// them is left out.
fn resolvable_names(
    operations: &'static [Operation],
) -> impl Iterator<Item = (&'static str, usize)> {
    (0..).zip(operations).flat_map(move |(place, operation)| {
        operation
            .names()
            .filter(move |&name| {
                name == operation.operation
                    || !operations
                        .iter()
                        .any(|other| other.operation.eq_ignore_ascii_case(name))
            })
            .map(move |name| (name, place))
    })
}

fn first_place(operations: &[Operation], uuid: InterfaceUuid) -> usize {
    operations.partition_point(|operation| operation.uuid < uuid)
}

/// The operations, in a static of their own so that interfaces can lend slices of them.
fn operations() -> &'static [Operation] {
    static TABLE: OnceLock<Vec<Operation>> = OnceLock::new();
    TABLE.get_or_init(|| table::rows(OPERATIONS).filter_map(read_operation).collect())
}

fn read_operation(
    [uuid, opnum, endpoint, operation, older_names]: [&'static str; 5],
) -> Option<Operation> {
    Some(Operation {
        uuid: uuid.parse().ok()?,
        opnum: opnum.parse().ok()?,
        endpoint,
        operation,
        older_names: older_names
            .split_ascii_whitespace()
            .map(read_older_name)
            .collect::<Option<_>>()?,
    })
}

fn read_older_name(text: &'static str) -> Option<OlderName> {
    let (release, name) = text.split_once('=')?;
    Some(OlderName {
        release,
        name: (name != "-").then_some(name),
    })
}

fn read_interfaces(operations: &'static [Operation]) -> Vec<Interface> {
    let mut encryptions = encryption::read();
    table::rows(INTERFACES)
        .filter_map(|[uuid, endpoint]| {
            let uuid = uuid.parse().ok()?;
            let own = &operations[first_place(operations, uuid)..];
            let count = own.partition_point(|operation| operation.uuid == uuid);
            Some(Interface {
                uuid,
                endpoint,
                encryption: encryptions.remove(&uuid),
                operations: &own[..count],
            })
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WINSPIPE: &str = "45f52c28-7f9f-101a-b52b-08002b2efabe";

    fn uuid(text: &str) -> InterfaceUuid {
        text.parse().unwrap()
    }

    #[test]
    fn every_row_is_read() {
        let registry = Registry::get();
        assert_eq!(registry.operations().len(), table::row_count(OPERATIONS));
        assert_eq!(registry.interfaces().len(), table::row_count(INTERFACES));
    }

    #[test]
    fn rows_are_sorted_and_unique() {
        let registry = Registry::get();
        assert!(
            registry
                .operations()
                .is_sorted_by(|one, other| (one.uuid, one.opnum) < (other.uuid, other.opnum))
        );
        assert!(
            registry
                .interfaces()
                .is_sorted_by(|one, other| one.uuid < other.uuid)
        );
    }

    #[test]
    fn uuids_are_written_as_zeek_writes_them() {
        for [uuid, ..] in table::rows::<5>(OPERATIONS) {
            assert_eq!(uuid, self::uuid(uuid).to_string());
        }
        for [uuid, ..] in table::rows::<2>(INTERFACES) {
            assert_eq!(uuid, self::uuid(uuid).to_string());
        }
    }

    #[test]
    fn interfaces_own_all_operations_and_agree_on_the_name() {
        let registry = Registry::get();
        let owned: Vec<_> = registry
            .interfaces()
            .iter()
            .flat_map(|interface| interface.operations)
            .collect();
        assert!(owned.iter().copied().eq(registry.operations()));
        for interface in registry.interfaces() {
            for operation in interface.operations {
                assert_eq!(
                    (operation.uuid, operation.endpoint),
                    (interface.uuid, interface.endpoint)
                );
            }
        }
    }

    #[test]
    fn every_encryption_belongs_to_a_known_interface() {
        let registry = Registry::get();
        for (uuid, encryption) in encryption::read() {
            let interface = registry.interface(uuid).unwrap();
            assert_eq!(interface.encryption.as_ref(), Some(&encryption));
            for opnum in encryption.opnums {
                assert!(registry.operation(uuid, opnum).is_some(), "{uuid} {opnum}");
            }
        }
    }

    #[test]
    fn older_names_are_of_known_releases_and_differ() {
        for operation in Registry::get().operations() {
            let releases: Vec<_> = operation.older_names.iter().map(|o| o.release).collect();
            assert!(releases.is_sorted_by(|one, other| one < other));
            for older in &operation.older_names {
                assert!(RELEASES[..3].contains(&older.release));
                assert_ne!(older.name, Some(operation.operation));
                assert_ne!(older.name, Some(""));
            }
        }
    }

    #[test]
    fn every_name_finds_what_bears_it() {
        let registry = Registry::get();
        for operation in registry.operations() {
            assert!(
                registry
                    .operations_named(&operation.operation.to_ascii_uppercase())
                    .any(|found| found == operation)
            );
        }
        for name in registry.operation_names() {
            assert!(registry.operations_named(name).count() > 0, "{name}");
        }
        for name in registry.endpoint_names() {
            assert!(registry.interfaces_named(name).count() > 0, "{name}");
        }
        assert!(registry.operation_names().is_sorted());
        assert!(registry.endpoint_names().is_sorted());
    }

    #[test]
    fn twins_are_told_from_operations_that_share_a_usual_name() {
        let registry = Registry::get();
        let twins_of = |endpoint: &str, name: &str| -> Vec<&str> {
            let operations = registry.operations_named(name);
            let own = operations.filter(|operation| operation.endpoint == endpoint);
            own.flat_map(|operation| registry.twins(operation))
                .map(|twin| twin.endpoint)
                .collect()
        };
        assert_eq!(twins_of("efsrpc", "EfsRpcOpenFileRaw"), ["efsrpc2"]);
        assert_eq!(twins_of("efsrpc2", "EfsRpcOpenFileRaw"), ["efsrpc"]);
        assert_eq!(twins_of("IVolumeClient", "EnumVolumes"), ["IVolumeClient3"]);
        assert_eq!(twins_of("IADProxy", "CreateObject"), ["IADProxy2"]);
        // Enumerators of COM are all alike.
        let none: [&str; 0] = [];
        assert_eq!(twins_of("IEnumWbemClassObject interface", "Clone"), none);
        assert_eq!(twins_of("svcctl", "CreateServiceW"), none);
    }

    #[test]
    fn an_operation_is_found_by_its_pair() {
        let registry = Registry::get();
        let atsvc = uuid("1ff70682-0a51-30e8-076d-740be8cee98b");
        let added = registry.operation(atsvc, 0).unwrap();
        assert_eq!((added.endpoint, added.operation), ("atsvc", "NetrJobAdd"));
        assert!(registry.operation(atsvc, 4).is_none());
        assert!(
            registry
                .interface(InterfaceUuid::from_bytes([0xff; 16]))
                .is_none()
        );
    }

    #[test]
    fn a_name_that_moved_belongs_where_the_newest_release_has_it() {
        let registry = Registry::get();
        let pairs: Vec<_> = registry
            .operations_named("r_winsgetdbrecsbyname")
            .map(|operation| (operation.uuid, operation.opnum))
            .collect();
        assert_eq!(pairs, [(uuid(WINSPIPE), 18)]);
    }

    #[test]
    fn names_are_told_by_release() {
        let registry = Registry::get();
        let moved = registry.operation(uuid(WINSPIPE), 18).unwrap();
        assert_eq!(moved.name_in("8.0"), Some("R_WinsGetDbRecsByName"));
        assert_eq!(moved.name_in("7.0"), Some("R_WinsGetDbRecsByName"));
        assert_eq!(moved.name_in("5.0"), Some("R_WinsStatusWHdl"));
        assert_eq!(moved.name_in("1.0"), None);
        assert_eq!(
            moved.names().collect::<Vec<_>>(),
            ["R_WinsGetDbRecsByName", "R_WinsStatusWHdl"]
        );
        let new = registry.operation(uuid(WINSPIPE), 20).unwrap();
        assert_eq!(new.name_in("6.0"), None);
        assert_eq!(new.names().collect::<Vec<_>>(), ["R_WinsStatusWHdl"]);
    }

    #[test]
    fn interfaces_that_share_a_name_are_all_found() {
        let shared = "IWbemClassObject interface";
        assert_eq!(Registry::get().interfaces_named(shared).count(), 2);
    }

    #[test]
    fn misspelt_names_are_recognised() {
        let registry = Registry::get();
        assert_eq!(
            registry.nearest_operations("SchRpcRegisterTaks", 1),
            ["SchRpcRegisterTask"]
        );
        assert_eq!(registry.nearest_operations("JobAdd", 1), ["NetrJobAdd"]);
        assert_eq!(registry.nearest_endpoints("svcctrl", 1), ["svcctl"]);
        assert_eq!(
            registry.nearest_endpoints("ITaskScheduler", 1),
            ["ITaskSchedulerService"]
        );
    }

    #[test]
    fn stubs_are_encrypted_where_the_protocol_says_so() {
        let registry = Registry::get();
        let encrypted = |name: &str, opnum| {
            registry
                .interfaces_named(name)
                .all(|interface| interface.stub_encryption(opnum).is_some())
        };
        assert!(encrypted("ITaskSchedulerService", 1));
        assert!(encrypted("winreg", 22));
        assert!(encrypted("netlogon", 30));
        assert!(!encrypted("netlogon", 4));
        assert!(!encrypted("atsvc", 0));
        assert!(!encrypted("IRemoteSCMActivator", 4));
    }
}
