use biaochi_domain::{Language, Localized};
use biaochi_grouper::definition::SchemeDefinition;
use biaochi_grouper::{RemarkKind, Stay};

use crate::grouping::final_categories;
use crate::small_scheme::{adult, category, compiled, definition, entry, scheme, set};

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
  第 4 诊断 X99.999 不在本方案的任何表中，不影响分组；若有疑问请核对编码版本
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
      MZ1D: the disposition is missing, wanted `4` or `5` → not taken
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
结果：信息校验不通过：新生儿体重为空，请补填
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
结果：诊断不能转换为分组器支持的编码，请核对诊断编码所用的版本
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

/// The explanation from the heading of the categories on.
fn path(definition: &SchemeDefinition, stay: &Stay<'_, &str, &str>) -> String {
    let text = compiled(definition).explain(stay).text(Language::Zh);
    let start = text.find("逐个大类判断").expect("the heading");
    text[start..].to_owned()
}

#[test]
fn unrelated_surgery_comes_with_advice() {
    let text = scheme()
        .explain(&adult(&["K85.900"], &["85.3100"]))
        .text(Language::Zh);
    let expected = "\
分组方案：小方案
结果：歧义病案，MDCH / QY / HQY
  手术与主要诊断不符，请核对主要诊断和主要手术的选择
信息校验：";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_final_category_says_so() {
    let stay = adult(&["G35.x00"], &[]);
    let expected = "\
逐个大类判断：
  MDCA：没有条件 → 进入
    AA1：没有手术操作 → 不入
    该大类没有病组成立 → 继续下一大类
  MDCB：主要诊断 G35.x00 在“DI_B00”诊断表中 → 进入
    BC2：手术操作中有 0 个不同编码在“OP_BC2”表中，要求不小于 2 → 不入
    BQY：没有手术操作 → 不入
    BN1、BV1、B00：主要诊断 G35.x00 不在其诊断表中 → 不入
    该大类没有病组成立，且不再判断其他大类 → 无法入组";
    assert_eq!(path(&final_categories(), &stay), expected);
}

#[test]
fn a_second_pass_names_its_procedure() {
    let mut definition = definition();
    definition
        .categories
        .retain(|category| category.code == "MDCA");
    definition.retry_single_procedure = true;
    let stay = adult(&["Z99.900"], &["88.7200", "50.5100"]);
    let expected = "\
逐个大类判断：
  MDCA：主要手术 88.7200 不在有效手术操作表中 → 不入
仍未入组，只按手术 50.5100 再判断一次：
  MDCA：主要手术 50.5100 在有效手术操作表中 → 进入
    AB1：主要手术 50.5100 在“AB1”手术表中 → 符合
      AB19：没有条件 → 入组
提示：
  第 1 诊断 Z99.900 不在本方案的任何表中，不影响分组；若有疑问请核对编码版本
  第 1 手术 88.7200 不参与分组";
    assert_eq!(path(&definition, &stay), expected);
}

/// One entry whose rule has a condition of every kind; none of them holds.
fn every_condition() -> SchemeDefinition {
    let rule = r#"["or",
        false, ["dx0","A/dx"], ["dx","A/dx2"], ["dx2","=I10"], ["px0","=00.1"], ["px","=00.1"],
        ["px2","@valid"], ["pxc","A/pxc","2"], ["sites","Z/sites",2], ["count","px","A/px",">",1],
        ["mcc"], ["cc"], ["sex",1], ["age","<",18], ["age_days",">=",29], ["weight","!=",0],
        ["los",">",60], ["icu_hours","==",1], ["ventilator_hours","<=",96], ["dept","ICU"],
        ["leaving","2","5"], ["dx_prefix","Z37."]]"#;
    let sets = ["A/dx", "A/dx2", "=I10", "=00.1", "@valid", "A/px"];
    let mut sets: Vec<(String, _)> = sets
        .map(|name| (name.to_owned(), set(&["X"])))
        .into_iter()
        .collect();
    sets.push(("A/pxc".into(), set(&["X=1", "Y=2"])));
    sets.push(("Z/sites".into(), set(&["G40.900=head", "Y=chest"])));
    SchemeDefinition {
        id: "every".into(),
        categories: vec![category(
            "MDCA",
            "true",
            vec![entry("AA1", rule, &[], Some("AA1"))],
        )],
        sets: sets.into_iter().collect(),
        ungrouped_code: "0000".into(),
        ..SchemeDefinition::default()
    }
}

