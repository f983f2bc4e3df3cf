use super::table;
use super::uuid::InterfaceUuid;

const TABLE: &str = include_str!("../../data/rpc-protocols.tsv");

/// The interfaces that a Microsoft document such as MS-RPRN specifies, by its name in any case; none for another name.
pub(super) fn interfaces(name: &str) -> impl Iterator<Item = InterfaceUuid> {
    let name = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    table::rows::<2>(TABLE)
        .filter(move |[protocol, _]| protocol.eq_ignore_ascii_case(&name))
        .filter_map(|[_, uuid]| uuid.parse().ok())
}

/// The document that specifies an interface, such as MS-SCMR; `None` where none is known.
pub(super) fn of_interface(uuid: InterfaceUuid) -> Option<&'static str> {
    table::rows::<2>(TABLE)
        .find(|[_, known]| known.parse() == Ok(uuid))
        .map(|[protocol, _]| protocol)
}

#[cfg(test)]
mod tests {
    use super::super::Registry;
    use super::*;

    #[test]
    fn every_row_is_an_interface_that_zeek_names() {
        let rows: Vec<[&str; 2]> = table::rows(TABLE).collect();
        assert_eq!(rows.len(), table::row_count(TABLE));
        assert!(rows.is_sorted());
        for [protocol, uuid] in rows {
            let interface = uuid
                .parse()
                .ok()
                .and_then(|uuid| Registry::get().interface(uuid));
            assert!(interface.is_some(), "{protocol} {uuid}");
        }
    }

    #[test]
    fn protocols_are_found_in_any_case() {
        assert_eq!(interfaces("MS-RPRN").count(), 1);
        assert_eq!(interfaces("[ms-efsr]").count(), 2);
        assert_eq!(interfaces("MS-XXXX").count(), 0);
    }
}
