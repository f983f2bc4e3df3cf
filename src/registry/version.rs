use super::table;
use super::uuid::InterfaceUuid;

const TABLE: &str = include_str!("../../data/rpc-versions.tsv");

/// The version of an interface, major and minor; `None` for one of which no parameters are described.
pub(super) fn of(interface: InterfaceUuid) -> Option<(u16, u16)> {
    table::rows::<3>(TABLE).find_map(|[uuid, version, _]| {
        let is_it = uuid.parse() == Ok(interface);
        is_it.then(|| parse(version)).flatten()
    })
}

fn parse(version: &str) -> Option<(u16, u16)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Registry;
    use super::*;

    #[test]
    fn every_interface_with_parameters_has_a_version() {
        let operations = Registry::get().operations().iter();
        let described = operations.filter(|operation| operation.parameters().is_some());
        let described: BTreeSet<InterfaceUuid> = described.map(|it| it.uuid).collect();
        let rows: Vec<[&str; 3]> = table::rows(TABLE).collect();
        assert_eq!(rows.len(), table::row_count(TABLE));
        assert!(rows.is_sorted());
        assert!(rows.iter().all(|[_, version, _]| parse(version).is_some()));
        let known = rows.iter().filter_map(|[uuid, ..]| uuid.parse().ok());
        assert_eq!(known.collect::<BTreeSet<_>>(), described);
    }
}
