//! A front page as its paper form: sections, fields in the order of the form, tables of diagnoses and procedures.

use biaochi_records::{
    DataType, FIELDS, Field, FieldInfo, Form, FrontPage, Group, Layout, Need, Sensitivity,
};
use biaochi_store::Correction;

use super::codes::name_of;
use crate::Content;
use crate::correct::{MARK, Place, UNREADABLE, shown, text_of};

/// A section of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSection {
    /// Id, such as `patient`.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Fields in order.
    pub fields: Vec<FormField>,
    /// Tables below them.
    pub tables: Vec<FormTable>,
}

/// A table of elements that repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTable {
    /// Id of the group, such as `diagnoses`.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Elements, each with the fields of a row.
    pub rows: Vec<Vec<FormField>>,
    /// An empty row, as another element would be.
    pub blank: Vec<FormField>,
    /// Elements that the layout has columns for.
    pub most: usize,
}

/// A field with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Id of the field.
    pub field: &'static str,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// Chinese name.
    pub name: &'static str,
    /// The value as text; `None` when nothing is filled in or it is hidden.
    pub value: Option<String>,
    /// What the code means.
    pub meaning: Option<String>,
    /// A value stands there and is hidden: it identifies the person.
    pub hidden: bool,
    /// The value of the file could not be read.
    pub unreadable: bool,
    /// Marked as not applicable.
    pub marked: bool,
    /// What stood there as delivered, where people changed it.
    pub delivered: Option<String>,
    /// Type: `text`, `code`, `codes`, `integer`, `decimal`, `flag`, `date` or `time`.
    pub kind: &'static str,
    /// Unit; empty when it has none.
    pub unit: &'static str,
    /// Value set of the layout; empty when it names none.
    pub value_set: &'static str,
    /// Largest number of characters, 0 when not limited.
    pub length: u16,
    /// The layout demands a value.
    pub required: bool,
    /// Can be corrected here.
    pub editable: bool,
}

/// Fields that make up the key of a record: they are mended where the record comes from.
const KEY: [Field; 4] = [
    Field::OrganisationCode,
    Field::MedicalRecordNumber,
    Field::AdmissionCount,
    Field::DischargeTime,
];

/// Sections of the form: id, heading, fields of the record itself in order, groups that follow as tables.
const SECTIONS: [(&str, &str, &[&str], &[Group]); 7] = [
    (
        "patient",
        "基本信息",
        &[
            "organisation_name",
            "organisation_code",
            "medical_record_number",
            "admission_count",
            "payment_method",
            "health_card_number",
            "patient_name",
            "sex",
            "birth_date",
            "age_years",
            "age_days",
            "age_months",
            "nationality",
            "newborn_admission_weight",
            "birth_place",
            "native_place",
            "ethnic_group",
            "marital_status",
            "id_type",
            "id_number",
            "occupation",
            "current_address",
            "current_phone",
            "current_postcode",
            "registered_address",
            "registered_postcode",
            "employer",
            "employer_phone",
            "employer_postcode",
            "contact_name",
            "contact_relationship",
            "contact_address",
            "contact_phone",
        ],
        &[Group::BirthWeights],
    ),
    (
        "stay",
        "住院信息",
        &[
            "admission_source",
            "treatment_category",
            "admission_time",
            "admission_department",
            "admission_ward",
            "transfer_departments",
            "discharge_time",
            "discharge_department",
            "discharge_ward",
            "length_of_stay",
            "day_surgery",
            "admission_condition",
            "clinical_pathway",
            "discharge_disposition",
            "receiving_institution",
            "planned_readmission_31d",
            "readmission_purpose",
        ],
        &[],
    ),
    (
        "diagnoses",
        "诊断",
        &[
            "outpatient_diagnosis_code",
            "outpatient_diagnosis_name",
            "admission_diagnosis_code",
            "admission_diagnosis_name",
            "diagnosis_confirmed_date",
            "outpatient_tcm_diagnosis_code",
            "outpatient_tcm_diagnosis_name",
            "tcm_disease_code",
            "tcm_disease_name",
            "tcm_disease_present_on_admission",
            "external_cause_code",
            "external_cause_name",
            "drug_allergy",
            "allergens",
            "hbsag",
            "hcv_antibody",
            "hiv_antibody",
            "blood_group",
            "rh_group",
            "autopsy",
        ],
        &[Group::Diagnoses, Group::TcmPatterns, Group::Pathologies],
    ),
    ("procedures", "手术操作", &[], &[Group::Procedures]),
    (
        "care",
        "诊疗与护理",
        &[
            "coma_before_admission_days",
            "coma_before_admission_hours",
            "coma_before_admission_minutes",
            "coma_after_admission_days",
            "coma_after_admission_hours",
            "coma_after_admission_minutes",
            "ventilator_hours",
            "icu_hours",
            "special_care_days",
            "level1_care_days",
            "level2_care_days",
            "level3_care_days",
            "red_cells",
            "platelets",
            "plasma",
            "whole_blood",
            "autologous_blood",
            "transfusion_reaction",
            "tcm_preparation_used",
            "tcm_equipment_used",
            "tcm_technique_used",
            "tcm_pattern_nursing",
        ],
        &[Group::IcuStays],
    ),
    (
        "staff",
        "医师与质控",
        &[
            "department_head",
            "department_head_code",
            "chief_physician",
            "chief_physician_code",
            "attending_physician",
            "attending_physician_code",
            "resident",
            "resident_code",
            "responsible_nurse",
            "responsible_nurse_code",
            "visiting_physician",
            "intern",
            "coder",
            "record_quality",
            "quality_physician",
            "quality_nurse",
            "quality_date",
        ],
        &[],
    ),
    ("charges", "费用（元）", &[], &[]),
];

