//! The group of a single case that somebody typed: the way to it, what counted, and what would change it.

use biaochi_domain::{Language, Localized as _};
use biaochi_grouper::{
    CategoryReport, EntryReport, Reason, Report, Scheme, Status, Stay, analysis_notice,
};
use biaochi_packs::WeightTable;
use rust_decimal::Decimal;

/// What grouping looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// Diagnoses, the principal one first.
    pub diagnoses: Vec<String>,
    /// Procedures, the principal one first.
    pub procedures: Vec<String>,
    /// 1 male, 2 female.
    pub sex: Option<u8>,
    /// Age in completed years.
    pub age: Option<i32>,
    /// Age in days.
    pub age_days: Option<i32>,
    /// Weight of the newborn in grams.
    pub weight: Option<i32>,
    /// Length of stay in days.
    pub length_of_stay: Option<i32>,
    /// Hours in intensive care.
    pub icu_hours: Option<i32>,
    /// Hours of invasive ventilation.
    pub ventilator_hours: Option<i32>,
    /// Department as the scheme names it.
    pub department: String,
    /// Way of leaving.
    pub disposition: String,
    /// Whether codes are translated from the clinical to the insurance edition first.
    pub translate: bool,
}

biaochi_domain::coded! {
    /// On which level a step is.
    pub enum Level {
        /// A check before grouping.
        Check = "check", "信息校验", "check";
        /// A category.
        Mdc = "mdc", "MDC", "MDC";
        /// An adjacent group.
        Adrg = "adrg", "ADRG", "ADRG";
        /// A group.
        Drg = "drg", "DRG", "DRG";
    }
}

/// A decision on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// On which level.
    pub level: Level,
    /// What was tried.
    pub code: String,
    /// Its name.
    pub title: Option<String>,
    /// What decided, with the value of this case.
    pub condition: String,
    /// Whether it held.
    pub holds: bool,
    /// Whether the result came this way.
    pub taken: bool,
}

/// A complication among the secondary diagnoses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseComplication {
    /// Place among the diagnoses; the principal one is 0.
    pub position: usize,
    /// The diagnosis.
    pub code: String,
    /// `CC` or `MCC`.
    pub level: &'static str,
    /// Whether it counted.
    pub counted: bool,
    /// The exclusion table that switched it off, or could.
    pub table: Option<String>,
    /// The same in a sentence.
    pub text: String,
}

/// A single change that leads to another group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// What is changed, in words.
    pub kind: String,
    /// The code.
    pub code: String,
    /// The group it leads to.
    pub drg: String,
    /// Its name.
    pub title: Option<String>,
    /// How grouping would end.
    pub status: &'static str,
    /// Weight of that group.
    pub weight: Option<Decimal>,
    /// That weight less the present one.
    pub weight_difference: Option<Decimal>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalculatedCase {
    /// How it ended, such as `grouped`.
    pub status: &'static str,
    /// The same in words, with what to do.
    pub status_text: String,
    /// Category and its name.
    pub mdc: (String, Option<String>),
    /// Adjacent group and its name.
    pub adrg: (String, Option<String>),
    /// Group and its name.
    pub drg: (String, Option<String>),
    /// Weight of the group.
    pub weight: Option<Decimal>,
    /// The way.
    pub path: Vec<Step>,
    /// Complications, counted or excluded.
    pub complications: Vec<CaseComplication>,
    /// Remarks on single codes, in sentences.
    pub remarks: Vec<String>,
    /// Changes that lead elsewhere.
    pub changes: Vec<CaseChange>,
    /// What must be told with them.
    pub notice: &'static str,
}

/// Groups a case with all reasons.
pub fn calculate(scheme: &Scheme, weights: Option<&WeightTable>, case: &Case) -> CalculatedCase {
    let stay = Stay {
        sex: case.sex,
        age: case.age,
        age_days: case.age_days,
        weight: case.weight,
        length_of_stay: case.length_of_stay,
        icu_hours: case.icu_hours,
        ventilator_hours: case.ventilator_hours,
        department: &case.department,
        disposition: &case.disposition,
        translate: case.translate,
        ..Stay::new(&case.diagnoses, &case.procedures)
    };
    let explanation = scheme.explain(&stay);
    let report = explanation.report();
    let weight = |drg: &str| weights.and_then(|table| table.get(drg));
    let grouping = explanation.grouping();
    let changes = scheme.what_if(&stay, &weight);
    let changes = changes.iter().map(|change| CaseChange {
        kind: change.kind.text(Language::Zh),
        code: change.code.to_string(),
        drg: change.after.drg.to_owned(),
        title: scheme.name(change.after.drg).map(str::to_owned),
        status: change.after.status.label(),
        weight: change.weight_after,
        weight_difference: change.weight_difference(),
    });
    let complications = report.complications.iter().map(|found| CaseComplication {
        position: found.position,
        code: found.code.to_string(),
        level: found.level.abbreviation(),
        counted: !found.excluded,
        table: found.table.map(str::to_owned),
        text: found.text(Language::Zh),
    });
    let named = |code: &str, name: Option<&str>| (code.to_owned(), name.map(str::to_owned));
    let result = &report.result;
    CalculatedCase {
        status: grouping.status.name(),
        status_text: grouping.status.text(Language::Zh),
        mdc: named(grouping.mdc, result.mdc_name),
        adrg: named(grouping.adrg, result.adrg_name),
        drg: named(grouping.drg, result.drg_name),
        weight: (grouping.status == Status::Grouped)
            .then(|| weight(grouping.drg))
            .flatten(),
        path: path(&report),
        complications: complications.collect(),
        remarks: report
            .remarks
            .iter()
            .map(|remark| remark.text(Language::Zh))
            .collect(),
        changes: changes.collect(),
        notice: analysis_notice(Language::Zh),
    }
}

