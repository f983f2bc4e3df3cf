//! A connection's files and trees: what Zeek's `base/protocols/smb` keeps, and columns of `smb_files.log` and
//! `smb_mapping.log`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use crate::event::{FileTimes, Smb1Event, Smb1Kind, Smb2Event, Smb2Kind, SmbEvent, Timestamp};
use crate::registry::SmbCode;
use crate::service::{FileAction, FileVerb, ShareKind};

/// Commands, files and trees of a connection of which something is kept; beyond, all of them are forgotten.
const MAX_KEPT: usize = 16_384;

/// The status of a response that another one follows.
const STATUS_PENDING: u32 = 0x0000_0103;

/// What a record is that several others refer to, as Zeek's do.
pub(super) type Shared<T> = Rc<RefCell<T>>;

/// What is kept of a connection (`SMB::State`).
#[derive(Debug, Default)]
pub(super) struct Session {
    pending: HashMap<u64, Shared<CommandInfo>>,
    files: HashMap<u64, Shared<File>>,
    trees: HashMap<u32, Shared<Tree>>,
    current: Option<Shared<CommandInfo>>,
    current_tree: Option<Shared<Tree>>,
    /// The file of the latest request (`SMB::State$current_file`).
    latest_file: Option<Shared<File>>,
}

/// A request that waits for its response (`SMB::CmdInfo`).
#[derive(Debug)]
pub(super) struct CommandInfo {
    /// When the first message of its id came.
    pub(super) time: Timestamp,
    /// What a transaction does.
    pub(super) sub_command: Option<Vec<u8>>,
    pub(super) file: Shared<File>,
    pub(super) tree: Option<Shared<Tree>>,
    /// Where a read or a write begins, and its length.
    pub(super) data: Option<(u64, u64)>,
    /// The type of share that a tree connect asks for.
    pub(super) requested_service: Option<Vec<u8>>,
}

/// A file (`SMB::FileInfo`).
#[derive(Debug)]
pub(super) struct File {
    pub(super) time: Timestamp,
    pub(super) action: Option<FileAction>,
    pub(super) path: Option<Vec<u8>>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) size: u64,
    pub(super) prev_name: Option<Vec<u8>>,
    pub(super) times: Option<FileTimes>,
}

/// A tree (`SMB::TreeInfo`).
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) time: Timestamp,
    pub(super) path: Option<Vec<u8>>,
    pub(super) service: Option<Vec<u8>>,
    pub(super) native_file_system: Option<Vec<u8>>,
    pub(super) share_type: Vec<u8>,
}

impl File {
    fn new(time: Timestamp) -> Shared<Self> {
        Rc::new(RefCell::new(Self {
            time,
            action: None,
            path: None,
            name: None,
            size: 0,
            prev_name: None,
            times: None,
        }))
    }
}

impl Tree {
    fn new(time: Timestamp) -> Shared<Self> {
        Rc::new(RefCell::new(Self {
            time,
            path: None,
            service: None,
            native_file_system: None,
            share_type: b"DISK".to_vec(),
        }))
    }

    /// What it shares; files where Zeek does not know.
    fn kind(&self) -> ShareKind {
        match self.share_type.as_slice() {
            b"PIPE" => ShareKind::Pipe,
            b"PRINT" => ShareKind::Print,
            _ => ShareKind::File,
        }
    }
}

impl CommandInfo {
    fn new(time: Timestamp, tree: Option<Shared<Tree>>) -> Shared<Self> {
        Rc::new(RefCell::new(Self {
            time,
            sub_command: None,
            file: File::new(time),
            tree,
            data: None,
            requested_service: None,
        }))
    }
}

impl Session {
    /// The command that the latest message belongs to.
    pub(super) fn command(&self) -> Option<&Shared<CommandInfo>> {
        self.current.as_ref()
    }

    /// The tree that the latest message is about.
    pub(super) fn tree(&self) -> Option<&Shared<Tree>> {
        self.current_tree.as_ref()
    }

    /// The latest file, if it may be the one that a response is about whose request was not captured.
    pub(super) fn plausible_file(&self) -> Option<&Shared<File>> {
        let file = self.latest_file.as_ref()?;
        let tree = self.current_tree.as_ref()?;
        let known = file.borrow();
        let is_plausible =
            known.action.is_some() && (known.path.is_none() || known.path == tree.borrow().path);
        is_plausible.then_some(file)
    }

