//! Packages written to disk: what is replaced, what stays, what is refused, and what an error leaves behind.
use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sigzeek::package::{
    BuildObstacle, ObstacleKind, Overwrite, Package, PackageError, Written, compare, write,
};
use tempfile::TempDir;
use walkdir::WalkDir;

const MANIFEST: &str = ".sigzeek-manifest";

fn package(files: &[(&str, &str)]) -> Package {
    let mut package = Package::new("pack".parse().unwrap());
    for (path, text) in files {
        package
            .insert(path.parse().unwrap(), text.as_bytes().to_vec())
            .unwrap();
    }
    package
}

/// The package that most tests begin with.
fn first() -> Package {
    package(&[
        ("zkg.meta", "[package]\n"),
        ("scripts/__load__.zeek", "@load ./a\n@load ./b\n"),
        ("scripts/a.zeek", "# a\n"),
        ("scripts/old/b.zeek", "# b\n"),
    ])
}

/// The package that replaces it: one file changed, one gone with its folder, one new.
fn second() -> Package {
    package(&[
        ("zkg.meta", "[package]\n"),
        ("scripts/__load__.zeek", "@load ./a\n@load ./new/c\n"),
        ("scripts/a.zeek", "# a\n"),
        ("scripts/new/c.zeek", "# c\n"),
    ])
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn with_first() -> Self {
        let place = Self::new();
        place.build(&first()).unwrap();
        place
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("generated")
    }

    fn root(&self) -> PathBuf {
        self.out().join("pack")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn build(&self, package: &Package) -> Result<Written, PackageError> {
        write(package, &self.out(), Overwrite::Refuse)
    }

    fn force(&self, package: &Package) -> Result<Written, PackageError> {
        write(package, &self.out(), Overwrite::Force)
    }

    /// The obstacles that a build is refused for, and an assertion that it changed nothing.
    fn refusal(&self, package: &Package, overwrite: Overwrite) -> Vec<(String, ObstacleKind)> {
        let before = snapshot(&self.out());
        let error = write(package, &self.out(), overwrite).unwrap_err();
        assert_eq!(snapshot(&self.out()), before);
        let PackageError::Refused { obstacles, .. } = error else {
            panic!("{error}");
        };
        pairs(&obstacles)
    }

    /// The second package is written by force alone, and then all there is.
    fn assert_needs_force(&self, path: &str, kind: ObstacleKind) {
        assert_eq!(self.refusal(&second(), Overwrite::Refuse), one(path, kind));
        self.force(&second()).unwrap();
        self.assert_holds(&second(), &[]);
    }

    /// An assertion that the package's folder is exactly this package and these other files.
    fn assert_holds(&self, package: &Package, others: &[&str]) {
        assert!(compare(package, &self.out()).unwrap().is_current());
        let mut expected: Vec<&str> = package.files().keys().map(|path| path.as_str()).collect();
        expected.push(MANIFEST);
        expected.extend(others);
        expected.sort_unstable();
        let root = self.root();
        let mut found: Vec<String> = WalkDir::new(&root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir())
            .map(|entry| {
                let path = entry.path().strip_prefix(&root).unwrap();
                path.to_str().unwrap().to_owned()
            })
            .collect();
        found.sort();
        assert_eq!(found, expected);
        let names: Vec<_> = fs::read_dir(self.out())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["pack"], "nothing else is left in the output folder");
    }
}

fn pairs(obstacles: &[BuildObstacle]) -> Vec<(String, ObstacleKind)> {
    obstacles
        .iter()
        .map(|obstacle| {
            (
                obstacle.path.to_str().unwrap().to_owned(),
                obstacle.kind.clone(),
            )
        })
        .collect()
}

fn one(path: &str, kind: ObstacleKind) -> Vec<(String, ObstacleKind)> {
    vec![(path.to_owned(), kind)]
}

fn names(paths: &[sigzeek::package::PackagePath]) -> Vec<&str> {
    paths.iter().map(|path| path.as_str()).collect()
}

/// The inode, time of the last change, mode and bytes of a thing on disk.
type Identity = (u64, SystemTime, u32, Option<Vec<u8>>);

