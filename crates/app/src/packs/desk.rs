use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use biaochi_packs::{PackFiles, PackHead, PackProblem, check_pack};
use biaochi_store::Scope;
use sha2::{Digest as _, Sha256};

use super::PackDeskError;
use super::list::own_state;
use crate::{Content, Workspace, organisations};

/// Bytes that a file of an own pack may have.
const LARGEST_FILE: usize = 512 << 10;

/// Kinds of packs that can be laid over others.
const OVERLAID: [&str; 4] = ["checks", "indicators", "roles", "drg-scheme"];

/// Endings of the files that packs are made of.
const ENDINGS: [&str; 5] = ["toml", "md", "csv", "txt", "sql"];

/// Which version of an own pack is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one in force.
    Active,
    /// The one that is edited.
    Draft,
    /// One that was in force before, by its number.
    Version(u32),
}

/// An own pack to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverlay {
    /// Its id.
    pub id: String,
    /// Its Chinese title.
    pub title: String,
    /// The pack that it is laid over.
    pub base: String,
}

pub(super) fn drafts(workspace: &Workspace) -> PathBuf {
    workspace.root().join("packs-drafts")
}

pub(super) fn own_folder(workspace: &Workspace, id: &str) -> Result<PathBuf, PackDeskError> {
    Ok(workspace.packs().join(plain_id(id)?))
}

pub(super) fn draft_folder(workspace: &Workspace, id: &str) -> Result<PathBuf, PackDeskError> {
    Ok(drafts(workspace).join(plain_id(id)?))
}

pub(super) fn history_folder(workspace: &Workspace, id: &str) -> Result<PathBuf, PackDeskError> {
    Ok(workspace.root().join("packs-history").join(plain_id(id)?))
}

/// An id becomes the name of a folder: nothing that leads out of it.
fn plain_id(id: &str) -> Result<&str, PackDeskError> {
    let fits = (2..=64).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    fits.then_some(id)
        .ok_or_else(|| PackDeskError::Id { id: id.to_owned() })
}

/// A path within a pack: plain names, at most three deep, with an ending that packs have.
fn plain_file(file: &str) -> Result<&str, PackDeskError> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() <= 100
            && !name.starts_with('.')
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    let parts: Vec<&str> = file.split('/').collect();
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let fits = parts.len() <= 3 && parts.into_iter().all(is_name) && ENDINGS.contains(&ending);
    fits.then_some(file).ok_or_else(|| PackDeskError::FileName {
        file: file.chars().take(100).collect(),
    })
}

/// The files of a version of an own pack.
///
/// # Errors
/// There is no such version.
pub fn files_of(workspace: &Workspace, id: &str, which: Which) -> Result<PackFiles, PackDeskError> {
    let folder = match which {
        Which::Active => own_folder(workspace, id)?,
        Which::Draft => draft_folder(workspace, id)?,
        Which::Version(number) => history_folder(workspace, id)?.join(number.to_string()),
    };
    if folder.join("pack.toml").is_file() {
        return Ok(PackFiles::Folder(folder));
    }
    let id = id.to_owned();
    Err(match which {
        Which::Active => PackDeskError::Unknown { id },
        Which::Draft => PackDeskError::NoDraft { id },
        Which::Version(number) => PackDeskError::NoVersion {
            id,
            version: number.to_string(),
        },
    })
}

/// The text of a file of a pack, and its hash, by which a later change knows what was seen.
///
/// # Errors
/// There is no such file, or its name is none.
pub fn read_file(
    files: &PackFiles,
    id: &str,
    file: &str,
) -> Result<(String, String), PackDeskError> {
    let file = plain_file(file)?;
    let shown = PathBuf::from(files.display(file));
    let bytes = files
        .read(file)
        .map_err(|error| PackDeskError::io(&shown, error))?;
    let bytes = bytes.ok_or_else(|| PackDeskError::NoFile {
        id: id.to_owned(),
        file: file.to_owned(),
    })?;
    let hash = hash_of(&bytes);
    Ok((String::from_utf8_lossy(&bytes).into_owned(), hash))
}

fn hash_of(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    biaochi_access::secret::hex(&digest)
}