/// Fields that no paper form has.
const LEFT_OUT: [&str; 2] = ["login_name", "translate_codes"];

/// The form of a page. Without `identified`, direct identifiers are hidden; the medical record number stays, by which
/// the hospital finds the chart. `corrections` are those of the record, oldest first.
pub fn form(
    content: &Content,
    page: &FrontPage,
    layout: Layout,
    corrections: &[Correction],
    identified: bool,
) -> Vec<FormSection> {
    let writer = Writer {
        content,
        page,
        layout,
        corrections,
        identified,
    };
    let sections = SECTIONS.into_iter().map(|(id, title, fields, groups)| {
        let fields = fields.iter().filter_map(|id| Field::from_id(id));
        let mut fields: Vec<FormField> =
            fields.filter_map(|field| writer.field(field, 0)).collect();
        if id == "charges" {
            let charges = FIELDS.iter().filter(|info| info.group == Group::Charges);
            fields.extend(charges.filter_map(|info| writer.field(info.field, 0)));
        }
        let tables = groups.iter().filter_map(|group| writer.table(*group));
        FormSection {
            id,
            title,
            fields,
            tables: tables.collect(),
        }
    });
    let filled = |section: &FormSection| !section.fields.is_empty() || !section.tables.is_empty();
    sections.filter(filled).collect()
}

struct Writer<'a> {
    content: &'a Content,
    page: &'a FrontPage,
    layout: Layout,
    corrections: &'a [Correction],
    identified: bool,
}

impl Writer<'_> {
    /// A field that the layout has a column for, or that holds a value all the same.
    fn field(&self, field: Field, index: usize) -> Option<FormField> {
        let info = field.info();
        let text = text_of(self.page, Place { field, index });
        if LEFT_OUT.contains(&info.id) || (text.is_none() && self.columns(info) == 0) {
            return None;
        }
        Some(self.filled(info, index, text))
    }

    fn filled(&self, info: &'static FieldInfo, index: usize, text: Option<String>) -> FormField {
        let hidden = !self.identified
            && info.sensitivity == Sensitivity::Direct
            && info.field != Field::MedicalRecordNumber;
        let unreadable = text.as_deref() == Some(UNREADABLE);
        let marked = info.group == Group::Record && text.as_deref() == Some(MARK);
        let set = info.value_set(self.layout).unwrap_or_default();
        let known = !unreadable && !marked;
        let meaning = text
            .as_deref()
            .filter(|_| known && !hidden && !set.is_empty());
        let meaning = meaning.and_then(|text| self.meaning(info, set, text));
        FormField {
            field: info.id,
            index,
            name: info.name_zh,
            hidden: hidden && text.is_some(),
            value: text.filter(|_| known && !hidden),
            meaning,
            unreadable,
            marked,
            delivered: self.delivered(info, index),
            kind: kind(info.data_type),
            unit: unit_beside(info),
            value_set: set,
            length: info.length,
            required: matches!(
                info.needs[self.layout as usize],
                Some(Need::Required | Need::Essential)
            ),
            editable: !KEY.contains(&info.field) && index < self.columns(info),
        }
    }

    /// What codes mean; of several, all.
    fn meaning(&self, info: &FieldInfo, set: &str, text: &str) -> Option<String> {
        if !matches!(info.data_type, DataType::Code | DataType::Codes) {
            return None;
        }
        let names = text.split('|').map(|code| name_of(self.content, set, code));
        let names: Vec<String> = names.collect::<Option<_>>()?;
        Some(names.join("、"))
    }

    /// What stood in a place before the first correction of it.
    fn delivered(&self, info: &FieldInfo, index: usize) -> Option<String> {
        let mut changes = self.corrections.iter().flat_map(|one| &one.changes);
        let first =
            changes.find(|change| change.field == info.id && change.index as usize == index)?;
        let text = shown(first.before.as_ref());
        Some(if text.is_empty() {
            "（空）".to_owned()
        } else {
            text
        })
    }

    /// Columns of the layout for a field: as many elements of it can be corrected.
    fn columns(&self, info: &FieldInfo) -> usize {
        let columns = self.layout.columns().iter();
        // The joint incision code holds two fields.
        let own = columns.filter(|column| {
            column.field == info.field
                || (column.form == Form::Incision && info.field == Field::ProcedureIncisionHealing)
        });
        let last = own.map(|column| usize::from(column.index)).max();
        last.map_or(0, |last| last + 1)
    }

    fn table(&self, group: Group) -> Option<FormTable> {
        let members: Vec<&'static FieldInfo> = FIELDS
            .iter()
            .filter(|info| info.group == group)
            .filter(|info| self.columns(info) > 0 || self.holds(info))
            .collect();
        let most = members.iter().map(|info| self.columns(info)).max()?;
        let count = self.page.count(group);
        let row = |index: usize| -> Vec<FormField> {
            let cells = members.iter().map(|info| {
                let field = info.field;
                self.filled(info, index, text_of(self.page, Place { field, index }))
            });
            cells.collect()
        };
        Some(FormTable {
            id: group.id(),
            title: group.name_zh(),
            rows: (0..count).map(row).collect(),
            blank: row(count),
            most,
        })
    }

    fn holds(&self, info: &FieldInfo) -> bool {
        let field = info.field;
        (0..self.page.count(info.group))
            .any(|index| text_of(self.page, Place { field, index }).is_some())
    }
}

