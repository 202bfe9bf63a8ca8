//! From a front page to what the grouper looks at.

use biaochi_grouper::Stay;
use biaochi_records::{Diagnosis, FrontPage, Procedure};

/// The grouper's view of a front page: ages, weight and hours as given, else derived from dates.
///
/// `translate` says whether codes are in the clinical edition and are translated first; a record
/// that carries its own answer (the case layout's `trans` column) overrides it.
pub fn stay_of(page: &FrontPage, translate: bool) -> Stay<'_, Diagnosis, Procedure> {
    Stay {
        sex: sex(&page.sex),
        age: page.age_in_years(),
        age_days: page.age_in_days(),
        weight: page.newborn_weight(),
        length_of_stay: page.stay_days(),
        icu_hours: page.total_icu_hours(),
        ventilator_hours: page.ventilator_hours,
        department: &page.discharge_department,
        disposition: &page.discharge_disposition,
        translate: page.translate_codes.unwrap_or(translate),
        ..Stay::new(&page.diagnoses, &page.procedures)
    }
}

/// The code as a number; a text that is not one is an invalid sex, not a missing one.
fn sex(code: &str) -> Option<u8> {
    match code {
        "" => None,
        code => Some(code.parse().unwrap_or(u8::MAX)),
    }
}