/// Begins an own pack that is laid over another one, as a draft that changes nothing yet.
///
/// # Errors
/// The id is none or taken, or the base cannot be laid over.
pub fn begin(
    workspace: &Workspace,
    content: &Content,
    new: &NewOverlay,
) -> Result<(), PackDeskError> {
    let id = plain_id(new.id.trim())?;
    let known = super::installed(workspace, content)?;
    if known.iter().any(|one| one.head.id == id) {
        return Err(PackDeskError::Taken { id: id.to_owned() });
    }
    let base = known.iter().find(|one| one.head.id == new.base);
    let base = base.ok_or_else(|| PackDeskError::Unknown {
        id: new.base.clone(),
    })?;
    let kind = base.head.kind.as_str();
    if !OVERLAID.contains(&kind) {
        return Err(PackDeskError::NotABase {
            kind: kind.to_owned(),
        });
    }
    let title = match new.title.trim() {
        "" => id,
        title => title,
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let place = match kind {
        "drg-scheme" => "place = \"本单位\"\n",
        _ => "",
    };
    let manifest = format!(
        "format = 1\nkind = {}\nid = {}\ntitle = {}\nversion = \"1\"\n{place}base = {}\n",
        quoted(kind),
        quoted(id),
        quoted(title),
        quoted(&base.head.id)
    );
    let readme = format!(
        "# {title}\n\n叠加在“{}”（`{}`）上，只写与它不同之处。\n",
        base.head.title, base.head.id
    );
    let sources = format!(
        "[[source]]\nid = \"own\"\ntitle = {}\nused_for = \"本单位的调整\"\n",
        quoted(title)
    );
    let folder = draft_folder(workspace, id)?;
    for (file, text) in [
        ("pack.toml", manifest),
        ("README.md", readme),
        ("sources.toml", sources),
    ] {
        put(&folder, file, &text)?;
    }
    if kind == "checks" {
        let hint = "# 调整原有规则或增加本院规则，写法见 docs/checks.zh-CN.md“叠加”\n";
        put(&folder, "checks/local.toml", hint)?;
    }
    if kind == "roles" {
        put(
            &folder,
            "roles.toml",
            "# 写法见 packs/national/roles/README.md\n",
        )?;
    }
    Ok(())
}

/// Writes a file of the draft, which begins as a copy of what is in force. `seen` is the hash of what the person began
/// from; empty for a new file.
///
/// # Errors
/// The pack is none of the own ones, somebody else was faster, or the name is none.
pub fn write_file(
    workspace: &Workspace,
    content: &Content,
    (id, file): (&str, &str),
    text: &str,
    seen: &str,
) -> Result<String, PackDeskError> {
    let file = plain_file(file)?;
    if text.len() > LARGEST_FILE {
        return Err(PackDeskError::TooLarge {
            file: file.to_owned(),
        });
    }
    let folder = drafted(workspace, content, id)?;
    unchanged(&folder, id, file, seen)?;
    // One way of ending lines: what a browser sends has two.
    let text = text.replace("\r\n", "\n");
    put(&folder, file, &text)?;
    Ok(hash_of(text.as_bytes()))
}

/// Takes a file out of the draft.
///
/// # Errors
/// As [`write_file`]; `pack.toml` stays.
pub fn remove_file(
    workspace: &Workspace,
    content: &Content,
    (id, file): (&str, &str),
    seen: &str,
) -> Result<(), PackDeskError> {
    let file = plain_file(file)?;
    if file == "pack.toml" {
        return Err(PackDeskError::FileName {
            file: file.to_owned(),
        });
    }
    let folder = drafted(workspace, content, id)?;
    unchanged(&folder, id, file, seen)?;
    let path = folder.join(file);
    fs::remove_file(&path).map_err(|error| PackDeskError::io(&path, error))
}

/// Refuses when a file is not what the person saw.
fn unchanged(folder: &Path, id: &str, file: &str, seen: &str) -> Result<(), PackDeskError> {
    let files = PackFiles::Folder(folder.to_owned());
    let now = match read_file(&files, id, file) {
        Ok((_, hash)) => hash,
        Err(PackDeskError::NoFile { .. }) => String::new(),
        Err(error) => return Err(error),
    };
    match now == seen {
        true => Ok(()),
        false => Err(PackDeskError::Changed {
            file: file.to_owned(),
        }),
    }
}

/// The folder of the draft, made from what is in force when there is none.
fn drafted(workspace: &Workspace, content: &Content, id: &str) -> Result<PathBuf, PackDeskError> {
    let draft = draft_folder(workspace, id)?;
    let state = own_state(workspace, id)?;
    if !state.draft {
        if !state.active {
            let known = super::installed(workspace, content)?;
            let id = id.to_owned();
            return Err(match known.iter().any(|one| one.head.id == id) {
                true => PackDeskError::BuiltIn { id },
                false => PackDeskError::Unknown { id },
            });
        }
        copy(&own_folder(workspace, id)?, &draft)?;
    }
    Ok(draft)
}

/// Throws the draft away.
///
/// # Errors
/// There is none.
pub fn discard(workspace: &Workspace, id: &str) -> Result<(), PackDeskError> {
    files_of(workspace, id, Which::Draft)?;
    let folder = draft_folder(workspace, id)?;
    fs::remove_dir_all(&folder).map_err(|error| PackDeskError::io(&folder, error))
}

/// Everything that is wrong or doubtful with a version of an own pack, with its cases run; files are named as they are
/// within the pack.
///
/// # Errors
/// There is no such version.
pub fn check(
    workspace: &Workspace,
    content: &Content,
    id: &str,
    which: Which,
) -> Result<Vec<PackProblem>, PackDeskError> {
    let PackFiles::Folder(folder) = files_of(workspace, id, which)? else {
        return Ok(Vec::new());
    };
    let mut problems = check_folder(workspace, content, &folder);
    let head = PackHead::read(&PackFiles::Folder(folder.clone()));
    if head.id != id {
        // The folder is found by the id: another one would be lost to this page.
        problems.push(PackProblem {
            file: "pack.toml".to_owned(),
            line: 0,
            column: 0,
            problem: biaochi_packs::Problem::BadValue {
                key: "id".to_owned(),
                expected: format!("“{id}”（标识不能更改）"),
            },
        });
    }
    let root = format!("{}/", folder.display());
    for problem in &mut problems {
        if let Some(within) = problem.file.strip_prefix(&root) {
            problem.file = within.to_owned();
        }
    }
    Ok(problems)
}

/// Everything that is wrong or doubtful with the pack in a folder, whatever its kind.
fn check_folder(workspace: &Workspace, content: &Content, folder: &Path) -> Vec<PackProblem> {
    if let Some((problems, _)) = crate::check::check_folder(content, folder, true) {
        return problems;
    }
    if let Some((problems, _)) = crate::indicators::check_folder(content, folder, true) {
        return problems;
    }
    let directory = organisations::directory(workspace, &Scope::All).ok();
    crate::assessment::check_folder(content, folder)
        .or_else(|| content.reports().check_folder(folder))
        .or_else(|| content.role_library().check_folder(folder))
        .or_else(|| crate::datasets::check_folder(content, folder))
        .or_else(|| crate::plans::check_folder(content, folder, directory.as_deref()))
        .unwrap_or_else(|| check_pack(folder, content.library()))
}

/// What a switch did, to take it back when the content cannot be read with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    id: String,
    /// The number under which what was in force is kept; `None` when nothing was.
    pub kept: Option<u32>,
    /// What came into force was the draft.
    was_draft: bool,
}

