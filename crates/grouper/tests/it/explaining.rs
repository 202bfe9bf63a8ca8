use biaochi_domain::{Language, Localized};
use biaochi_grouper::{RemarkKind, Stay};

use crate::small_scheme::{adult, scheme};

#[test]
fn the_path_is_told_in_sentences() {
    let stay = adult(
        &["K81.000", "E11.900", "I10.x00x002", "X99.999"],
        &["88.7200"],
    );
    let expected = "\
分组方案：小方案
结果：分组成功，MDCH / HU1 / HU13
信息校验：
  性别、年龄、年龄天数、新生儿体重、主要诊断 → 通过
逐个大类判断：
  MDCA：主要手术 88.7200 不在有效手术操作表中 → 不入
  MDCP、MDCZ、MDCM：主要诊断 K81.000 不在其主诊表中 → 不入
  MDCH 肝、胆、胰疾病及功能障碍：主要诊断 K81.000 在“MDCH”主诊表中 → 进入
    HC2：主要手术 88.7200 不在“HC2”手术表中 → 不入
    HD1：没有手术操作在“HD1”手术分类表第 1 类中，没有手术操作在“HD1”手术分类表第 4 类中 → 不入
    HQY：主要手术 88.7200 不在有效手术操作表中 → 不入
    HU1_1：主要诊断 K81.000 在“HU1”诊断表中 → 符合
      HU1C：年龄（岁）为 50，要求不大于 6 → 不入
      没有细分组成立 → 继续
    HU1_2：主要诊断 K81.000 在“HU1”诊断表中 → 符合
      HU13：有 CC（I10.x00x002） → 入组
并发症与合并症：
  其他诊断 1（E11.900）是 CC，但主要诊断在排除表 23 中 → 不计
  其他诊断 2（I10.x00x002）是 CC → 计入
提示：
  第 4 诊断 X99.999 不在本方案的任何表中，不影响分组，请核对编码版本
  第 1 手术 88.7200 不参与分组";
    assert_eq!(scheme().explain(&stay).text(Language::Zh), expected);
}

#[test]
fn the_path_is_told_in_english() {
    let stay = Stay {
        sex: Some(1),
        ..adult(&["N40.x00"], &[])
    };
    let expected = "\
Scheme: 小方案
Result: grouped, MDCM / MZ1 / MZ1
Checks:
  sex, age, age in days, weight of a newborn, principal diagnosis → passed
Categories in order:
  MDCA: there is no procedure → not entered
  MDCP, MDCZ: the principal diagnosis N40.x00 is not in its list → not entered
  MDCM: the principal diagnosis N40.x00 is in the list of diagnoses `MDCM`, the sex is male, wanted male → entered
    MZ1: no condition → holds
      MZ1D: the disposition is ``, wanted `4` or `5` → not taken
      no finer group holds: MZ1";
    assert_eq!(scheme().explain(&stay).text(Language::En), expected);
}

#[test]
fn a_failed_check_is_the_end_of_the_path() {
    let newborn = Stay {
        age: Some(0),
        age_days: Some(2),
        ..adult(&["P22.000"], &[])
    };
    let expected = "\
分组方案：小方案
结果：信息校验不通过
  信息校验不通过：新生儿体重为空，请补填
信息校验：
  性别、年龄、年龄天数 → 通过
  新生儿体重 → 不通过";
    let scheme = scheme();
    let explanation = scheme.explain(&newborn);
    assert_eq!(explanation.text(Language::Zh), expected);
    assert_eq!(explanation.decisions(), 0);
}

#[test]
fn untranslatable_codes_are_named() {
    let stay = Stay {
        translate: true,
        ..adult(&["K80.101", "X99.999"], &["51.2301"])
    };
    let expected = "\
分组方案：小方案
结果：诊断不能转换为分组器支持的编码
  诊断不能转换为分组器支持的编码，请核对诊断编码所用的版本
编码转换（国临版 → 医保版）：
  K80.101 → K80.100x003
  X99.999 → 无对应编码
  51.2301 → 51.2300
提示：
  第 2 诊断 X99.999 在国临版转医保版对照表中没有对应编码，请核对";
    assert_eq!(scheme().explain(&stay).text(Language::Zh), expected);
}

#[test]
fn the_report_is_structured() {
    let stay = adult(&["K85.900", "A41.900"], &["51.2300"]);
    let report = serde_json::to_value(scheme().explain(&stay)).expect("a report");
    assert_eq!(report["result"]["drg"], "HC25");
    assert_eq!(report["result"]["status"], "grouped");
    assert_eq!(
        report["result"]["drg_name"],
        "胆囊切除手术，不伴并发症或合并症"
    );
    assert_eq!(report["scheme"]["content_hash"], "abc");
    let category = &report["passes"][0]["categories"][4];
    assert_eq!(category["code"], "MDCH");
    assert_eq!(category["entered"], true);
    let entry = &category["entries"][0];
    let reason = &entry["reasons"][0];
    assert_eq!(reason["condition"], "membership");
    assert_eq!(reason["field"], "principal_procedure");
    assert_eq!(reason["codes"][0], "51.2300");
    assert_eq!(entry["drgs"][0]["reasons"][0]["condition"], "severity");
    assert_eq!(entry["result"], "HC25");
    assert_eq!(report["complications"][0]["excluded"], true);
    assert_eq!(report["complications"][0]["table"], "4");
    assert_eq!(report["remarks"][0]["kind"], "grey_diagnosis");
}

#[test]
fn complications_are_those_that_decided() {
    let scheme = scheme();
    let stay = adult(&["K81.000", "A41.900", "K80.100x003", "Z94.100"], &[]);
    let found: Vec<(usize, &str, bool)> = scheme
        .complications(&stay)
        .iter()
        .map(|found| (found.position, found.level.abbreviation(), found.excluded))
        .collect();
    assert_eq!(found, [(1, "MCC", true), (3, "CC", false)]);
    assert!(scheme.complications(&adult(&[], &[])).is_empty());
}

#[test]
fn remarks_do_not_depend_on_the_group() {
    let scheme = scheme();
    let kinds: Vec<RemarkKind> = scheme
        .remarks(&adult(&["Z94.100", "Z94.100"], &["00.0000"]))
        .iter()
        .map(|remark| remark.kind)
        .collect();
    assert_eq!(
        kinds,
        [RemarkKind::NotPrincipal, RemarkKind::UnknownProcedure]
    );
}

#[test]
fn an_explanation_outlives_the_record() {
    let scheme = scheme();
    let explanation = {
        let diagnoses = vec!["K80.100x003".to_owned()];
        let procedures: Vec<String> = Vec::new();
        scheme.explain(&Stay {
            sex: Some(1),
            age: Some(3),
            ..Stay::new(&diagnoses, &procedures)
        })
    };
    assert_eq!(explanation.grouping().drg, "HZ19");
    assert!(explanation.text(Language::Zh).contains("K80.100x003"));
}