/// Everything in a folder. The folder itself is left out: its time changes when a temporary folder comes and goes in it.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Identity> {
    WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .map(Result::unwrap)
        .map(|entry| {
            let metadata = entry.metadata().unwrap();
            let bytes = metadata
                .is_file()
                .then(|| fs::read(entry.path()).unwrap_or_default());
            let identity = (
                metadata.ino(),
                metadata.modified().unwrap(),
                metadata.mode(),
                bytes,
            );
            (entry.into_path(), identity)
        })
        .collect()
}

fn make_pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RWXU).unwrap();
}

// What a build makes.

#[test]
fn a_first_build_makes_the_whole_tree() {
    let place = Place::new();
    let written = place.build(&first()).unwrap();
    assert_eq!(
        names(&written.added),
        [
            MANIFEST,
            "scripts/__load__.zeek",
            "scripts/a.zeek",
            "scripts/old/b.zeek",
            "zkg.meta"
        ]
    );
    assert!(written.changed.is_empty() && written.removed.is_empty());
    place.assert_holds(&first(), &[]);
    assert_eq!(place.read("scripts/old/b.zeek"), "# b\n");
    for (path, mode) in [("", 0o755), ("scripts/old", 0o755), ("zkg.meta", 0o644)] {
        let found = fs::metadata(place.path(path)).unwrap().mode();
        assert_eq!(found & 0o7777 & !mode, 0, "{path:?} gives away too much");
        assert_eq!(found & 0o600, 0o600, "{path:?} is its owner's");
    }
}

#[test]
fn the_manifest_is_what_sha256sum_would_write() {
    let place = Place::new();
    place.build(&package(&[("b", "abc"), ("a/c", "")])).unwrap();
    // The digests of "" and "abc" are the examples of FIPS 180-4.
    assert_eq!(
        place.read(MANIFEST),
        "# sigzeek manifest 1\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a/c\n\
         ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
    );
}

#[test]
fn a_second_build_of_the_same_writes_nothing() {
    let place = Place::with_first();
    let before = snapshot(place.folder.path());
    assert!(place.build(&first()).unwrap().is_nothing());
    assert_eq!(snapshot(place.folder.path()), before);
}

#[test]
fn a_build_replaces_what_changed_and_keeps_the_rest_untouched() {
    let place = Place::with_first();
    let before = fs::metadata(place.path("scripts/a.zeek")).unwrap();
    let written = place.build(&second()).unwrap();
    assert_eq!(names(&written.added), ["scripts/new/c.zeek"]);
    assert_eq!(names(&written.changed), [MANIFEST, "scripts/__load__.zeek"]);
    assert_eq!(names(&written.removed), ["scripts/old/b.zeek"]);
    place.assert_holds(&second(), &[]);
    assert!(
        !place.path("scripts/old").exists(),
        "a folder that became empty goes"
    );
    let after = fs::metadata(place.path("scripts/a.zeek")).unwrap();
    assert_eq!(after.modified().unwrap(), before.modified().unwrap());
}

#[test]
fn a_file_can_become_a_folder_and_a_folder_a_file() {
    let place = Place::new();
    let file = package(&[("a", "file"), ("b/c/d", "deep"), ("b/e", "deep")]);
    let folder = package(&[("a/b", "deep"), ("b", "file")]);
    place.build(&file).unwrap();
    place.build(&folder).unwrap();
    place.assert_holds(&folder, &[]);
    place.build(&file).unwrap();
    place.assert_holds(&file, &[]);
}

#[test]
fn packages_of_one_output_folder_are_apart() {
    let place = Place::with_first();
    let mut other = Package::new("other".parse().unwrap());
    other
        .insert("zkg.meta".parse().unwrap(), Vec::new())
        .unwrap();
    let before = snapshot(&place.root());
    write(&other, &place.out(), Overwrite::Refuse).unwrap();
    assert_eq!(snapshot(&place.root()), before);
    assert!(compare(&other, &place.out()).unwrap().is_current());
}

// What a person put there.