/// Puts the draft into force; what was in force is kept.
///
/// # Errors
/// There is no draft, or it has mistakes.
pub fn activate(
    workspace: &Workspace,
    content: &Content,
    id: &str,
) -> Result<Switched, PackDeskError> {
    let mut problems = check(workspace, content, id, Which::Draft)?;
    if problems.iter().any(PackProblem::is_error) {
        problems.retain(PackProblem::is_error);
        return Err(PackDeskError::Broken { problems });
    }
    let (draft, own) = (draft_folder(workspace, id)?, own_folder(workspace, id)?);
    let kept = keep(workspace, id)?;
    make(&workspace.packs())?;
    fs::rename(&draft, &own).map_err(|error| PackDeskError::io(&own, error))?;
    Ok(Switched {
        id: id.to_owned(),
        kept,
        was_draft: true,
    })
}

/// Puts a version that was in force before into force again; what was in force is kept, and so is that version.
///
/// # Errors
/// There is no such version.
pub fn roll_back(workspace: &Workspace, id: &str, number: u32) -> Result<Switched, PackDeskError> {
    files_of(workspace, id, Which::Version(number))?;
    let from = history_folder(workspace, id)?.join(number.to_string());
    let own = own_folder(workspace, id)?;
    let kept = keep(workspace, id)?;
    copy(&from, &own)?;
    Ok(Switched {
        id: id.to_owned(),
        kept,
        was_draft: false,
    })
}

