//! Who is in a capture: addresses, and the names of hosts, domains and users that its protocols tell.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::event::arguments::{Arguments, ByteOrder};
use crate::event::calls::{CallReply, Calls, SeenCall};
use crate::event::{Event, EventKind, EventSink, HttpEvent, Smb1Kind, Smb2Kind, SmbEvent};
use crate::registry::{Operation, Registry};
use crate::stub::{Side, StubPlan};

/// The names of hosts, domains and users in a capture, by their labels: `dc01` and `corp` of `dc01.corp.example`.
#[derive(Debug, Default)]
pub(super) struct IdentityNames {
    labels: BTreeSet<String>,
    /// Labels of so few characters that they are in much else, too.
    pub(super) short: BTreeSet<String>,
    /// Addresses in place of names.
    pub(super) addresses: BTreeSet<IpAddr>,
    calls: Calls,
}

/// The shortest label that is sought in everything, in characters.
const SHORTEST: usize = 3;
/// The longest label (RFC 1035, section 2.3.4).
const LONGEST: usize = 63;
/// How many labels are kept.
const MAX_LABELS: usize = 10_000;

/// Interfaces that answer with names of hosts, domains and users.
const LISTS: &[&str] = &[
    "dnsserver",
    "drsuapi",
    "lsarpc",
    "netlogon",
    "samr",
    "srvsvc",
    "wkssvc",
];

/// Names that every house has.
const COMMON: &[&str] = &[
    "admin",
    "administrator",
    "administrators",
    "anonymous",
    "builtin",
    "cifs",
    "com",
    "corp",
    "dns",
    "domain",
    "example",
    "default",
    "defaultaccount",
    "guest",
    "home",
    "host",
    "http",
    "internal",
    "ipc",
    "krbtgt",
    "lan",
    "ldap",
    "local",
    "localhost",
    "localdomain",
    "net",
    "netlogon",
    "nt authority",
    "org",
    "pipe",
    "print",
    "public",
    "rpc",
    "rpcss",
    "smb",
    "smbserver",
    "system",
    "sysvol",
    "termsrv",
    "test",
    "unknown",
    "user",
    "users",
    "windows",
    "workgroup",
    "workstation",
    "wsman",
    "www",
];

impl IdentityNames {
    /// The labels, the longest first.
    pub(super) fn labels(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        labels.sort_by_key(|label| (std::cmp::Reverse(label.len()), *label));
        labels
    }

    /// Takes a name: of a host, with or without its domain, or of a user, with or without that.
    pub(super) fn add(&mut self, name: &str) {
        let name = name.trim();
        let host = name.rsplit_once(':').map_or(name, |(host, _)| host);
        if let Ok(address) = name.parse().or_else(|_| host.parse()) {
            self.addresses.insert(address);
            return;
        }
        for label in name.split(['.', '\\', '/', '@', '$', ':', '\0']) {
            let label = label.trim().to_lowercase();
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
            let is_number = label.bytes().all(|byte| byte.is_ascii_digit());
            if label.is_empty()
                || label.len() > LONGEST
                || is_number
                || !label.chars().all(plain)
                || COMMON.contains(&label.as_str())
                || self.labels.len() >= MAX_LABELS
            {
                continue;
            }
            if label.len() < SHORTEST {
                self.short.insert(label);
            } else {
                self.labels.insert(label);
            }
        }
    }

    /// Takes what is left at a capture's end.
    pub(super) fn finish(&mut self) {
        for call in std::mem::take(&mut self.calls).finish() {
            self.call(&call);
        }
    }

    fn call(&mut self, call: &SeenCall) {
        let Some(uuid) = call.interface.filter(|_| call.obstacle.is_none()) else {
            return;
        };
        let Some(operation) = Registry::get().operation(uuid, call.opnum) else {
            return;
        };
        let lists = LISTS.contains(&operation.endpoint);
        self.stub(operation, Side::Request, &call.request, call.order, false);
        if let CallReply::Response(response) = &call.answer
            && response.obstacle.is_none()
        {
            self.stub(operation, Side::Response, &response.stub, call.order, lists);
        }
    }

    /// Takes the names of a stub: of arguments that hold names, or of `all` that are text.
    fn stub(
        &mut self,
        operation: &Operation,
        side: Side,
        stub: &[u8],
        order: ByteOrder,
        all: bool,
    ) {
        let plan = StubPlan::of(operation, side);
        let Some(arguments) = plan.and_then(|plan| Arguments::read(plan, stub, order)) else {
            return;
        };
        for (argument, value) in &arguments.values {
            let last = argument.name.rsplit('.').next().unwrap_or_default();
            let Some(text) = value.as_text() else {
                continue;
            };
            profile_owners(&text).for_each(|owner| self.add(owner));
            if all || names_somebody(last) {
                self.add(&text);
            } else if let Some(rest) = text.strip_prefix(r"\\") {
                self.add(rest.split('\\').next().unwrap_or_default());
            }
        }
    }

    /// The host of a share, such as `\\host\C$`.
    fn share(&mut self, path: &[u8]) {
        let path = String::from_utf8_lossy(path);
        let host = path.trim_start_matches('\\').split('\\').next();
        self.add(host.unwrap_or_default());
    }

