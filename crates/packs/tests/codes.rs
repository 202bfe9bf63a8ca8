//! The packs in the program, and packs of a hospital over them.

use std::fs;
use std::path::Path;

use biaochi_domain::{Language, Localized};
use biaochi_terminology::{
    Certainty, CodeSystem, Concept, Edition, Reason, Status, Translation, fold_name, initials,
};

use biaochi_packs::codes::{Codes, DIAGNOSES, DIAGNOSIS_MAP, PROCEDURE_MAP, PROCEDURES};

#[path = "codes/unify.rs"]
mod unify;

fn system(id: &str) -> &'static CodeSystem {
    Codes::embedded()
        .system(id)
        .expect("a system of the program")
}

fn count(system: &CodeSystem, edition: Edition) -> usize {
    system
        .concepts()
        .iter()
        .filter(|concept| concept.edition() == edition)
        .count()
}

#[test]
fn the_packs_of_the_program_are_clean() {
    let codes = Codes::embedded();
    assert_eq!(codes.warnings(), []);
    let ids: Vec<&str> = codes.packs().iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(ids, ["front-page-value-sets", "icd-10", "icd-9-cm-3"]);
    assert_eq!(codes.hash().len(), 64);
}

#[test]
fn known_totals() {
    let diagnoses = system(DIAGNOSES);
    let named = |system: &CodeSystem| {
        system
            .concepts()
            .iter()
            .filter(|c| c.name().is_some())
            .count()
    };
    assert_eq!(diagnoses.len(), 37_490);
    assert_eq!(named(diagnoses), 33_308);
    assert_eq!(count(diagnoses, Edition::Both), 31_453);
    assert_eq!(count(diagnoses, Edition::Insurance), 1_855);
    assert_eq!(count(diagnoses, Edition::Clinical), 4_139);
    let procedures = system(PROCEDURES);
    assert_eq!(procedures.len(), 14_395);
    assert_eq!(named(procedures), 13_686 + 81);
    assert_eq!(count(procedures, Edition::Clinical), 556);
    for (id, grey) in [(DIAGNOSES, 2_828), (PROCEDURES, 2_241)] {
        let found = system(id)
            .concepts()
            .iter()
            .filter(|c| c.status() == Status::Grey)
            .count();
        assert_eq!(found, grey, "{id}");
    }
    let codes = Codes::embedded();
    for (id, length) in [
        ("icd-10/not-principal", 1_837),
        ("icd-9-cm-3/not-grouping", 1_829),
    ] {
        assert_eq!(codes.list(id).map(|list| list.len()), Some(length), "{id}");
    }
    for (id, length) in [
        ("icd-10/clinical-to-insurance", 34_726),
        ("icd-10/clinical-to-insurance-2022", 35_591),
        ("icd-10/clinical-to-insurance-2022-suzhou", 35_587),
        ("icd-9-cm-3/clinical-to-insurance", 13_711),
        ("icd-9-cm-3/clinical-to-insurance-2022", 13_654),
        ("icd-9-cm-3/clinical-to-insurance-2022-suzhou", 13_653),
    ] {
        assert_eq!(codes.map(id).map(|map| map.len()), Some(length), "{id}");
    }
    assert_eq!(codes.value_sets().count(), 40);
    assert_eq!(
        codes
            .value_sets()
            .map(|set| set.members.len())
            .sum::<usize>(),
        486
    );
}

#[test]
fn lists_name_known_codes() {
    for (list, id) in [
        ("icd-10/not-principal", DIAGNOSES),
        ("icd-9-cm-3/not-grouping", PROCEDURES),
    ] {
        let list = Codes::embedded().list(list).expect("a list of the program");
        for code in list.codes() {
            assert!(system(id).get(code).is_some(), "{code}");
        }
    }
}