    /// What the tree shares that the latest message is about.
    pub(super) fn share_kind(&self) -> ShareKind {
        let tree = self.current_tree.as_ref();
        tree.map_or(ShareKind::File, |tree| tree.borrow().kind())
    }

    /// Does what the base scripts do with an event at their priority of 5, before others see it.
    pub(super) fn before(&mut self, event: &SmbEvent<'_>, now: Timestamp) {
        match event {
            SmbEvent::Smb1(event) => self.smb1(event, now),
            SmbEvent::Smb2(event) => self.smb2(event, now),
            SmbEvent::PipeConnectHeuristic => {
                if let Some(tree) = &self.current_tree {
                    let mut tree = tree.borrow_mut();
                    tree.path = Some(b"<unknown>".to_vec());
                    tree.share_type = b"PIPE".to_vec();
                }
            }
            SmbEvent::DiscardedMessages { .. } => {
                self.files.clear();
                self.pending.clear();
            }
            SmbEvent::Encrypted { .. } | SmbEvent::DiscardedDceRpcAnalyzers => {}
        }
    }

    /// Does what the base scripts do with an event at their priority of -5, after others saw it.
    pub(super) fn after(&mut self, event: &SmbEvent<'_>) {
        match event {
            SmbEvent::Smb1(event) => match event.kind {
                Smb1Kind::Message { is_orig: false } => {
                    self.pending.remove(&u64::from(event.header.mid));
                }
                Smb1Kind::ReadRequest { .. } | Smb1Kind::WriteRequest { .. } => {
                    self.set_missing_path();
                }
                Smb1Kind::CloseRequest { file_id } => self.close(u64::from(file_id)),
                _ => {}
            },
            SmbEvent::Smb2(event) => match event.kind {
                Smb2Kind::Message { is_orig: false } if event.header.status != STATUS_PENDING => {
                    self.pending.remove(&event.header.message_id);
                }
                Smb2Kind::CloseRequest { file_id } => self.close(file_id.fid()),
                _ => {}
            },
            _ => {}
        }
    }

    fn smb1(&mut self, event: &Smb1Event<'_>, now: Timestamp) {
        let header = &event.header;
        match event.kind {
            Smb1Kind::Message { .. } => {
                let tree = Rc::clone(entry(&mut self.trees, u32::from(header.tid), || {
                    Tree::new(now)
                }));
                let command = entry(&mut self.pending, u64::from(header.mid), || {
                    CommandInfo::new(now, Some(Rc::clone(&tree)))
                });
                self.current = Some(Rc::clone(command));
                self.current_tree = Some(tree);
            }
            Smb1Kind::TransactionRequest { sub_cmd, .. } => self.with_command(|command| {
                let name = SmbCode::Transaction.name(u32::from(sub_cmd));
                command.sub_command = Some(name.into_bytes());
            }),
            Smb1Kind::Transaction2Request { sub_cmd } => self.with_command(|command| {
                let name = SmbCode::Transaction2.name(u32::from(sub_cmd));
                command.sub_command = Some(name.into_bytes());
            }),
            Smb1Kind::TreeConnectRequest { path, service } => {
                self.with_command(|command| {
                    let tree = Tree::new(now);
                    tree.borrow_mut().path = Some(path.to_vec());
                    tree.borrow_mut().service = Some(service.to_vec());
                    command.tree = Some(tree);
                    command.requested_service = Some(service.to_vec());
                });
            }
            Smb1Kind::TreeConnectResponse {
                service,
                native_file_system,
            } => self.smb1_tree_connected(header.tid, service, native_file_system),
            Smb1Kind::CreateRequest { name } => {
                self.with_command(|command| {
                    command.file = File::new(now);
                    let mut file = command.file.borrow_mut();
                    file.name = Some(name.to_vec());
                    file.action = Some(of_file(FileVerb::Open));
                });
                self.latest_file = self.file();
            }
            Smb1Kind::CreateResponse {
                file_id,
                file_size,
                times,
            } => {
                let Some(file) = self.file() else { return };
                {
                    let mut file = file.borrow_mut();
                    file.action = Some(of_file(FileVerb::Open));
                    file.size = file_size;
                    file.set_times(times);
                }
                put(&mut self.files, u64::from(file_id), file);
                self.latest_file = self.file();
            }
            Smb1Kind::ReadRequest {
                file_id,
                offset,
                length,
            } => {
                self.act(u64::from(file_id), of_file(FileVerb::Read));
                self.with_command(|command| command.data = Some((offset, length)));
            }
            Smb1Kind::WriteRequest {
                file_id,
                offset,
                data_len,
            } => {
                self.act(u64::from(file_id), of_file(FileVerb::Write));
                self.with_command(|command| command.data = Some((offset, u64::from(data_len))));
            }
            Smb1Kind::CloseRequest { file_id } => {
                self.act(u64::from(file_id), of_file(FileVerb::Close));
            }
            _ => {}
        }
    }