    /// Whose folder a file is in.
    fn file(&mut self, path: &[u8]) {
        let path = String::from_utf8_lossy(path);
        self.add(profile_owner(&path).unwrap_or_default());
    }
}

impl EventSink for IdentityNames {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::DceRpc(_) => {
                if let Some(call) = self.calls.event(event) {
                    self.call(&call);
                }
            }
            EventKind::Smb(SmbEvent::Smb1(event)) => match event.kind {
                Smb1Kind::TreeConnectRequest { path, .. } => self.share(path),
                Smb1Kind::CreateRequest { name } => self.file(name),
                _ => {}
            },
            EventKind::Smb(SmbEvent::Smb2(event)) => match event.kind {
                Smb2Kind::TreeConnectRequest { path } => self.share(path),
                Smb2Kind::CreateRequest { filename, .. } => self.file(filename),
                _ => {}
            },
            EventKind::Http(HttpEvent::Header {
                original_name,
                value,
                ..
            }) if original_name.eq_ignore_ascii_case(b"host") => {
                self.add(&String::from_utf8_lossy(value));
            }
            EventKind::Smb(_) | EventKind::Http(_) => {}
        }
    }
}

/// Folders and files that stand in the profile of a user.
const IN_PROFILES: &[&str] = &[
    "appdata",
    "application data",
    "contacts",
    "cookies",
    "desktop",
    "documents",
    "downloads",
    "favorites",
    "local settings",
    "music",
    "my documents",
    "ntuser.dat",
    "ntuser.ini",
    "pictures",
    "saved games",
    "videos",
];

/// Folders that can have those in them and are nobody's.
const OF_NOBODY: &[&str] = &[
    "all users",
    "default",
    "default user",
    "defaultuser0",
    "files",
    "localservice",
    "networkservice",
    "onedrive",
    "program files",
    "programdata",
    "public",
    "settings",
    "systemprofile",
    "user",
    "users",
    "windows",
];

/// Whose profile a path of Windows is in: the folder in `Users`, or the one above a folder that profiles have.
pub(crate) fn profile_owner(path: &str) -> Option<&str> {
    let is_one_of = |part: &str, of: &[&str]| of.iter().any(|it| part.eq_ignore_ascii_case(it));
    let could_be = |part: &str| {
        let is_plain = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        part.chars().all(is_plain) && part.chars().any(char::is_alphanumeric)
    };
    let parts = path.split('\\').filter(|part| !part.is_empty());
    let pairs = parts.clone().zip(parts.skip(1));
    let mut owners = pairs.filter_map(|(above, below)| {
        if above.eq_ignore_ascii_case("users") {
            return (!is_one_of(below, IN_PROFILES)).then_some(below);
        }
        let is_owner = is_one_of(below, IN_PROFILES)
            && could_be(above)
            && !is_one_of(above, IN_PROFILES)
            && !is_one_of(above, OF_NOBODY);
        is_owner.then_some(above)
    });
    owners.next()
}

/// Whose profiles the paths in a text are in, such as those of a command.
pub(crate) fn profile_owners(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'<>|=,;".contains(c));
    words.filter_map(profile_owner)
}

/// Whether an argument of that name holds the name of a host, a domain or a user.
pub(crate) fn names_somebody(argument: &str) -> bool {
    const WORDS: &[&str] = &[
        "servername",
        "machinename",
        "computername",
        "accountname",
        "username",
        "hostname",
        "domainname",
        "clientname",
        "primaryname",
        "bindinghandle",
        "logonserver",
    ];
    let argument = argument.to_lowercase();
    matches!(argument.as_str(), "name" | "names")
        || WORDS.iter().any(|word| argument.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{profile_owner, profile_owners};

    #[test]
    fn profiles_have_owners() {
        for (path, owner) in [
            (r"Luca\Downloads\setup.exe", Some("Luca")),
            (r"Luca\desktop\project\Documents\a.txt", Some("Luca")),
            (r"home\luca.rossi\NTUSER.DAT", Some("luca.rossi")),
            (r"Users\Luca Rossi\a.txt", Some("Luca Rossi")),
            (r"C:\Users\luca", Some("luca")),
            (r"Documents and Settings\luca\Desktop", Some("luca")),
            (r"C:\Documents\a.txt", None),
            (r"C$\Documents\a.txt", None),
            (r"%USERPROFILE%\Desktop\a.txt", None),
            (r"Public\Documents\Music\a.mp3", None),
            (r"default user\AppData", None),
            (r"All Users\Desktop", None),
            (r"Documents\Music\a.mp3", None),
            (r"Downloads\setup.exe", None),
            (r"tools\setup.exe", None),
            ("", None),
        ] {
            assert_eq!(profile_owner(path), owner, "{path}");
        }
        let command = r#"cmd /c copy luca\Downloads\a.exe "C:\Users\Anna\b.exe""#;
        assert_eq!(
            profile_owners(command).collect::<Vec<_>>(),
            ["luca", "Anna"]
        );
    }
}