#[test]
fn translations_end_in_insurance_codes_and_are_applied_once() {
    for (map, id) in [(DIAGNOSIS_MAP, DIAGNOSES), (PROCEDURE_MAP, PROCEDURES)] {
        let map = Codes::embedded().map(map).expect("a map of the program");
        let mut sources_that_are_targets = 0;
        for (source, target) in map.rows() {
            let Some(target) = target else { continue };
            let concept = system(id).get(target).expect("a target is a known code");
            assert!(
                matches!(concept.edition(), Edition::Both | Edition::Insurance),
                "{target}"
            );
            assert!(map.sources_of(target).contains(&source), "{source}");
            assert_eq!(map.translate(source), Translation::To(target));
            if matches!(map.translate(target), Translation::To(_)) {
                sources_that_are_targets += 1;
            }
        }
        // Were translation repeated, these would end somewhere else.
        assert!(sources_that_are_targets > 0, "{id}");
    }
}

#[test]
fn translates_single_codes() {
    let codes = Codes::embedded();
    let check = |map: &str, code: &str, expected| {
        assert_eq!(
            codes.map(map).map(|map| map.translate(code)),
            Some(expected),
            "{map} {code}"
        );
    };
    check(DIAGNOSIS_MAP, "A01.000x002", Translation::To("A01.003"));
    check(DIAGNOSIS_MAP, "A00.000", Translation::Unchanged);
    // A code of both editions with different meanings, the first step of what would be a chain.
    check(DIAGNOSIS_MAP, "A19.800x010", Translation::To("A19.000x001"));
    check(DIAGNOSIS_MAP, "A19.000x001", Translation::To("A19.001"));
    // Left out of the newest map, still in that of 2022.
    check(DIAGNOSIS_MAP, "B95.000", Translation::None);
    check(
        "icd-10/clinical-to-insurance-2022",
        "B95.000",
        Translation::Unchanged,
    );
    check(
        "icd-10/clinical-to-insurance-2022",
        "U07.100",
        Translation::Unchanged,
    );
    check(
        "icd-10/clinical-to-insurance-2022-suzhou",
        "U07.100",
        Translation::None,
    );
    check(PROCEDURE_MAP, "00.6400x007", Translation::To("00.6500x014"));
    check(PROCEDURE_MAP, "", Translation::None);
}

#[test]
fn value_sets_of_the_front_page() {
    let codes = Codes::embedded();
    for (number, layout, code, expected) in [
        ("RC001", "hqms811", "1", Some("男")),
        ("RC019", "n041", "4", Some("非医嘱离院")),
        ("RC028", "hqms811", "2", Some("有")),
        ("RC038", "hqms811", "1", Some("居民身份证")),
        ("RC038", "tcm2019", "1", None),
        ("RC039", "hqms811", "0", Some("否")),
        ("RC039", "tcm2019", "1.2", Some("民族医")),
        ("RC040", "hqms811", "156", Some("中国")),
        ("RC040", "tcm2019", "1", Some("中医")),
        ("RC023", "hqms811", "0304", Some("心血管内科专业")),
        ("icd10-chapters", "", "S72.000", Some("损伤、中毒")),
        ("icd10-chapters", "", "M81.000", None),
    ] {
        let set = codes
            .value_set_in(number, layout)
            .expect("a set of the program");
        assert_eq!(set.name_of(code), expected, "{number} {layout} {code}");
    }
    let titles = |number| {
        ["hqms811", "tcm2019"].map(|layout| {
            codes
                .value_set_in(number, layout)
                .map(|set| set.title.as_str())
                .unwrap_or_default()
        })
    };
    assert_eq!(titles("RC028"), ["31天再住院计划", "药物过敏"]);
    assert_eq!(titles("RC038"), ["患者证件类别", "国籍"]);
    assert_eq!(titles("RC039"), ["判断", "治疗类别"]);
    assert_eq!(titles("RC040"), ["国籍", "实施临床路径"]);
    let nationality = codes
        .value_set("RC040@hqms811")
        .expect("a set of the program");
    assert!(nationality.contains("840") && !nationality.contains("USA"));
    assert_eq!(nationality.members[0].certainty, Certainty::Confirmed);
}