/// Takes a pack out of force; it is kept as a version that can be put back, and as a draft that can be gone on with.
///
/// # Errors
/// It is not in force, or imports are checked with it.
pub fn withdraw(workspace: &Workspace, id: &str) -> Result<Switched, PackDeskError> {
    files_of(workspace, id, Which::Active)?;
    if workspace.config().checks.as_deref() == Some(id) {
        return Err(PackDeskError::InUse { id: id.to_owned() });
    }
    let kept = keep(workspace, id)?;
    let draft = draft_folder(workspace, id)?;
    if let Some(number) = kept
        && !draft.is_dir()
    {
        copy(
            &history_folder(workspace, id)?.join(number.to_string()),
            &draft,
        )?;
    }
    Ok(Switched {
        id: id.to_owned(),
        kept,
        was_draft: false,
    })
}

/// Undoes a switch.
///
/// # Errors
/// The files cannot be moved.
pub fn switch_back(workspace: &Workspace, switched: &Switched) -> Result<(), PackDeskError> {
    let id = switched.id.as_str();
    let (draft, own) = (draft_folder(workspace, id)?, own_folder(workspace, id)?);
    if own.is_dir() {
        let done = match switched.was_draft {
            true => fs::rename(&own, &draft),
            false => fs::remove_dir_all(&own),
        };
        done.map_err(|error| PackDeskError::io(&own, error))?;
    }
    if let Some(number) = switched.kept {
        let kept = history_folder(workspace, id)?.join(number.to_string());
        fs::rename(&kept, &own).map_err(|error| PackDeskError::io(&own, error))?;
    }
    Ok(())
}

/// Moves what is in force to the versions that were; gives its number there.
fn keep(workspace: &Workspace, id: &str) -> Result<Option<u32>, PackDeskError> {
    let own = own_folder(workspace, id)?;
    if !own.is_dir() {
        return Ok(None);
    }
    let newest = own_state(workspace, id)?.versions.first().copied();
    let number = newest.map_or(1, |newest| newest.saturating_add(1));
    let history = history_folder(workspace, id)?;
    make(&history)?;
    let to = history.join(number.to_string());
    fs::rename(&own, &to).map_err(|error| PackDeskError::io(&to, error))?;
    Ok(Some(number))
}

fn make(folder: &Path) -> Result<(), PackDeskError> {
    fs::create_dir_all(folder).map_err(|error| PackDeskError::io(folder, error))
}

/// Writes a file under another name first, so that an interruption leaves no half file.
fn put(folder: &Path, file: &str, text: &str) -> Result<(), PackDeskError> {
    let path = folder.join(file);
    let failed = |error: io::Error| PackDeskError::io(&path, error);
    make(path.parent().unwrap_or(folder))?;
    let new = path.with_extension("new");
    let mut out = fs::File::create(&new).map_err(failed)?;
    out.write_all(text.as_bytes()).map_err(failed)?;
    out.sync_all().map_err(failed)?;
    fs::rename(&new, &path).map_err(failed)
}

/// Copies the files of a pack; links are not followed.
fn copy(from: &Path, to: &Path) -> Result<(), PackDeskError> {
    let files = PackFiles::Folder(from.to_owned());
    let paths = files.paths();
    for path in paths.map_err(|error| PackDeskError::io(from, error))? {
        let target = to.join(&path);
        make(target.parent().unwrap_or(to))?;
        fs::copy(from.join(&path), &target).map_err(|error| PackDeskError::io(&target, error))?;
    }
    Ok(())
}