fn clause(reasons: &[Reason]) -> String {
    let texts: Vec<String> = reasons
        .iter()
        .map(|reason| reason.text(Language::Zh))
        .collect();
    texts.join("，")
}

/// The steps in the order in which they were decided. Categories and adjacent groups are tried by the hundred; those
/// that failed stay in it, whoever shows them folds them.
fn path(report: &Report<'_>) -> Vec<Step> {
    let grouping = report.result.grouping;
    let mut steps: Vec<Step> = report
        .checks
        .iter()
        .map(|found| {
            let (code, condition) = check_words(found.check);
            Step {
                level: Level::Check,
                code: code.to_owned(),
                title: None,
                condition: condition.to_owned(),
                holds: found.passed,
                taken: found.passed,
            }
        })
        .collect();
    let passes = report.passes.len();
    for (at, pass) in report.passes.iter().enumerate() {
        let last = at + 1 == passes;
        let categories = pass.categories.len();
        for (place, category) in pass.categories.iter().enumerate() {
            // What gave the result is always the last that was tried.
            let taken = last && place + 1 == categories && !grouping.status.is_failure();
            add_category(&mut steps, category, taken);
        }
    }
    steps
}

fn add_category(steps: &mut Vec<Step>, category: &CategoryReport<'_>, last: bool) {
    let found = category
        .entries
        .last()
        .is_some_and(|entry| entry.result.is_some());
    steps.push(Step {
        level: Level::Mdc,
        code: category.code.to_owned(),
        title: category.name.map(str::to_owned),
        condition: clause(&category.reasons),
        holds: category.entered,
        taken: last && category.entered && found,
    });
    for entry in &category.entries {
        add_entry(steps, entry, last && entry.result.is_some());
    }
}

fn add_entry(steps: &mut Vec<Step>, entry: &EntryReport<'_>, taken: bool) {
    steps.push(Step {
        level: Level::Adrg,
        code: entry.entry.to_owned(),
        title: entry.name.map(str::to_owned),
        condition: clause(&entry.reasons),
        holds: entry.holds,
        taken,
    });
    for drg in &entry.drgs {
        steps.push(Step {
            level: Level::Drg,
            code: drg.drg.to_owned(),
            title: drg.name.map(str::to_owned),
            condition: clause(&drg.reasons),
            holds: drg.holds,
            taken: taken && drg.holds,
        });
    }
    let by_rule = entry.drgs.last().is_some_and(|drg| drg.holds);
    if let (Some(result), false) = (entry.result, by_rule) {
        steps.push(Step {
            level: Level::Drg,
            code: result.to_owned(),
            title: None,
            condition: "没有细分组的条件成立".to_owned(),
            holds: true,
            taken,
        });
    }
}

fn check_words(check: biaochi_grouper::definition::Check) -> (&'static str, &'static str) {
    use biaochi_grouper::definition::Check;
    match check {
        Check::Sex => ("性别", "性别为 1（男）或 2（女）"),
        Check::Age => ("年龄", "年龄已填"),
        Check::AgeDays => ("年龄天数", "0 岁时年龄天数已填"),
        Check::WeightUpToDays(_) => ("新生儿体重", "新生儿的体重已填"),
        Check::Diagnosis => ("主要诊断", "有主要诊断"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    fn case(diagnoses: &[&str], procedures: &[&str]) -> Case {
        Case {
            diagnoses: diagnoses.iter().map(|code| (*code).to_owned()).collect(),
            procedures: procedures.iter().map(|code| (*code).to_owned()).collect(),
            sex: Some(2),
            age: Some(57),
            length_of_stay: Some(5),
            ..Case::default()
        }
    }

    #[test]
    fn the_way_ends_at_the_group() {
        let content = Content::load(&[]).expect("the packs of the program");
        let scheme = content.scheme("chs_drg_11").expect("the national scheme");
        let known = calculate(&scheme.scheme, None, &case(&["K80.100x001"], &["51.2300"]));
        assert_eq!(known.status, "grouped");
        let last = known.path.last().expect("a way");
        assert_eq!((last.level, &last.code), (Level::Drg, &known.drg.0));
        assert!(last.taken && last.holds);
        let taken: Vec<Level> = known
            .path
            .iter()
            .filter(|step| step.taken && step.level != Level::Check)
            .map(|step| step.level)
            .collect();
        assert_eq!(taken, [Level::Mdc, Level::Adrg, Level::Drg]);
        assert_eq!(known.weight, None);
    }

    #[test]
    fn what_is_missing_is_said() {
        let content = Content::load(&[]).expect("the packs of the program");
        let scheme = content.scheme("chs_drg_11").expect("the national scheme");
        let without = Case {
            sex: None,
            ..case(&["K80.100x001"], &[])
        };
        let failed = calculate(&scheme.scheme, None, &without);
        assert_eq!(failed.status, "sex_missing");
        assert!(failed.path.iter().any(|step| !step.holds));
        assert!(failed.changes.is_empty());
    }
}
