//! The bill, and what of it must agree with the stay.

use biaochi_records::{Decimal2, Layout};

use super::{Rule, amount, is_surgery};
use crate::region::sum_of_classes;

pub(crate) const RULES: &[Rule] = &[
    ("total", |case| {
        amount(case.charges().total_charges) <= Decimal2::ZERO
    }),
    ("parts_of_total", |case| {
        case.charges().total_charges != Some(sum_of_classes(case.charges()))
    }),
    ("own_share", |case| {
        let charges = case.charges();
        let own = charges.out_of_pocket;
        own.is_none() || own < Some(Decimal2::ZERO) || own > charges.total_charges
    }),
    ("physical_therapy", |case| {
        let charges = case.charges();
        charges.physical_therapy > charges.non_surgical_treatment
    }),
    ("surgical_treatment", |case| {
        let charges = case.charges();
        amount(charges.anesthesia) + amount(charges.surgery) != amount(charges.surgical_treatment)
    }),
    ("antibacterials", |case| {
        case.charges().antibacterials > case.charges().western_medicine
    }),
    ("service_of_days", |case| {
        case.days > 1
            && (case.charges().general_service.is_none() || case.charges().nursing.is_none())
    }),
    ("disposables_of_days", |case| {
        let charges = case.charges();
        let sum = amount(charges.examination_disposables)
            + amount(charges.treatment_disposables)
            + amount(charges.surgery_disposables);
        case.days > 1 && sum <= Decimal2::ZERO
    }),
    ("not_everything_else", |case| {
        amount(case.charges().other) >= amount(case.charges().total_charges)
    }),
    ("anesthesia", |case| {
        let methods = case.page.procedures.iter();
        let done = methods
            .clone()
            .any(|procedure| !procedure.anesthesia_method.is_empty());
        done != case.charges().anesthesia.is_some()
    }),
    ("surgery", |case| {
        let surgery = case.procedures.iter().any(|code| is_surgery(code));
        surgery && case.charges().surgery.is_none()
            || case.charges().surgery.is_some()
                && case
                    .page
                    .procedures
                    .iter()
                    .all(|done| done.surgery_level.is_empty())
    }),
    ("blood_group", |case| {
        case.charges().blood.is_some()
            && (case.page.blood_group.as_str() > "4" || case.page.rh_group.as_str() > "2")
    }),
    ("transfusion", |case| {
        let page = case.page;
        let given = [
            page.red_cells,
            page.platelets,
            page.plasma,
            page.whole_blood,
        ];
        let told = ["1", "2"].contains(&page.transfusion_reaction.as_str())
            && given
                .into_iter()
                .flatten()
                .any(|amount| amount > Decimal2::ZERO);
        case.charges().blood.is_some() != told
    }),
    ("transfusion_coded", |case| {
        case.charges().blood.is_some() != case.done(&["99.0"])
    }),
    ("pathology_charge", |case| {
        case.page.pathologies.is_empty() == case.charges().pathology.is_some()
    }),
    ("preparation", |case| {
        case.layout == Layout::Tcm2019
            && (case.page.tcm_preparation_used == Some(true))
                != (amount(case.charges().institution_preparation) > Decimal2::ZERO)
    }),
    ("technique", |case| {
        case.page.tcm_technique_used == Some(true) && case.charges().tcm_therapy.is_none()
    }),
    ("chinese_medicine", |case| {
        let charges = case.charges();
        let treated =
            amount(charges.tcm_diagnosis) + amount(charges.tcm_therapy) + amount(charges.tcm_other);
        let drugs =
            amount(charges.chinese_patent_medicine) + amount(charges.chinese_herbal_medicine);
        case.layout == Layout::Tcm2019
            && case.days > 1
            && (treated <= Decimal2::ZERO || drugs <= Decimal2::ZERO)
    }),
    ("parts_of_therapy", |case| {
        let charges = case.charges();
        let parts = [
            charges.tcm_external,
            charges.tcm_orthopaedics,
            charges.acupuncture_moxibustion,
            charges.tuina,
            charges.tcm_proctology,
            charges.tcm_special_therapy,
        ];
        parts.into_iter().flatten().sum::<Decimal2>() > amount(charges.tcm_therapy)
    }),
    ("preparation_within_patent", |case| {
        let charges = case.charges();
        charges.institution_preparation > charges.chinese_patent_medicine
    }),
    ("treatment_category", |case| {
        case.layout == Layout::Tcm2019
            && !["1", "2"].contains(&case.page.treatment_category.as_str())
    }),
];