    fn smb1_tree_connected(&mut self, tid: u16, service: &[u8], native_file_system: &[u8]) {
        let Some(tree) = self.command_tree() else {
            return;
        };
        {
            let mut tree = tree.borrow_mut();
            tree.service = Some(service.to_vec());
            if service == b"IPC" {
                tree.share_type = b"PIPE".to_vec();
            }
            if !native_file_system.is_empty() {
                tree.native_file_system = Some(native_file_system.to_vec());
            }
        }
        put(&mut self.trees, u32::from(tid), Rc::clone(&tree));
        self.current_tree = Some(tree);
    }

    fn smb2(&mut self, event: &Smb2Event<'_>, now: Timestamp) {
        let header = &event.header;
        let kind = self.share_kind();
        let of_share = |verb| FileAction { verb, kind };
        match event.kind {
            Smb2Kind::Message { .. } => {
                self.smb2_message(header.message_id, header.tree_id, now);
            }
            Smb2Kind::TreeConnectRequest { path } => {
                if let Some(tree) = &self.current_tree {
                    tree.borrow_mut().path = Some(path.to_vec());
                }
            }
            Smb2Kind::TreeConnectResponse { share_type } => {
                if let Some(tree) = &self.current_tree {
                    tree.borrow_mut().share_type = share_type_text(share_type);
                }
            }
            Smb2Kind::TreeDisconnectRequest => self.smb2_disconnected(header.tree_id),
            Smb2Kind::CreateRequest { filename, .. } => self.with_command(|command| {
                let mut file = command.file.borrow_mut();
                file.name = Some(match filename {
                    b"" => b"<share_root>".to_vec(),
                    filename => filename.to_vec(),
                });
                file.action = Some(of_share(FileVerb::Open));
            }),
            Smb2Kind::CreateResponse {
                file_id,
                size,
                times,
                ..
            } => self.smb2_created(file_id.fid(), size, times),
            Smb2Kind::ReadRequest {
                file_id,
                offset,
                length,
            } => {
                self.act(file_id.fid(), of_share(FileVerb::Read));
                self.with_command(|command| command.data = Some((offset, u64::from(length))));
            }
            Smb2Kind::WriteRequest {
                file_id,
                offset,
                length,
            } => {
                self.act(file_id.fid(), of_share(FileVerb::Write));
                self.with_command(|command| command.data = Some((offset, u64::from(length))));
            }
            Smb2Kind::CloseRequest { file_id } => {
                self.act(file_id.fid(), of_share(FileVerb::Close));
            }
            Smb2Kind::FileRename {
                file_id,
                dst_filename,
            } => {
                self.act(file_id.fid(), of_file(FileVerb::Rename));
                if let Some(file) = self.file() {
                    let mut file = file.borrow_mut();
                    if let Some(name) = file.name.replace(dst_filename.to_vec()) {
                        file.prev_name = Some(name);
                    }
                }
            }
            Smb2Kind::FileDelete {
                file_id,
                delete_pending,
            } => {
                if delete_pending {
                    self.act(file_id.fid(), of_file(FileVerb::Delete));
                } else {
                    self.set_current_file(file_id.fid());
                }
            }
            Smb2Kind::FileSattr { file_id, .. } => {
                self.act(file_id.fid(), of_file(FileVerb::SetAttribute));
            }
            _ => {}
        }
    }