#[test]
fn files_of_a_person_stay_as_they_are() {
    let place = Place::with_first();
    place.put("README.local", "mine");
    place.put("scripts/old/notes.txt", "mine too");
    fs::create_dir(place.path("empty")).unwrap();
    symlink("../a.zeek", place.path("scripts/old/link")).unwrap();
    symlink("/nonexistent/\u{1b}", place.path("dangling")).unwrap();
    let time = UNIX_EPOCH + Duration::from_secs(1_234_567_890);
    File::open(place.path("README.local"))
        .unwrap()
        .set_modified(time)
        .unwrap();
    fs::set_permissions(place.path("README.local"), Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(place.path("scripts/old"), Permissions::from_mode(0o700)).unwrap();

    place.build(&second()).unwrap();
    place.assert_holds(
        &second(),
        &[
            "README.local",
            "scripts/old/notes.txt",
            "scripts/old/link",
            "dangling",
        ],
    );
    let metadata = fs::metadata(place.path("README.local")).unwrap();
    assert_eq!(place.read("README.local"), "mine");
    assert_eq!(metadata.modified().unwrap(), time);
    assert_eq!(metadata.mode() & 0o7777, 0o640);
    assert_eq!(metadata.nlink(), 1, "the old tree let go of it");
    assert_eq!(
        fs::metadata(place.path("scripts/old")).unwrap().mode() & 0o7777,
        0o700
    );
    assert_eq!(
        fs::read_link(place.path("scripts/old/link")).unwrap(),
        Path::new("../a.zeek")
    );
    assert!(place.path("empty").is_dir());
    let package = second();
    let comparison = compare(&package, &place.out()).unwrap();
    assert_eq!(
        comparison.foreign().collect::<Vec<_>>(),
        [
            "README.local",
            "dangling",
            "scripts/old/link",
            "scripts/old/notes.txt"
        ]
        .map(Path::new)
    );
}

#[test]
fn a_folder_that_a_person_write_protected_stays_so() {
    let place = Place::with_first();
    place.put("mine/deep/file", "mine");
    let protect = |mode| {
        fs::set_permissions(place.path("mine"), Permissions::from_mode(mode)).unwrap();
        fs::set_permissions(place.path("mine/deep"), Permissions::from_mode(mode)).unwrap();
    };
    protect(0o555);
    place.build(&second()).unwrap();
    place.assert_holds(&second(), &["mine/deep/file"]);
    for path in ["mine", "mine/deep"] {
        assert_eq!(
            fs::metadata(place.path(path)).unwrap().mode() & 0o7777,
            0o555
        );
    }
    protect(0o755);
}

#[test]
fn an_edited_file_is_discarded_by_force_alone() {
    let place = Place::with_first();
    place.put("scripts/__load__.zeek", "# edited\n");
    place.put("zkg.meta", "# edited too\n");
    let expected = vec![
        ("scripts/__load__.zeek".to_owned(), ObstacleKind::Edited),
        ("zkg.meta".to_owned(), ObstacleKind::Edited),
    ];
    assert_eq!(place.refusal(&second(), Overwrite::Refuse), expected);
    assert_eq!(place.refusal(&first(), Overwrite::Refuse), expected);
    let written = place.force(&second()).unwrap();
    assert_eq!(pairs(&written.discarded), expected);
    place.assert_holds(&second(), &[]);
}

#[test]
fn an_edit_that_is_what_the_build_makes_is_no_obstacle() {
    let place = Place::with_first();
    place.put("scripts/__load__.zeek", "@load ./a\n@load ./new/c\n");
    place.put("scripts/new/c.zeek", "# c\n");
    place.build(&second()).unwrap();
    place.assert_holds(&second(), &[]);
}

#[test]
fn an_edited_leftover_is_removed_by_force_alone() {
    let place = Place::with_first();
    place.put("scripts/old/b.zeek", "# my own now\n");
    place.assert_needs_force("scripts/old/b.zeek", ObstacleKind::EditedLeftOver);
}

#[test]
fn a_leftover_that_a_person_removed_is_no_matter() {
    let place = Place::with_first();
    fs::remove_file(place.path("scripts/old/b.zeek")).unwrap();
    place.build(&second()).unwrap();
    assert!(
        place.path("scripts/old").is_dir(),
        "whoever emptied it may want it"
    );
    place.assert_holds(&second(), &[]);
}

#[test]
fn a_file_of_a_person_where_the_package_has_one_is_discarded_by_force_alone() {
    let place = Place::with_first();
    place.put("scripts/new/c.zeek", "# mine\n");
    place.assert_needs_force("scripts/new/c.zeek", ObstacleKind::Foreign);
}

#[test]
fn a_file_of_a_person_where_the_package_needs_a_folder_is_discarded_by_force_alone() {
    let place = Place::with_first();
    place.put("scripts/new", "mine");
    place.assert_needs_force("scripts/new", ObstacleKind::Foreign);
}

#[test]
fn a_folder_of_a_person_where_the_package_has_a_file_is_never_discarded() {
    let place = Place::with_first();
    place.put("scripts/new/c.zeek/deep/mine", "mine");
    let expected = one(
        "scripts/new/c.zeek/deep/mine",
        ObstacleKind::InFolderInTheWay,
    );
    assert_eq!(place.refusal(&second(), Overwrite::Refuse), expected);
    assert_eq!(place.refusal(&second(), Overwrite::Force), expected);
}

#[test]
fn without_a_manifest_all_files_are_a_persons() {
    let place = Place::with_first();
    fs::remove_file(place.path(MANIFEST)).unwrap();
    assert_eq!(
        place.refusal(&second(), Overwrite::Refuse),
        one("scripts/__load__.zeek", ObstacleKind::Foreign)
    );
    place.force(&second()).unwrap();
    place.assert_holds(&second(), &["scripts/old/b.zeek"]);
}

#[test]
fn a_lost_manifest_of_a_current_package_is_written_again() {
    let place = Place::with_first();
    fs::remove_file(place.path(MANIFEST)).unwrap();
    let written = place.build(&first()).unwrap();
    assert_eq!(names(&written.added), [MANIFEST]);
    place.assert_holds(&first(), &[]);
}

#[test]
fn a_pipe_in_the_folder_is_an_error_and_not_waited_for() {
    let place = Place::with_first();
    make_pipe(&place.path("pipe"));
    assert!(place.build(&first()).unwrap().is_nothing());
    let error = place.build(&second()).unwrap_err();
    assert!(
        matches!(&error, PackageError::CannotCarryOver { path, what: "named pipe" } if *path == place.path("pipe")),
        "{error}"
    );
    assert!(compare(&first(), &place.out()).unwrap().is_current());
}

#[test]
fn a_pipe_in_a_files_place_is_not_read() {
    let place = Place::with_first();
    make_pipe(&place.path("scripts/new"));
    fs::remove_file(place.path("zkg.meta")).unwrap();
    make_pipe(&place.path("zkg.meta"));
    assert_eq!(
        place.refusal(&second(), Overwrite::Refuse),
        [
            ("scripts/new".to_owned(), ObstacleKind::Foreign),
            ("zkg.meta".to_owned(), ObstacleKind::Foreign)
        ]
    );
    place.force(&second()).unwrap();
    place.assert_holds(&second(), &[]);
}

// What somebody prepared.

#[test]
fn a_manifest_that_names_files_elsewhere_deletes_nothing() {
    let place = Place::with_first();
    let victim = place.folder.path().join("victim");
    fs::write(&victim, "").unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for path in [
        "../../victim",
        victim.to_str().unwrap(),
        "a/../../../victim",
    ] {
        let text = place.read(MANIFEST);
        place.put(MANIFEST, &format!("{text}{empty}  {path}\n"));
        let refusal = place.refusal(&second(), Overwrite::Refuse);
        assert!(
            refusal.iter().any(|(path, kind)| path == MANIFEST
                && matches!(kind, ObstacleKind::InvalidManifest(reason) if reason.starts_with("line 6 "))),
            "{refusal:?}"
        );
        place.force(&second()).unwrap();
        assert!(victim.exists());
        place.assert_holds(&second(), &["scripts/old/b.zeek"]);
        fs::remove_file(place.path("scripts/old/b.zeek")).unwrap();
        place.build(&first()).unwrap();
    }
}

#[test]
fn a_manifest_that_reaches_through_a_link_deletes_nothing() {
    let place = Place::with_first();
    let elsewhere = place.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("victim"), "").unwrap();
    symlink(&elsewhere, place.path("link")).unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let text = place.read(MANIFEST);
    place.put(
        MANIFEST,
        &format!("{text}{empty}  link/victim\n{empty}  link\n"),
    );
    place.build(&second()).unwrap();
    assert!(elsewhere.join("victim").exists());
    place.assert_holds(&second(), &["link"]);
}

