//! What hospitals of Chinese medicine add to the front page.

use biaochi_records::{FrontPage, TcmPattern};

use crate::content::Content;
use crate::random::Random;

/// Fills in diagnoses and treatment of Chinese medicine. The bill must be written already.
pub(crate) fn fill(page: &mut FrontPage, content: &Content, random: &mut Random) {
    let principal = page.principal_diagnosis();
    let tcm = content.words.tcm(principal);
    page.login_name = "yzzyy01".into();
    page.treatment_category = if random.chance(720) { "2" } else { "1" }.into();
    page.outpatient_tcm_diagnosis_code = tcm.disease_code.into();
    page.outpatient_tcm_diagnosis_name = tcm.disease_name.into();
    page.clinical_pathway = if random.chance(340) { "1" } else { "3" }.into();
    page.tcm_preparation_used = Some(page.charges.institution_preparation.is_some());
    page.tcm_equipment_used = Some(random.chance(610));
    page.tcm_technique_used = Some(page.charges.tcm_therapy.is_some());
    page.tcm_pattern_nursing = Some(random.chance(930));
    page.tcm_disease_code = tcm.disease_code.into();
    page.tcm_disease_name = tcm.disease_name.into();
    page.tcm_disease_present_on_admission = "1".into();
    page.tcm_patterns.push(TcmPattern {
        code: tcm.pattern_code.into(),
        name: tcm.pattern_name.into(),
        present_on_admission: "1".into(),
    });
}
