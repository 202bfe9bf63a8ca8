use biaochi_domain::{Language, Localized as _};
use tempfile::TempDir;

use super::*;
use crate::{Config, Content, Workspace};

struct Desk {
    workspace: Workspace,
    content: Content,
    _folder: TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
    Desk {
        workspace,
        content: Content::load(&[]).expect("content"),
        _folder: folder,
    }
}

fn begun(desk: &Desk) {
    let new = NewOverlay {
        id: "own-checks".to_owned(),
        title: "本院质控规则".to_owned(),
        base: "front-page-checks".to_owned(),
    };
    begin(&desk.workspace, &desk.content, &new).expect("a draft");
}

const ADJUST: &str =
    "[[adjust]]\ncheck = \"CP008\"\noff = true\nfrom = 2026-01-01\nreason = \"由省平台校验\"\n";

#[test]
fn an_overlay_is_edited_put_into_force_and_taken_back() {
    let desk = desk();
    let Desk {
        workspace, content, ..
    } = &desk;
    begun(&desk);
    let problems = check(workspace, content, "own-checks", Which::Draft).expect("a draft");
    assert!(!problems.iter().any(|one| one.is_error()), "{problems:?}");
    let own = ("own-checks", "checks/own.toml");
    // A mistake is told with its line, and keeps the draft from coming into force.
    let seen = write_file(workspace, content, own, "[[adjust]]\nchek = 1\n", "").expect("saved");
    let problems = check(workspace, content, "own-checks", Which::Draft).expect("a draft");
    let wrong = problems
        .iter()
        .find(|one| one.is_error())
        .expect("a mistake");
    assert_eq!(wrong.file, "checks/own.toml");
    assert!(wrong.line > 0, "{wrong:?}");
    let refused = activate(workspace, content, "own-checks");
    assert!(matches!(refused, Err(PackDeskError::Broken { .. })));
    // Who saw something else is refused.
    let stale = write_file(workspace, content, own, ADJUST, "");
    assert!(matches!(stale, Err(PackDeskError::Changed { .. })));
    write_file(workspace, content, own, ADJUST, &seen).expect("saved");
    let switched = activate(workspace, content, "own-checks").expect("in force");
    assert_eq!(switched.kept, None);
    let state = own_state(workspace, "own-checks").expect("a state");
    assert!(state.active && !state.draft && state.versions.is_empty());

    // The next version, and back.
    let files = files_of(workspace, "own-checks", Which::Active).expect("files");
    let (_, seen) = read_file(&files, "own-checks", "checks/own.toml").expect("a file");
    let other = ADJUST.replace("CP008", "FM010");
    write_file(workspace, content, own, &other, &seen).expect("saved");
    let draft = files_of(workspace, "own-checks", Which::Draft).expect("files");
    let changes = compare(Some(&files), Some(&draft)).expect("a comparison");
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert!(
        changes[0]
            .lines
            .iter()
            .any(|line| line.text.contains("FM010"))
    );
    let switched = activate(workspace, content, "own-checks").expect("in force");
    assert_eq!(switched.kept, Some(1));
    roll_back(workspace, "own-checks", 1).expect("back");
    let (text, _) = read_file(&files, "own-checks", "checks/own.toml").expect("a file");
    assert_eq!(text, ADJUST);
    let state = own_state(workspace, "own-checks").expect("a state");
    assert_eq!(state.versions, [2, 1]);
    // A switch that the content cannot be read with is undone.
    let switched = withdraw(workspace, "own-checks").expect("out of force");
    assert!(!own_state(workspace, "own-checks").expect("a state").active);
    switch_back(workspace, &switched).expect("undone");
    let undone = own_state(workspace, "own-checks").expect("a state");
    assert_eq!((undone.active, undone.versions), (true, state.versions));
}

#[test]
fn nothing_outside_an_own_pack_is_read_or_written() {
    let desk = desk();
    let Desk {
        workspace, content, ..
    } = &desk;
    begun(&desk);
    for file in [
        "../pack.toml",
        "checks/../../x.toml",
        "/etc/x.toml",
        "a/b/c/d.toml",
        ".hidden.toml",
        "checks//x.toml",
        "x.sh",
        "toml",
        "a\\b.toml",
        "",
    ] {
        let written = write_file(workspace, content, ("own-checks", file), "", "");
        let error = written.expect_err(file);
        assert!(
            matches!(error, PackDeskError::FileName { .. }),
            "{file}: {error:?}"
        );
        assert!(!error.text(Language::Zh).is_empty());
    }
    for id in ["../own-checks", "..", ".x", "a/b", "", "a", "名"] {
        let written = write_file(workspace, content, (id, "x.toml"), "", "");
        assert!(matches!(written, Err(PackDeskError::Id { .. })), "{id}");
        assert!(files_of(workspace, id, Which::Active).is_err(), "{id}");
    }
    // What is in the program is laid over, never changed.
    let written = write_file(workspace, content, ("front-page-checks", "x.toml"), "", "");
    assert!(matches!(written, Err(PackDeskError::BuiltIn { .. })));
    let again = NewOverlay {
        id: "front-page-checks".to_owned(),
        title: String::new(),
        base: "front-page-checks".to_owned(),
    };
    let taken = begin(workspace, content, &again);
    assert!(matches!(taken, Err(PackDeskError::Taken { .. })));
}

#[test]
fn definitions_of_an_overlay_are_compared_with_its_base() {
    let desk = desk();
    let Desk {
        workspace, content, ..
    } = &desk;
    begun(&desk);
    let own = ("own-checks", "checks/own.toml");
    write_file(workspace, content, own, ADJUST, "").expect("saved");
    let all = installed(workspace, content).expect("a list");
    let find = |id: &str| all.iter().find(|one| one.head.id == id).expect(id);
    let (base, draft) = (find("front-page-checks"), find("own-checks"));
    assert!(draft.own && draft.editable && !base.own);
    let before = definitions(content, &base.head).expect("definitions");
    let after = definitions(content, &draft.head).expect("definitions");
    assert!(before.len() > 50);
    let changes = definition_changes(&before, &after);
    let ids: Vec<&str> = changes
        .iter()
        .map(|change| match change {
            DefinitionChange::Came(one)
            | DefinitionChange::Changed(one)
            | DefinitionChange::Gone(one) => one.id.as_str(),
        })
        .collect();
    assert!(ids.is_empty() || ids == ["CP008"], "{ids:?}");
}