#[test]
fn links_where_the_package_has_files_or_folders_are_not_written_through() {
    let place = Place::with_first();
    let elsewhere = place.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("meta"), "theirs").unwrap();
    symlink(&elsewhere, place.path("scripts/new")).unwrap();
    fs::remove_file(place.path("zkg.meta")).unwrap();
    symlink(elsewhere.join("meta"), place.path("zkg.meta")).unwrap();
    assert_eq!(
        place.refusal(&second(), Overwrite::Refuse),
        [
            ("scripts/new".to_owned(), ObstacleKind::Foreign),
            ("zkg.meta".to_owned(), ObstacleKind::Foreign)
        ]
    );
    place.force(&second()).unwrap();
    place.assert_holds(&second(), &[]);
    assert_eq!(fs::read(elsewhere.join("meta")).unwrap(), b"theirs");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
}

#[test]
fn a_manifest_that_is_a_link_is_not_followed() {
    let place = Place::with_first();
    let elsewhere = place.folder.path().join("manifest");
    fs::rename(place.path(MANIFEST), &elsewhere).unwrap();
    symlink(&elsewhere, place.path(MANIFEST)).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    assert!(
        place
            .refusal(&first(), Overwrite::Refuse)
            .contains(&(MANIFEST.to_owned(), ObstacleKind::Foreign))
    );
    place.force(&first()).unwrap();
    place.assert_holds(&first(), &[]);
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
}

