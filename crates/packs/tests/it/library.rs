//! Overlays, user folders, hashes, saving and reading again.

use std::fs;

use biaochi_packs::{
    Library, Manifest, PackError, SaveBase, SchemeStatus, library, load_scheme, save_scheme,
};
use tempfile::TempDir;

/// A folder of user packs with one pack that changes `base` by these files.
pub(crate) fn overlay(id: &str, base: &str, tables: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let pack = folder.path().join("pack");
    fs::create_dir_all(pack.join("tables")).unwrap();
    fs::write(pack.join("README.md"), "# 测试\n").unwrap();
    fs::write(pack.join("sources.toml"), "[[source]]\ntitle = \"测试\"\n").unwrap();
    fs::write(pack.join("pack.toml"), manifest(id, Some(base))).unwrap();
    for (name, text) in tables {
        fs::write(pack.join("tables").join(format!("{name}.txt")), text).unwrap();
    }
    folder
}

pub(crate) fn manifest(id: &str, base: Option<&str>) -> String {
    let base = base
        .map(|base| format!("base = \"{base}\"\n"))
        .unwrap_or_default();
    format!(
        "format = 1\nkind = \"drg-scheme\"\nid = \"{id}\"\ntitle = \"测试\"\nversion = \"1\"\n\
         place = \"本院\"\n{base}licence = \"CC0-1.0\"\n\n\
         [document]\ntitle = \"测试\"\nnumber = \"无\"\nissuer = \"本院\"\n"
    )
}

#[test]
fn every_scheme_loads_and_compiles() {
    for id in library().scheme_ids() {
        let definition = load_scheme(id).unwrap();
        assert_eq!(definition.id, id);
        assert_eq!(definition.content_hash, library().content_hash(id).unwrap());
        assert_eq!(definition.content_hash.len(), 64);
        if let Err(problems) = biaochi_grouper::Scheme::compile(&definition) {
            panic!("{id}: {problems:?}");
        }
    }
}

#[test]
fn packs_of_the_repository_have_no_mistakes() {
    assert_eq!(library().problems(), []);
    for info in library().schemes() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(info.files.display("").trim_end_matches('/'));
        let errors: Vec<String> = biaochi_packs::check_pack(&folder, library())
            .into_iter()
            .filter(|problem| problem.is_error())
            .map(|problem| problem.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(info.sources.len() >= 2, "{}", info.id);
        assert!(
            info.sources
                .iter()
                .all(|source| !source.used_for.is_empty()),
            "{}",
            info.id
        );
    }
}

#[test]
fn an_overlay_without_rows_changes_nothing() {
    let heading_only: Vec<(&str, String)> = [
        "groups",
        "sets",
        "complications",
        "diagnosis-map",
        "procedure-map",
        "names",
        "hints",
    ]
    .iter()
    .map(|kind| (*kind, format!("@{kind} 1 changes\n# 没有改动\n")))
    .collect();
    let heading_only: Vec<(&str, &str)> = heading_only
        .iter()
        .map(|(kind, text)| (*kind, text.as_str()))
        .collect();
    for base in [
        "chs_drg_11",
        "chs_drg_20",
        "zhejiang_2022",
        "yunnan_2022",
        "beijing_2022-mended",
    ] {
        for tables in [&[][..], &heading_only] {
            let folder = overlay("overlay", base, tables);
            let library = Library::embedded().with_folder(folder.path()).unwrap();
            let mut found = library.load_scheme("overlay").unwrap();
            let expected = load_scheme(base).unwrap();
            found.id = expected.id.clone();
            found.title = expected.title.clone();
            found.content_hash = expected.content_hash.clone();
            assert!(found == expected, "{base}");
        }
    }
}

#[test]
fn a_users_pack_takes_the_place_of_one_with_its_id() {
    let folder = overlay(
        "chs_drg_11p",
        "chs_drg_11",
        &[("names", "@names 1 changes\nAA19 本院叫法\n")],
    );
    let changed = Library::embedded().with_folder(folder.path()).unwrap();
    assert_eq!(
        changed.load_scheme("chs_drg_11p").unwrap().names["AA19"],
        "本院叫法"
    );
    let hash = |library: &Library, id| library.content_hash(id).unwrap();
    assert_ne!(
        hash(&changed, "chs_drg_11p"),
        hash(library(), "chs_drg_11p")
    );
    assert_eq!(hash(&changed, "chs_drg_11"), hash(library(), "chs_drg_11"));
    let info = changed.scheme("chs_drg_11p").unwrap();
    assert_eq!(
        (info.status, info.place.as_str()),
        (SchemeStatus::Published, "本院")
    );
}

#[test]
fn the_hash_follows_the_base() {
    let mine = overlay("mine", "chs_drg_11p", &[]);
    let hash = |library: &Library| library.content_hash("mine").unwrap();
    let before = Library::embedded().with_folder(mine.path()).unwrap();
    let base = overlay("chs_drg_11p", "chs_drg_11", &[]);
    let after = Library::embedded()
        .with_folder(mine.path())
        .unwrap()
        .with_folder(base.path())
        .unwrap();
    assert_ne!(hash(&after), hash(&before));
}

#[test]
fn unknown_and_circular_packs_are_told() {
    assert!(matches!(
        load_scheme("nowhere"),
        Err(PackError::Unknown { .. })
    ));
    let folder = overlay("lost", "nowhere", &[]);
    let library = Library::embedded().with_folder(folder.path()).unwrap();
    assert!(matches!(
        library.load_scheme("lost"),
        Err(PackError::Broken { .. })
    ));
    let circle = overlay("a", "a", &[]);
    let library = Library::embedded().with_folder(circle.path()).unwrap();
    assert!(matches!(
        library.load_scheme("a"),
        Err(PackError::Broken { .. })
    ));
}

/// What is written reads as the same scheme, whole and as changes to a quite different one.
#[test]
fn a_saved_scheme_reads_as_itself() {
    let (base_id, base_usual) = ("chs_drg_11", true);
    let base = load_scheme(base_id).unwrap();
    for id in [
        "chs_drg_20",
        "zhejiang_2022",
        "yinchuan_2023",
        "changzhou_2022-mended",
        "yunnan_2022",
    ] {
        let mut expected = load_scheme(id).unwrap();
        for based in [None, Some(base_id)] {
            let folder = TempDir::new().unwrap();
            let mut manifest = Manifest {
                id: "saved".to_owned(),
                title: expected.title.clone(),
                version: "1".to_owned(),
                place: "本院".to_owned(),
                licence: "CC0-1.0".to_owned(),
                base: based.map(str::to_owned),
                ..Manifest::default()
            };
            manifest.parameters.checks = Some(expected.checks.clone());
            manifest.parameters.retry_single_procedure = Some(expected.retry_single_procedure);
            manifest.parameters.ungrouped_code = Some(expected.ungrouped_code.clone());
            manifest.parameters.blank_on_failure = Some(expected.blank_on_failure);
            manifest.parameters.fallback_to_adrg = Some(false);
            let save_base = based.map(|_| SaveBase {
                definition: &base,
                fallback_to_adrg: base_usual,
            });
            save_scheme(&folder.path().join("pack"), &manifest, &expected, save_base).unwrap();
            let library = Library::embedded().with_folder(folder.path()).unwrap();
            assert_eq!(library.problems(), []);
            let mut found = library.load_scheme("saved").unwrap();
            found.id.clone_from(&expected.id);
            expected.content_hash.clone_from(&found.content_hash);
            assert!(found == expected, "{id} on {based:?}");
        }
    }
}