    fn smb2_message(&mut self, message_id: u64, tree_id: u32, now: Timestamp) {
        let command = entry(&mut self.pending, message_id, || {
            CommandInfo::new(now, None)
        });
        let command = Rc::clone(command);
        let known = command.borrow().tree.clone();
        let tree = match (tree_id, known) {
            (0, _) => Tree::new(now),
            (id, Some(tree)) => {
                put(&mut self.trees, id, Rc::clone(&tree));
                tree
            }
            (id, None) => Rc::clone(entry(&mut self.trees, id, || Tree::new(now))),
        };
        command.borrow_mut().tree = Some(Rc::clone(&tree));
        self.latest_file = Some(Rc::clone(&command.borrow().file));
        self.current = Some(command);
        self.current_tree = Some(tree);
    }

    fn smb2_disconnected(&mut self, tree_id: u32) {
        if self.trees.remove(&tree_id).is_some() {
            self.current_tree = None;
            self.with_command(|command| command.tree = None);
        }
    }

    fn smb2_created(&mut self, fid: u64, size: u64, times: FileTimes) {
        self.set_current_file(fid);
        let Some(file) = self.file() else { return };
        let path = self.tree_path();
        let mut file = file.borrow_mut();
        file.size = size;
        file.set_times(times);
        if let Some(path) = path {
            file.path = Some(path);
        }
    }

    /// Makes a file the current command's: the one that is known by the id, or else the command's own, which is known by
    /// it from now on (`SMB::set_current_file`).
    fn set_current_file(&mut self, fid: u64) {
        let Some(command) = &self.current else { return };
        let mut command = command.borrow_mut();
        let file = entry(&mut self.files, fid, || Rc::clone(&command.file));
        command.file = Rc::clone(file);
        self.latest_file = Some(Rc::clone(file));
    }

    fn act(&mut self, fid: u64, action: FileAction) {
        self.set_current_file(fid);
        if let Some(file) = self.file() {
            file.borrow_mut().action = Some(action);
        }
    }

    fn close(&mut self, fid: u64) {
        if let Some(file) = self.files.remove(&fid)
            && let Some(path) = self.tree_path()
        {
            file.borrow_mut().path = Some(path);
        }
    }

    fn set_missing_path(&mut self) {
        if let Some(file) = self.file()
            && let Some(path) = self.tree_path()
        {
            file.borrow_mut().path.get_or_insert(path);
        }
    }

    fn tree_path(&self) -> Option<Vec<u8>> {
        self.current_tree.as_ref()?.borrow().path.clone()
    }

    fn file(&self) -> Option<Shared<File>> {
        Some(Rc::clone(&self.current.as_ref()?.borrow().file))
    }

    fn command_tree(&self) -> Option<Shared<Tree>> {
        self.current.as_ref()?.borrow().tree.clone()
    }

    fn with_command(&mut self, change: impl FnOnce(&mut CommandInfo)) {
        if let Some(command) = &self.current {
            change(&mut command.borrow_mut());
        }
    }
}

impl File {
    fn set_times(&mut self, times: FileTimes) {
        if seconds(times.modified) > 0.0 {
            self.times = Some(times);
        }
    }
}

/// A FILETIME in seconds since 1970, with the precision that Zeek has it.
pub(super) fn seconds(filetime: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let since_1601 = filetime as f64 / 10_000_000.0;
    since_1601 - 11_644_473_600.0
}

fn of_file(verb: FileVerb) -> FileAction {
    let kind = ShareKind::File;
    FileAction { verb, kind }
}

fn share_type_text(share_type: u8) -> Vec<u8> {
    match share_type {
        1 => b"DISK".to_vec(),
        2 => b"PIPE".to_vec(),
        3 => b"PRINT".to_vec(),
        other => format!("unknown-{other}").into_bytes(),
    }
}

/// The value of a key, which is made if there is none.
fn entry<K: Hash + Eq, V>(kept: &mut HashMap<K, V>, key: K, make: impl FnOnce() -> V) -> &mut V {
    if kept.len() >= MAX_KEPT && !kept.contains_key(&key) {
        kept.clear();
    }
    kept.entry(key).or_insert_with(make)
}

fn put<K: Hash + Eq, V>(kept: &mut HashMap<K, V>, key: K, value: V) {
    if kept.len() >= MAX_KEPT && !kept.contains_key(&key) {
        kept.clear();
    }
    kept.insert(key, value);
}