#[test]
fn a_package_folder_that_is_a_link_is_refused() {
    let place = Place::new();
    let elsewhere = place.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(place.out()).unwrap();
    symlink(&elsewhere, place.root()).unwrap();
    for error in [
        place.build(&first()).unwrap_err(),
        place.force(&first()).unwrap_err(),
        compare(&first(), &place.out()).unwrap_err(),
    ] {
        assert!(
            matches!(error, PackageError::PackageIsLink { .. }),
            "{error}"
        );
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

// Output folders.

#[test]
fn an_output_folder_is_made_with_its_parents_and_may_be_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("a/b/c");
    write(&first(), &real, Overwrite::Refuse).unwrap();
    let link = folder.path().join("link");
    symlink(&real, &link).unwrap();
    assert!(
        write(&first(), &link, Overwrite::Refuse)
            .unwrap()
            .is_nothing()
    );
    write(&second(), &link, Overwrite::Refuse).unwrap();
    assert!(compare(&second(), &real).unwrap().is_current());
}

#[test]
fn an_output_folder_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let dangling = folder.path().join("dangling");
    symlink(folder.path().join("nothing"), &dangling).unwrap();
    for out_dir in [&file, &dangling, &file.join("below")] {
        let error = write(&first(), out_dir, Overwrite::Force).unwrap_err();
        let again = compare(&first(), out_dir).unwrap_err();
        assert_eq!(error.to_string(), again.to_string());
        let expected = match &error {
            PackageError::NotAFolder { path }
            | PackageError::DanglingLink { path }
            | PackageError::Io { path, .. } => path,
            _ => panic!("{error}"),
        };
        assert_eq!(expected, out_dir);
    }
    assert!(!folder.path().join("nothing").exists());
}

