use std::fs;

use biaochi_packs::{PackFiles, PackHead};

use super::PackDeskError;
use super::desk::{draft_folder, history_folder, own_folder};
use crate::{Content, Workspace};

/// A pack that is installed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Installed {
    /// What it says of itself.
    pub head: PackHead,
    /// Whether it is the institution's own.
    pub own: bool,
    /// Whether it can be edited here: own packs that lie directly in the folder of the workspace.
    pub editable: bool,
    /// Whether another one with its id takes its place.
    pub replaced: bool,
}

/// The packs in the program and the own ones, by kind and id; own packs that have only a draft yet are among them.
///
/// # Errors
/// A folder cannot be read.
pub fn installed(
    workspace: &Workspace,
    content: &Content,
) -> Result<Vec<Installed>, PackDeskError> {
    let mut folders = content.folders().to_vec();
    let own = workspace.packs();
    if own.is_dir() && !folders.contains(&own) {
        folders.push(own.clone());
    }
    let heads = PackHead::all(&folders)?;
    let mut found: Vec<Installed> = heads
        .into_iter()
        .map(|head| {
            let editable = matches!(&head.files, PackFiles::Folder(folder)
                if *folder == own.join(&head.id));
            Installed {
                own: matches!(head.files, PackFiles::Folder(_)),
                editable,
                replaced: false,
                head,
            }
        })
        .collect();
    // Of two with one id the one found last counts.
    for place in 0..found.len() {
        let id = found[place].head.id.clone();
        let replaced = found[place + 1..].iter().any(|later| later.head.id == id);
        found[place].replaced = replaced;
    }
    for id in drafts(workspace) {
        let known = found.iter().any(|one| one.head.id == id && one.own);
        if !known {
            found.push(Installed {
                head: PackHead::read(&PackFiles::Folder(draft_folder(workspace, &id)?)),
                own: true,
                editable: true,
                replaced: false,
            });
        }
    }
    found.sort_by(|a, b| (&a.head.kind, &a.head.id).cmp(&(&b.head.kind, &b.head.id)));
    Ok(found)
}

/// What there is of an own pack.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnState {
    /// Whether it is in force.
    pub active: bool,
    /// Whether there is a draft.
    pub draft: bool,
    /// Numbers of the versions that were in force before, the newest first.
    pub versions: Vec<u32>,
}

/// What there is of an own pack.
///
/// # Errors
/// The id is none.
pub fn own_state(workspace: &Workspace, id: &str) -> Result<OwnState, PackDeskError> {
    let history = history_folder(workspace, id)?;
    let entries = fs::read_dir(history).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut versions: Vec<u32> = numbers.collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    Ok(OwnState {
        active: own_folder(workspace, id)?.join("pack.toml").is_file(),
        draft: draft_folder(workspace, id)?.join("pack.toml").is_file(),
        versions,
    })
}

fn drafts(workspace: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(super::desk::drafts(workspace));
    let entries = entries.into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| draft_folder(workspace, name).is_ok_and(|at| at.join("pack.toml").is_file()))
        .collect();
    names.sort();
    names
}
