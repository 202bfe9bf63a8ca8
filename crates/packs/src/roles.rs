//! Packs of roles: `kind = "roles"`. `roles.toml` says what each role may do.

use std::path::Path;

use biaochi_access::{Action, Allowance, Level, Resource, Role, Roles, Sensitivity};

use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList, Problems};
use crate::reading::{text_of, twice};
use crate::shelf::{Kind, Pack, Shelf};
use crate::sources;
use crate::text::toml_reader::TomlReader;

const FILE: &str = "roles.toml";

/// The packs of roles that can be used.
#[derive(Debug, Clone, Default)]
pub struct RoleLibrary {
    packs: Shelf<Manifest>,
}

/// There is nothing else to say of such a pack.
#[derive(Debug, Clone)]
struct Manifest;

impl Kind for Manifest {
    const WORD: &'static str = "roles";
    const NOUN: Noun = Noun::RolePack;

    fn read(_: &mut TomlReader<'_, '_>, _: &mut Problems<'_>) -> Self {
        Self
    }
}

impl RoleLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        Self {
            packs: Shelf::embedded(),
        }
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PackError> {
        let packs = self.packs.with_folder(folder)?;
        Ok(Self { packs })
    }

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// The roles in force: those of every pack, where a pack that is laid over another changes its roles by
    /// their ids and adds its own.
    ///
    /// # Errors
    /// The packs have mistakes, or two that are not laid over each other have the same role.
    pub fn load(&self) -> Result<Roles, PackError> {
        let mut chains = Vec::new();
        for pack in self.packs.packs() {
            chains.push(self.packs.chain(&pack.head.id)?);
        }
        // Bases come before what lies over them, and the program's packs before those of folders.
        chains.sort_by_key(|chain| {
            let is_own = |pack: &&Pack<Manifest>| !matches!(pack.files, PackFiles::Embedded(_));
            (chain.len(), chain.last().is_some_and(is_own))
        });
        let mut found: Vec<(Role, &str)> = Vec::new();
        for chain in &chains {
            let Some(pack) = chain.last() else { continue };
            let mut problems = ProblemList::default();
            for role in read(pack, &mut problems) {
                let below = |id: &str| chain.iter().any(|below| below.head.id == id);
                let own = pack.head.id.as_str();
                let known = found.iter().position(|(other, _)| other.id == role.id);
                match known {
                    None => found.push((role, own)),
                    Some(at) if below(found[at].1) => found[at] = (role, own),
                    Some(at) => {
                        let what = Noun::Role;
                        let name = format!("{} ({})", role.id, found[at].1);
                        let file = pack.files.display(FILE);
                        let mut list = problems.file(&file);
                        list.add(0, 0, Problem::Duplicate { what, name });
                    }
                }
            }
            if problems.has_errors() {
                return Err(PackError::Broken {
                    id: pack.head.id.clone(),
                    problems: problems.into_vec(),
                });
            }
        }
        Ok(Roles::new(
            found.into_iter().map(|(role, _)| role).collect(),
        ))
    }

    /// Reads the pack of a folder while a person edits it: every mistake. `None` when the folder holds no
    /// pack of roles.
    pub fn check_folder(&self, folder: &Path) -> Option<Vec<PackProblem>> {
        let mut problems = ProblemList::default();
        let (shelf, id) = self.packs.with_pack(folder, &mut problems)?;
        if let Ok(pack) = shelf.pack(&id) {
            read(pack, &mut problems);
            sources::read(&pack.files, &mut problems);
            if pack.files.read("README.md").ok().flatten().is_none() {
                let file = pack.files.display("README.md");
                problems.file(&file).add(0, 0, Problem::MissingFile);
            }
        }
        if !problems.has_errors()
            && let Err(PackError::Broken {
                problems: together, ..
            }) = (Self { packs: shelf }).load()
        {
            together.into_iter().for_each(|one| problems.add(one));
        }
        Some(problems.into_vec())
    }
}

fn read(pack: &Pack<Manifest>, problems: &mut ProblemList) -> Vec<Role> {
    let shown = pack.files.display(FILE);
    let Some(text) = text_of(&pack.files, FILE, problems) else {
        if !problems.has_errors() {
            problems.file(&shown).add(0, 0, Problem::MissingFile);
        }
        return Vec::new();
    };
    let mut found = problems.file(&shown);
    let Some(table) = TomlReader::parse(&text, &mut found) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(&text, table.get_ref());
    let mut roles: Vec<(Role, usize)> = Vec::new();
    for mut table in top.tables("role", &mut found) {
        let offset = table.offset("id");
        roles.push((role(&mut table, &mut found), offset));
        table.finish(&mut found);
    }
    top.finish(&mut found);
    for (index, (role, offset)) in roles.iter().enumerate() {
        let mut before = roles.iter().take(index);
        if before.any(|(other, _)| other.id == role.id) {
            twice(problems, (&shown, &text, *offset), Noun::Role, &role.id);
        }
    }
    roles.into_iter().map(|(role, _)| role).collect()
}

