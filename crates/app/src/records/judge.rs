//! A record while it is written: what checks find, its score, and its group.

use biaochi_checks::Check;
use biaochi_domain::{Language, Localized as _};
use biaochi_grouper::Status;
use biaochi_records::{FrontPage, Layout};
use rust_decimal::Decimal;

use super::RecordsError;
use crate::check::{CheckOptions, NATIONAL, RecordChecker};
use crate::correct::{parse_set, put};
use crate::import::ImportWeights;
use crate::{Compiled, Workspace, stay_of};

/// A value that somebody puts into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    /// Id of the field.
    pub field: String,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// The value; empty takes it away.
    pub value: String,
}

impl NewValue {
    /// The same as people type it: `field[element]=value`, elements counting from one.
    pub fn typed(&self) -> String {
        let Self {
            field,
            index,
            value,
        } = self;
        match field.contains('.') && !field.starts_with("charges.") {
            true => format!("{field}[{}]={value}", index + 1),
            false => format!("{field}={value}"),
        }
    }
}

/// A value that cannot stand in its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMistake {
    /// Id of the field.
    pub field: String,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The page with new values; those that cannot be are left out and told.
pub fn changed(
    content: &Compiled,
    page: &FrontPage,
    layout: Layout,
    values: &[NewValue],
) -> (FrontPage, Vec<FieldMistake>) {
    let mut page = page.clone();
    let mut mistakes = Vec::new();
    let known = content.known_codes();
    for value in values {
        let mistake = match parse_set(&value.typed(), layout, &|set, code| known(set, code)) {
            Err(error) => error.text(Language::Zh),
            Ok(set) => match put(&mut page, set.place, set.text.as_deref()) {
                Ok(()) => continue,
                Err(expected) => format!("这个值写不进字段（{expected}），请检查写法"),
            },
        };
        mistakes.push(FieldMistake {
            field: value.field.clone(),
            index: value.index,
            message: mistake,
        });
    }
    page.close_gaps();
    (page, mistakes)
}

/// A finding of a record while it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedFinding {
    /// The check.
    pub check: Check,
    /// Places at fault.
    pub places: u32,
    /// What the coder reads.
    pub message: String,
    /// The group after mending, where that was tried and is another one.
    pub mended_drg: Option<String>,
    /// By how much the weight would change.
    pub weight_difference: Option<Decimal>,
}

/// What a record comes to as it is written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Points; `None` when the workspace runs no checks.
    pub score: Option<Decimal>,
    /// Grade; empty when there is none.
    pub grade: String,
    /// What checks find, worst first; those on trial are left out.
    pub findings: Vec<JudgedFinding>,
    /// Id of the scheme that grouped.
    pub scheme: String,
    /// How grouping ended.
    pub status: Status,
    /// Category.
    pub mdc: String,
    /// Adjacent group.
    pub adrg: String,
    /// Group.
    pub drg: String,
    /// Name of the group.
    pub drg_name: Option<String>,
    /// Weight of the group, where the workspace has weights.
    pub weight: Option<Decimal>,
}

/// Checks and groups a page as the workspace imports, in the scheme of `scheme` or that of the workspace. Nothing is
/// read but what was compiled before, so that it answers while somebody types.
///
/// # Errors
/// The content that the workspace names is not there or has mistakes.
pub fn judge(
    workspace: &Workspace,
    content: &Compiled,
    scheme: Option<&str>,
    page: &FrontPage,
    layout: Layout,
) -> Result<Judged, RecordsError> {
    let config = workspace.config();
    let scheme = content.scheme(scheme.unwrap_or(&config.scheme))?;
    let table = match &config.weights {
        Some(name) => Some(content.weights(name, &scheme.info.id)?),
        None => None,
    };
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let weights = table.as_ref().map(|table| ImportWeights {
        id: &table.provenance.id,
        content_hash: &table.provenance.content_hash,
        weight: &weight,
    });
    let grouping = scheme.scheme.group(&stay_of(page, config.translate));
    let mut judged = Judged {
        score: None,
        grade: String::new(),
        findings: Vec::new(),
        scheme: scheme.info.id.clone(),
        status: grouping.status,
        mdc: grouping.mdc.to_owned(),
        adrg: grouping.adrg.to_owned(),
        drg: grouping.drg.to_owned(),
        drg_name: scheme.scheme.name(grouping.drg).map(str::to_owned),
        weight: weight(grouping.drg).filter(|_| grouping.is_grouped()),
    };
    let id = config.checks.as_deref().unwrap_or(NATIONAL);
    if id.is_empty() {
        return Ok(judged);
    }
    let checks = content.checks(id)?;
    let options = CheckOptions {
        checks: &checks,
        scheme: &scheme,
        weights,
        translate: config.translate,
        language: Language::Zh,
    };
    let checked = RecordChecker::new(&options, layout.id()).check(page)?;
    let set = checks.set();
    judged.score = checked.score;
    judged.grade = checked.grade;
    let findings = checked.findings.into_iter().map(|finding| {
        let (mended_drg, weight_difference) = match finding.price {
            Some(price) => (Some(price.drg), price.weight_difference),
            None => (None, None),
        };
        JudgedFinding {
            check: set.checks[finding.check].clone(),
            places: finding.places,
            message: finding.message,
            mended_drg,
            weight_difference,
        }
    });
    let in_force = findings.filter(|one| one.check.stage != biaochi_checks::Stage::Trial);
    judged.findings = in_force.collect();
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use biaochi_records::Diagnosis;

    use super::*;
    use crate::{Config, Content};

    fn new(field: &str, index: usize, value: &str) -> NewValue {
        NewValue {
            field: field.to_owned(),
            index,
            value: value.to_owned(),
        }
    }

    #[test]
    fn a_new_value_changes_the_group_and_a_wrong_one_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        let content = Compiled::new(Content::load(&[]).expect("the program's packs"));
        let page = FrontPage {
            sex: "1".into(),
            age_years: Some(60),
            diagnoses: vec![Diagnosis::from("I10.x00x002")],
            ..FrontPage::default()
        };
        let before = judge(&workspace, &content, None, &page, Layout::Hqms811).expect("judged");
        assert!(before.score.is_some() && !before.findings.is_empty());
        let values = [
            new("diagnoses.code", 0, "K35.902"),
            new("sex", 0, "7"),
            new("medical_record_number", 0, "x"),
        ];
        let (page, mistakes) = changed(&content, &page, Layout::Hqms811, &values);
        let fields: Vec<&str> = mistakes.iter().map(|one| one.field.as_str()).collect();
        assert!(fields.contains(&"sex") && fields.contains(&"medical_record_number"));
        if !fields.contains(&"diagnoses.code") {
            let after = judge(&workspace, &content, None, &page, Layout::Hqms811).expect("judged");
            assert_ne!(after.adrg, before.adrg);
        }
    }
}