#[test]
fn searching_diagnoses() {
    let search = |query: &str| {
        let hits = system(DIAGNOSES).search(query, 5);
        hits.first().map(|hit| (hit.concept.code(), hit.reason))
    };
    for (query, code, reason) in [
        ("i21.0", "I21.001", Reason::CodeStart),
        ("ｉ２１．０００", "I21.000", Reason::Code),
        ("a01000x005+j170*", "A01.000x005+J17.0*", Reason::Code),
        ("急性阑尾炎", "K35.800x001", Reason::Name),
        ("jxlwy", "K35.800x001", Reason::Initials),
        ("JXLWY", "K35.800x001", Reason::Initials),
        ("古典生物型", "A00.000x001", Reason::NameStart),
        ("错𬌗畸形", "K07.400x001", Reason::Name),
        ("chjx", "K07.400x001", Reason::Initials),
        ("CA199", "R77.800x003", Reason::NameStart),
    ] {
        assert_eq!(search(query), Some((code, reason)), "{query}");
    }
    // A word too many, a part changed, another order: still among the first five.
    for (query, code) in [
        ("2型糖尿病伴有视网膜病变的", "E11.301+H36.0*"),
        ("伴局限性腹膜炎的急性阑尾炎", "K35.300"),
        ("肾病 糖尿病 V期", "E14.200x215+N08.3*"),
    ] {
        let hits = system(DIAGNOSES).search(query, 5);
        let codes: Vec<&str> = hits.iter().map(|hit| hit.concept.code()).collect();
        assert!(codes.contains(&code), "{query} {code}: {codes:?}");
    }
    assert_eq!(search(""), None);
    assert_eq!(search("   "), None);
    assert_eq!(search("㍿㍿㍿"), None);
}

/// Some names: all of them would take minutes.
fn sample(id: &str) -> impl Iterator<Item = &'static Concept> {
    system(id)
        .concepts()
        .iter()
        .step_by(41)
        .filter(|concept| concept.name().is_some())
}

#[test]
fn a_code_is_found_first_by_its_own_name() {
    for id in [DIAGNOSES, PROCEDURES] {
        for concept in sample(id) {
            let name = concept.name().unwrap_or_default();
            let hits = system(id).search(name, 3);
            let first = hits.first().expect("something is found");
            assert!(
                matches!(first.reason, Reason::Name | Reason::Code),
                "{name}: {first:?}"
            );
            let same = system(id).by_name(name);
            assert!(
                same.contains(&concept) && same.contains(&first.concept),
                "{name}"
            );
        }
    }
}

#[test]
fn a_code_is_found_by_the_initials_of_its_name() {
    for id in [DIAGNOSES, PROCEDURES] {
        for concept in sample(id) {
            let name = concept.name().unwrap_or_default();
            let typed = initials(name);
            let hits = system(id).search(&typed, 200);
            assert!(
                hits.iter().any(|hit| hit.concept == concept),
                "{name} {typed}"
            );
        }
    }
}

#[test]
fn a_code_is_found_however_it_is_written() {
    for id in [DIAGNOSES, PROCEDURES] {
        for concept in system(id).concepts() {
            let written = concept.code().replace('.', "").to_lowercase();
            assert_eq!(system(id).find(&written), Some(concept));
        }
    }
}