fn role(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Role {
    let role = Role {
        id: table.required("id", problems),
        title: table.required("title", problems),
        duty: table.required("duty", problems),
        levels: words(table, "levels", Level::ALL, Level::code, problems),
        allows: Vec::new(),
    };
    let mut allows = Vec::new();
    for mut allow in table.tables("allow", problems) {
        allows.push(Allowance {
            actions: words(&mut allow, "actions", Action::ALL, Action::code, problems),
            resources: words(
                &mut allow,
                "resources",
                Resource::ALL,
                Resource::code,
                problems,
            ),
            sensitivity: sensitivity(&mut allow, problems),
        });
        allow.finish(problems);
    }
    Role { allows, ..role }
}

/// Aggregates, unless the pack says more.
fn sensitivity(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Sensitivity {
    let choices: Vec<(&str, Sensitivity)> = Sensitivity::ALL
        .iter()
        .map(|sensitivity| (sensitivity.code(), *sensitivity))
        .collect();
    let found = table.choice("sensitivity", &choices, problems);
    found.unwrap_or(Sensitivity::Aggregate)
}

/// A list that is not empty, of words that are known.
fn words<T: Copy>(
    table: &mut TomlReader<'_, '_>,
    key: &'static str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
    problems: &mut Problems<'_>,
) -> Vec<T> {
    let texts = table.texts(key, problems).unwrap_or_default();
    let known = |text: &String| all.iter().copied().find(|one| code(*one) == text);
    let found: Option<Vec<T>> = texts.iter().map(known).collect();
    match found.filter(|found| !found.is_empty()) {
        Some(found) => found,
        None => {
            let words: Vec<&str> = all.iter().map(|one| code(*one)).collect();
            let problem = Problem::BadValue {
                key: key.to_owned(),
                expected: words.join(" / "),
            };
            table.at(key, problem, problems);
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use biaochi_domain::{Language, Localized as _};

    use super::*;

    const HEAD: &str = "format = 1\nkind = \"roles\"\ntitle = \"t\"\nversion = \"1\"\n";

    fn pack(folder: &Path, name: &str, head: &str, roles: &str) {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let head = format!("{HEAD}id = \"{name}\"\n{head}");
        std::fs::write(folder.join("pack.toml"), head).expect("a file");
        std::fs::write(folder.join("roles.toml"), roles).expect("a file");
        std::fs::write(folder.join("README.md"), "x").expect("a file");
        std::fs::write(folder.join("sources.toml"), "").expect("a file");
    }

    fn role(id: &str, actions: &str) -> String {
        format!(
            "[[role]]\nid = \"{id}\"\ntitle = \"{id}\"\nduty = \"d\"\nlevels = [\"hospital\"]\n\
             [[role.allow]]\nactions = [{actions}]\nresources = [\"indicator\"]\n"
        )
    }

    #[test]
    fn the_programs_roles_are_sound() {
        let roles = RoleLibrary::embedded().load().expect("sound packs");
        assert!(roles.all().len() >= 15, "{}", roles.all().len());
        for role in roles.all() {
            assert!(!role.allows.is_empty(), "{}", role.id);
            assert_eq!(
                roles.find(&role.title).map(|found| &found.id),
                Some(&role.id)
            );
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/national/roles");
        let problems = RoleLibrary::embedded().check_folder(&folder);
        assert_eq!(problems, Some(Vec::new()));
    }

    #[test]
    fn a_hospital_changes_and_adds_roles_over_a_base() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = role("coder", "\"read\", \"export\"") + &role("nurse", "\"read\"");
        pack(folder.path(), "ours", "base = \"national-roles\"\n", &own);
        let library = RoleLibrary::embedded();
        let before = library.load().expect("sound packs").all().len();
        let library = library.with_folder(folder.path()).expect("a folder");
        let roles = library.load().expect("sound packs");
        assert_eq!(roles.all().len(), before + 1);
        let coder = roles.role("coder").expect("a role");
        assert_eq!(
            coder.allowed(Action::Export, Resource::Indicator),
            Some(Sensitivity::Aggregate)
        );
        assert_eq!(coder.allowed(Action::Read, Resource::Worklist), None);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let roles = role("coder", "\"eat\"") + &role("coder", "\"read\"");
        pack(folder.path(), "wrong", "", &roles);
        let problems = RoleLibrary::embedded().check_folder(&folder.path().join("wrong"));
        let problems = problems.expect("a pack of roles");
        let texts: Vec<String> = problems.iter().map(|one| one.text(Language::Zh)).collect();
        let all = texts.join("\n");
        assert!(all.contains("第 7 行") && all.contains("actions"), "{all}");
        assert!(all.contains("coder") && all.contains("角色"), "{all}");
        // A role of the program needs a base to be changed.
        pack(folder.path(), "alone", "", &role("coder", "\"read\""));
        std::fs::remove_dir_all(folder.path().join("wrong")).expect("a folder");
        let library = RoleLibrary::embedded().with_folder(folder.path());
        let error = library.expect("a folder").load().expect_err("twice");
        assert!(error.text(Language::Zh).contains("coder"), "{error}");
    }
}
