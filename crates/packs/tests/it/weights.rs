//! Weights: what fits which scheme, what is missing, what a user may bring.

use std::fs;

use biaochi_domain::{Language, Localized};
use biaochi_packs::{
    Library, WeightNature, WeightProvenance, WeightTable, library, load_scheme, weights,
};
use rust_decimal::Decimal;
use tempfile::TempDir;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn haerbin_2022_has_weights_and_later_lists_fit_no_scheme() {
    let table = weights("haerbin_2022", 2022).unwrap().unwrap();
    assert_eq!(table.len(), 660);
    assert_eq!(table.get("AB19"), Some(decimal("27.1292")));
    assert_eq!(table.get("0000"), None);
    let scheme = load_scheme("haerbin_2022").unwrap();
    for (drg, _) in table.iter() {
        assert!(scheme.names.contains_key(drg), "{drg}");
    }
    assert_eq!(weights("haerbin_2022", 2023).unwrap(), None);
    let all = library().weight_tables();
    let later: Vec<_> = all
        .iter()
        .filter(|table| table.title.starts_with("哈尔滨") && table.scheme.is_none())
        .collect();
    assert_eq!(later.len(), 2);
    assert!(
        later
            .iter()
            .all(|table| table.note.contains("没有对应的分组方案"))
    );
}

#[test]
fn reference_weights_of_2_0_say_that_their_origin_is_unknown() {
    for id in ["chs_drg_20", "chs_drg_20-mended"] {
        let table = weights(id, 2025).unwrap().unwrap();
        assert_eq!(table.provenance.nature, WeightNature::Reference);
        assert!(table.provenance.origin.contains("没有说明数值从何而来"));
        assert_eq!(table.get("AA19"), None);
        assert!(table.without_weight().any(|drg| drg == "AA19"));
        assert_eq!(table.get("AA29"), Some(decimal("26.7759")));
        assert_eq!(table.len() - table.without_weight().count(), 628);
    }
}

#[test]
fn the_demonstration_weighs_every_drg() {
    let scheme = load_scheme("chs_drg_11").unwrap();
    for year in 2021..=2025 {
        let table = weights("chs_drg_11", year).unwrap().unwrap();
        assert_eq!(table.provenance.nature, WeightNature::Synthetic);
        assert!(table.provenance.title.contains("合成"));
        for entry in scheme
            .categories
            .iter()
            .flat_map(|category| &category.entries)
        {
            for drg in &entry.drgs {
                assert!(
                    table
                        .get(&drg.drg)
                        .is_some_and(|weight| weight > Decimal::ZERO),
                    "{}",
                    drg.drg
                );
            }
        }
    }
    assert_eq!(weights("chs_drg_11", 2020).unwrap(), None);
    assert_eq!(weights("liaocheng_2022", 2022).unwrap(), None);
}

#[test]
fn a_users_table_is_read_or_all_its_mistakes_are_told() {
    let provenance = WeightProvenance {
        file: "权重.csv".to_owned(),
        ..WeightProvenance::default()
    };
    let good = "\u{feff}病组编码,病组名称,权重\nBB11,脑创伤,3.2100\nBB15,脑创伤,\n";
    let table = WeightTable::from_csv(good.as_bytes(), provenance.clone()).unwrap();
    assert_eq!(
        (table.get("BB11"), table.get("BB15"), table.len()),
        (Some(decimal("3.21")), None, 2)
    );
    assert_eq!(table.name("BB11"), Some("脑创伤"));
    assert_eq!(table.provenance.nature, WeightNature::Imported);

    let bad = "drg,weight\nBB11,three\nBB13,0\nBB15,1.5\nBB15,1.6\n,2\nBB19,-1\n";
    let problems = WeightTable::from_csv(bad.as_bytes(), provenance.clone()).unwrap_err();
    let lines: Vec<u32> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7], "{problems:#?}");
    assert!(
        problems[0]
            .text(Language::Zh)
            .contains("文件“权重.csv” 第 2 行")
    );

    let problems = WeightTable::from_csv(b"code,value\n", provenance.clone()).unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(WeightTable::from_csv(b"\xd0\xc4,1\n", provenance).is_err());
}

#[test]
fn a_users_weight_pack_serves_its_scheme() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("pack.toml"),
        "format = 1\nkind = \"drg-weights\"\nid = \"mine\"\ntitle = \"t\"\nplace = \"p\"\nlicence = \"CC0-1.0\"\n\
         [[table]]\nfile = \"w.csv\"\ntitle = \"2026\"\nscheme = \"liaocheng_2022\"\nyears = [2026]\n\
         nature = \"imported\"\norigin = \"本院\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("w.csv"), "drg,weight\nBB21,2.5\n").unwrap();
    let library = Library::embedded().with_folder(folder.path()).unwrap();
    for id in ["liaocheng_2022", "liaocheng_2022-mended"] {
        let table = library.weights(id, 2026).unwrap().unwrap();
        assert_eq!(table.get("BB21"), Some(decimal("2.5")));
    }
    assert_eq!(library.weights("liaocheng_2022", 2025).unwrap(), None);
}