#[test]
fn every_named_code_can_be_typed() {
    for id in [DIAGNOSES, PROCEDURES] {
        for concept in system(id).concepts() {
            let name = concept.name().unwrap_or_default();
            let typed = initials(name).len();
            let folded = fold_name(name);
            let chars = folded.chars();
            // Greek letters and signs are not typed.
            let silent = chars
                .clone()
                .filter(|c| !c.is_ascii() && !is_chinese(*c))
                .count();
            let signs = chars.clone().filter(|c| matches!(c, '+' | '%')).count();
            assert_eq!(typed, chars.count() - silent - signs, "{name}");
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

fn write(folder: &Path, file: &str, content: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("can create");
    fs::write(path, content).expect("can write");
}

const HOSPITAL: &str =
    "format = 1\nkind = \"codes\"\nid = \"my-hospital\"\ntitle = \"本院编码\"\nversion = \"1\"\n";

#[test]
fn a_hospital_adds_codes_names_and_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let manifest = format!(
        "{HOSPITAL}[system]\nid = \"icd-10\"\n\n[[map]]\nid = \"icd-10/clinical-to-insurance\"\n\
         table = \"tables/map.csv\"\n\n[[value_set]]\nid = \"RC023\"\n"
    );
    write(path, "my/pack.toml", &manifest);
    write(
        path,
        "my/tables/codes.csv",
        "\u{feff}code,name\r\nK35.900x999,本院阑尾炎\r\n",
    );
    write(
        path,
        "my/tables/other-names.csv",
        "code,name,used_by\nK35.900,急阑,外科\n",
    );
    write(
        path,
        "my/tables/status.csv",
        "code,status\nA00.000,retired\n",
    );
    write(
        path,
        "my/tables/map.csv",
        "code,target\nK35.900x999,K35.900\n",
    );
    write(
        path,
        "my/tables/value-sets.csv",
        "set,code,name\nRC023,0399,日间病房\n",
    );
    let codes = Codes::load(&[path.to_path_buf()]).expect("a clean pack");
    assert_eq!(codes.warnings(), []);
    let diagnoses = codes.system(DIAGNOSES).expect("a system of the program");
    let own = diagnoses.get("K35.900x999").expect("the hospital's code");
    assert_eq!(
        (own.name(), own.edition()),
        (Some("本院阑尾炎"), Edition::Local)
    );
    let hits = diagnoses.search("急阑", 1);
    assert_eq!(
        (hits[0].concept.code(), hits[0].reason),
        ("K35.900", Reason::OtherName)
    );
    assert_eq!(
        diagnoses.get("A00.000").map(Concept::status),
        Some(Status::Retired)
    );
    let map = codes.map(DIAGNOSIS_MAP).expect("a map of the program");
    assert_eq!(map.translate("K35.900x999"), Translation::To("K35.900"));
    assert_eq!(map.translate("A00.000"), Translation::Unchanged);
    let departments = codes.value_set("RC023").expect("a set of the program");
    assert_eq!(departments.name_of("0399"), Some("日间病房"));
    assert_eq!(departments.name_of("0304"), Some("心血管内科专业"));
    assert_ne!(codes.hash(), Codes::embedded().hash());
    assert_eq!(
        codes.packs().last().map(|pack| pack.id.as_str()),
        Some("my-hospital")
    );
}

#[test]
fn a_pack_with_the_same_id_takes_the_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = HOSPITAL.replace("my-hospital", "icd-9-cm-3")
        + "[system]\nid = \"icd-9-cm-3\"\ntitle = \"手术\"\nkind = \"procedure\"\n";
    write(folder.path(), "px/pack.toml", &manifest);
    write(
        folder.path(),
        "px/tables/codes.csv",
        "code,name\n47.0100,腹腔镜下阑尾切除术\n",
    );
    let codes = Codes::load(&[folder.path().to_path_buf()]).expect("a clean pack");
    assert_eq!(codes.system(PROCEDURES).map(CodeSystem::len), Some(1));
    assert!(codes.map(PROCEDURE_MAP).is_none());
    assert!(codes.map(DIAGNOSIS_MAP).is_some());
}

#[test]
fn mistakes_are_told_all_at_once_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let manifest = format!(
        "{HOSPITAL}colour = \"red\"\n[system]\nid = \"icd-10\"\n\n[[list]]\nid = \"mine\"\n\
         title = \"清单\"\ntable = \"tables/none.csv\"\n"
    );
    write(path, "my/pack.toml", &manifest);
    let codes = "code,name,edition\nK35.900x999,本院阑尾炎,hospital\nK35.900x998,,\n\
                 K35.900x997,甲\nK35.900x996,乙,\nK35.900x996,丙,\n,丁,\n";
    write(path, "my/tables/codes.csv", codes);
    write(path, "my/tables/status.csv", "code,state\nA00.000,grey\n");
    write(
        path,
        "my/tables/other-names.csv",
        "code,name\nQQ.000,没有\n",
    );
    write(
        path,
        "my/tables/value-sets.csv",
        "set,code,name\nRC999,1,没有\n",
    );
    write(path, "my/tables/extra.csv", "code\n");
    let problems = Codes::load(&[path.to_path_buf()]).expect_err("a damaged pack");
    let found: Vec<(&str, u32, u32, String)> = problems
        .iter()
        .map(|problem| {
            let file = problem.file.rsplit(['/', '\\']).next().unwrap_or_default();
            (
                file,
                problem.line,
                problem.column,
                problem.problem.text(Language::Zh),
            )
        })
        .collect();
    let expected = [
        ("pack.toml", 6, 1, "不认识的键“colour”"),
        (
            "codes.csv",
            2,
            19,
            "“edition”的值不对，应为both / insurance",
        ),
        ("codes.csv", 3, 13, "“name”的值不对"),
        (
            "codes.csv",
            4,
            0,
            "这一行写法不对，应为：code,name,edition,status",
        ),
        ("codes.csv", 6, 1, "编码“K35.900x996”重复"),
        ("codes.csv", 7, 1, "“code”的值不对"),
        ("none.csv", 0, 0, "缺少这个文件"),
        ("other-names.csv", 2, 1, "编码“QQ.000”在"),
        ("status.csv", 1, 0, "这一行写法不对，应为：code,status"),
        ("status.csv", 1, 6, "这一行写法不对，应为：code,status"),
        ("value-sets.csv", 2, 1, "编码集合“RC999”在"),
        ("extra.csv", 0, 0, "没有程序会读这个文件"),
    ];
    for (file, line, column, text) in expected {
        assert!(
            found
                .iter()
                .any(|f| f.0 == file && f.1 == line && f.2 == column && f.3.starts_with(text)),
            "{file}:{line}:{column} {text} not in {found:#?}"
        );
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn damaged_files_never_panic() {
    for bytes in [
        &b"\xff\xfe\x00"[..],
        b"code,name\nA,\xff\xff\nB,ok\n",
        b"",
        b"code,name\n\"A,B\nC,D\n",
        b"\0\0\0,\0\n",
        b"code,name\rA00.000x999,x\r",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let manifest = format!("{HOSPITAL}[system]\nid = \"icd-10\"\n");
        write(folder.path(), "my/pack.toml", &manifest);
        write(folder.path(), "my/tables/codes.csv", "");
        fs::write(folder.path().join("my/tables/codes.csv"), bytes).expect("can write");
        let result = Codes::load(&[folder.path().to_path_buf()]);
        assert_eq!(
            result.is_err(),
            !bytes.starts_with(b"code,name\r"),
            "{bytes:?}"
        );
    }
    let missing = Codes::load(&["/no/such/folder".into()]).expect_err("no folder");
    assert!(missing[0].text(Language::Zh).contains("/no/such/folder"));
}

#[test]
fn folders_without_code_packs_add_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folders = [folder.path().to_path_buf()];
    assert!(!Codes::are_below(&[]) && !Codes::are_below(&folders));
    write(folder.path(), "own/pack.toml", "kind = \"checks\"\n");
    assert!(!Codes::are_below(&folders));
    let codes = Codes::load(&folders).expect("the program's packs");
    assert_eq!(codes.hash(), Codes::embedded().hash());
    write(folder.path(), "my/pack.toml", HOSPITAL);
    assert!(Codes::are_below(&folders));
    assert!(Codes::are_below(&["/no/such/folder".into()]));
}

#[test]
fn a_pack_is_never_passed_over_in_silence() {
    for (manifest, line, text) in [
        ("format = 1\nkind = \"code\"\n", 2, "“kind”的值不对"),
        ("kind = \"codes\" # 本院\nid = \n", 2, "不是合法的 TOML"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "my/pack.toml", manifest);
        assert!(Codes::are_below(&[folder.path().to_path_buf()]));
        let problems = Codes::check(folder.path());
        let first = problems.first().expect("a problem");
        assert_eq!(first.line, line, "{first:?}");
        assert!(
            first.problem.text(Language::Zh).starts_with(text),
            "{first:?}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "my/pack.toml",
        &format!("\u{feff}{HOSPITAL}"),
    );
    assert_eq!(Codes::check(folder.path()), []);
}