fn kind(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Text => "text",
        DataType::Code => "code",
        DataType::Codes => "codes",
        DataType::Integer => "integer",
        DataType::Decimal { .. } => "decimal",
        DataType::Flag => "flag",
        DataType::Date => "date",
        DataType::Time => "time",
    }
}

/// The unit to be written beside the name: many names of the form have it already, as 年龄（岁） and 一级护理天数 do.
fn unit_beside(info: &FieldInfo) -> &'static str {
    let (name, unit) = (info.name_zh, info.unit);
    let is_named = name.ends_with(&format!("（{unit}）")) || name.ends_with(&format!("{unit}数"));
    if is_named { "" } else { unit }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use biaochi_records::Diagnosis;

    use super::*;

    #[test]
    fn every_field_has_its_place_on_the_form() {
        let mut placed: BTreeSet<&str> = LEFT_OUT.into();
        for (_, _, fields, _) in SECTIONS {
            for id in fields {
                assert!(Field::from_id(id).is_some(), "{id}");
                assert!(placed.insert(*id), "{id} twice");
            }
        }
        let record = FIELDS.iter().filter(|info| info.group == Group::Record);
        let lost: Vec<&str> = record
            .map(|info| info.id)
            .filter(|id| !placed.contains(id))
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn no_unit_is_written_twice() {
        let beside = |id: &str| {
            let field = Field::from_id(id).expect(id);
            unit_beside(field.info())
        };
        assert_eq!(beside("age_years"), "");
        assert_eq!(beside("newborn_admission_weight"), "");
        assert_eq!(beside("level1_care_days"), "");
        assert_eq!(beside("procedures.duration_hours"), "小时");
        assert_eq!(beside("charges.total_charges"), "元");
        for info in FIELDS.iter().filter(|info| !info.unit.is_empty()) {
            let bracketed = format!("（{}）", info.unit);
            let twice = info.name_zh.contains(&bracketed) && !unit_beside(info).is_empty();
            assert!(!twice, "{} {}", info.name_zh, info.unit);
        }
    }

    #[test]
    fn identifiers_are_hidden_and_codes_have_names() {
        let content = Content::load(&[]).expect("the program's packs");
        let page = FrontPage {
            patient_name: "某某".into(),
            medical_record_number: "X1".into(),
            sex: "1".into(),
            diagnoses: vec![Diagnosis::from("I10.x00x002")],
            ..FrontPage::default()
        };
        let sections = form(&content, &page, Layout::Hqms811, &[], false);
        let patient = &sections[0];
        let field = |id: &str| {
            patient
                .fields
                .iter()
                .find(|field| field.field == id)
                .expect(id)
        };
        assert!(field("patient_name").hidden && field("patient_name").value.is_none());
        assert_eq!(field("medical_record_number").value.as_deref(), Some("X1"));
        assert!(!field("medical_record_number").editable);
        assert!(field("sex").meaning.is_some());
        let diagnoses = sections
            .iter()
            .find(|one| one.id == "diagnoses")
            .expect("diagnoses");
        let table = &diagnoses.tables[0];
        assert_eq!((table.rows.len(), table.most), (1, 41));
        assert!(table.rows[0][0].meaning.is_some());
        assert_eq!(table.blank[0].index, 1);
        let open = form(&content, &page, Layout::Hqms811, &[], true);
        assert_eq!(
            open[0].fields.iter().filter(|field| field.hidden).count(),
            0
        );
    }
}