/// Whoever may write everywhere, as root may, has nothing to be refused here.
#[test]
fn an_output_folder_without_write_permission_is_an_error_unless_all_is_current() {
    let place = Place::with_first();
    let before = snapshot(&place.out());
    fs::set_permissions(place.out(), Permissions::from_mode(0o555)).unwrap();
    assert!(place.build(&first()).unwrap().is_nothing());
    if File::create(place.out().join("probe")).is_err() {
        let error = place.build(&second()).unwrap_err();
        assert!(
            matches!(&error, PackageError::Io { path, .. } if *path == place.out()),
            "{error}"
        );
        assert_eq!(snapshot(&place.out()), before);
    }
    fs::set_permissions(place.out(), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_in_the_package_folders_place_is_an_error() {
    let place = Place::new();
    fs::create_dir(place.out()).unwrap();
    fs::write(place.out().join("pack"), "mine").unwrap();
    let error = place.force(&first()).unwrap_err();
    assert!(matches!(error, PackageError::NotAFolder { .. }), "{error}");
    assert_eq!(fs::read(place.out().join("pack")).unwrap(), b"mine");
}

// Failures and other builds.

/// The new tree is made at a path longer than the package's own, so that close below the operating system's limit
/// (`PATH_MAX`, 4096 bytes on Linux) one file of it can be written and another cannot.
#[test]
#[cfg(target_os = "linux")]
fn a_failure_in_the_middle_leaves_the_old_package() {
    let folder = tempfile::tempdir().unwrap();
    let mut out_dir = folder.path().to_owned();
    while out_dir.as_os_str().len() < 3700 {
        out_dir.push("x".repeat(100));
    }
    write(&first(), &out_dir, Overwrite::Refuse).unwrap();
    let before = snapshot(&out_dir);
    let component = "y".repeat(160);
    let long = format!("scripts/{component}/{component}/{component}");
    let next = package(&[("a.zeek", "# written first\n"), (&long, "# too long\n")]);
    let error = write(&next, &out_dir, Overwrite::Refuse).unwrap_err();
    assert!(
        matches!(&error, PackageError::Io { path, .. } if path.to_str().unwrap().contains("/.sigzeek-pack-")),
        "{error}"
    );
    assert_eq!(snapshot(&out_dir), before);
}

#[test]
fn what_an_interrupted_build_left_goes_with_the_next() {
    let place = Place::with_first();
    let left_behind = place.out().join(".sigzeek-pack-AbC123");
    fs::create_dir_all(left_behind.join("new/scripts")).unwrap();
    fs::write(left_behind.join(".sigzeek-staging"), "").unwrap();
    fs::write(left_behind.join("new/scripts/a.zeek"), "# hal").unwrap();
    place.build(&first()).unwrap();
    place.assert_holds(&first(), &[]);
}

#[test]
fn builds_at_once_wait_for_each_other() {
    let place = Place::with_first();
    let packages = [first(), second()];
    thread::scope(|scope| {
        for number in 0..4 {
            let (packages, out_dir) = (&packages, place.out());
            scope.spawn(move || {
                for round in 0..8 {
                    let package = &packages[(number + round) % 2];
                    write(package, &out_dir, Overwrite::Refuse).unwrap();
                }
            });
        }
        for _ in 0..20 {
            let comparison = compare(&packages[0], &place.out()).unwrap();
            let differences = comparison.differences().len();
            assert!(
                [0, 4].contains(&differences),
                "one package or the other, whole: {comparison:?}"
            );
        }
    });
    let last = packages
        .iter()
        .find(|package| compare(package, &place.out()).unwrap().is_current());
    place.assert_holds(last.unwrap(), &[]);
}

#[test]
fn errors_name_the_path_and_what_to_do() {
    let place = Place::with_first();
    place.put("scripts/__load__.zeek", "# edited\n");
    place.put("scripts/new", "mine\n");
    let message = place.build(&second()).unwrap_err().to_string();
    let folder = place.root();
    let folder = folder.to_str().unwrap();
    assert_eq!(
        message,
        format!(
            "building \"{folder}\" would lose what a person wrote:\n  \
             \"scripts/__load__.zeek\" was edited since it was generated\n  \
             \"scripts/new\" was not generated, and is where the package has a file or needs a folder\n\
             move these files away or undo the edits, or force the build to discard them"
        )
    );
}