#[test]
fn every_condition_is_told_in_both_languages() {
    let stay = Stay {
        length_of_stay: Some(12),
        ..adult(&["G40.900", "F32"], &["88.7200", "Z"])
    };
    let scheme = compiled(&every_condition());
    let explanation = scheme.explain(&stay);
    let report = explanation.report();
    let reasons = &report.passes[0].categories[0].entries[0].reasons;
    let found: Vec<String> = reasons
        .iter()
        .map(|reason| reason.text(Language::Zh))
        .collect();
    let expected = [
        "条件永不成立",
        "主要诊断 G40.900 不在“A”诊断表中",
        "没有诊断在“A”诊断表2中",
        "没有其他诊断 I10",
        "主要手术 88.7200 不是 00.1",
        "没有手术操作 00.1",
        "没有其他手术操作在有效手术操作表中",
        "没有手术操作在“A”手术分类表第 2 类中",
        "诊断命中“Z”损伤部位表的 1 类（head），需要至少 2 类",
        "手术操作中有 0 个不同编码在“A/px”表中，要求大于 1",
        "没有计入的 MCC",
        "没有计入的 CC",
        "性别为女，要求男",
        "年龄（岁）为 50，要求小于 18",
        "年龄天数为空，要求不小于 29",
        "新生儿体重（克）为空，要求不等于 0",
        "住院天数为 12，要求大于 60",
        "重症监护小时数为空，要求等于 1",
        "呼吸机使用小时数为空，要求不大于 96",
        "科室为空，要求 ICU",
        "离院方式为空，要求 2 或 5",
        "没有诊断以 Z37. 开头",
    ];
    assert_eq!(found, expected);
    assert!(reasons.iter().all(|reason| !reason.holds()));
    let english: Vec<String> = reasons
        .iter()
        .map(|reason| reason.text(Language::En))
        .collect();
    let expected = [
        "the condition never holds",
        "the principal diagnosis G40.900 is not in the list of diagnoses `A`",
        "no diagnosis is in the list of diagnoses `A` no. 2",
        "there is no secondary diagnosis I10",
        "the principal procedure 88.7200 is not 00.1",
        "there is no procedure 00.1",
        "no secondary procedure is in the list of valid procedures",
        "no procedure is in class 2 of the list of procedure classes `A`",
        "diagnosis codes hit 1 classes of `Z/sites` (head); 2 are needed",
        "0 different procedure codes are in `A/px`, wanted more than 1",
        "no MCC counts",
        "no CC counts",
        "the sex is female, wanted male",
        "the age in years is 50, wanted less than 18",
        "the age in days is missing, wanted at least 29",
        "the weight in grams is missing, wanted other than 0",
        "the length of stay in days is 12, wanted more than 60",
        "the time in intensive care in hours is missing, wanted equal to 1",
        "the time on the ventilator in hours is missing, wanted at most 96",
        "the department is missing, wanted `ICU`",
        "the disposition is missing, wanted `2` or `5`",
        "no diagnosis begins with Z37.",
    ];
    assert_eq!(english, expected);
}

#[test]
fn the_reasons_fit_into_one_line() {
    let scheme = scheme();
    let check = |stay: Stay<'_, &str, &str>, expected: &str| {
        assert_eq!(scheme.explain(&stay).summary(Language::Zh), expected);
    };
    check(
        adult(&["K85.900", "A41.900"], &["51.2300"]),
        "MDCH：主要诊断 K85.900 在“MDCH”主诊表中；HC2：主要手术 51.2300 在“HC2”手术表中；\
         HC25：没有计入的 MCC，没有计入的 CC",
    );
    check(
        adult(&["K80.100x003"], &["85.3100"]),
        "MDCH：主要诊断 K80.100x003 在“MDCH”主诊表中；HQY：主要手术 85.3100 在有效手术操作表中",
    );
    check(
        adult(&["K76.800"], &[]),
        "MDCH：主要诊断 K76.800 在“MDCH”主诊表中；\
         无法入组：没有一个病组的条件成立，请核对主要诊断编码",
    );
    check(
        adult(&["Z99"], &[]),
        "无法入组：没有一个病组的条件成立，请核对主要诊断编码",
    );
    check(
        Stay {
            sex: None,
            ..adult(&["Z99"], &[])
        },
        "信息校验不通过：性别为空，请补填",
    );
    let english = scheme
        .explain(&adult(&["K81.000"], &[]))
        .summary(Language::En);
    let expected = "MDCH: the principal diagnosis K81.000 is in the list of diagnoses `MDCH`; \
                    HU1_2: the principal diagnosis K81.000 is in the list of diagnoses `HU1`; \
                    HU1: no CC counts";
    assert_eq!(english, expected);
}
