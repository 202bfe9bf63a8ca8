//! What follows from a record's fields.

use compact_str::CompactString;
use jiff::civil::DateTime;

use crate::{
    BirthWeight, Diagnosis, FrontPage, Pathology, Procedure, days_since_epoch, joint_incision_code,
};

/// What tells one stay from every other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// Organisation code.
    pub organisation_code: CompactString,
    /// Medical record number.
    pub medical_record_number: CompactString,
    /// Admission count.
    pub admission_count: i32,
    /// Discharge time.
    pub discharge_time: DateTime,
}

impl FrontPage {
    /// The record's key, `None` while a part of it is missing.
    pub fn key(&self) -> Option<RecordKey> {
        if self.organisation_code.is_empty() || self.medical_record_number.is_empty() {
            return None;
        }
        Some(RecordKey {
            organisation_code: self.organisation_code.clone(),
            medical_record_number: self.medical_record_number.clone(),
            admission_count: self.admission_count?,
            discharge_time: self.discharge_time?,
        })
    }

    /// Code of the principal diagnosis, empty when missing.
    pub fn principal_diagnosis(&self) -> &str {
        self.diagnoses
            .first()
            .map_or("", |diagnosis| &diagnosis.code)
    }

    /// Takes empty elements out of repeating groups. The principal diagnosis keeps its place.
    pub fn close_gaps(&mut self) {
        if self.diagnoses.iter().skip(1).any(Diagnosis::is_empty) {
            let mut position = 0;
            self.diagnoses.retain(|diagnosis| {
                position += 1;
                position == 1 || !diagnosis.is_empty()
            });
        }
        self.procedures.retain(|procedure| !procedure.is_empty());
        self.pathologies.retain(|pathology| !pathology.is_empty());
        self.tcm_patterns.retain(|pattern| !pattern.is_empty());
        self.icu_stays.retain(|stay| !stay.is_empty());
        self.birth_weights.retain(|weight| !weight.is_empty());
    }

    /// Age on admission in days: as given, else from the dates, else from N041's months.
    pub fn age_in_days(&self) -> Option<i32> {
        if self.age_days.is_some() {
            return self.age_days;
        }
        if let (Some(birth), Some(admission)) = (self.birth_date, self.admission_time) {
            let days = days_since_epoch(admission.date()) - days_since_epoch(birth);
            if days >= 0 {
                return Some(days);
            }
        }
        // 365.25 days in 12 months.
        let months = self.age_months?;
        let days = months.hundredths().checked_mul(36_525)? / 120_000;
        i32::try_from(days).ok()
    }

    /// Age on admission in completed years: as given, else from the dates.
    pub fn age_in_years(&self) -> Option<i32> {
        if self.age_years.is_some() {
            return self.age_years;
        }
        let (birth, admission) = (self.birth_date?, self.admission_time?.date());
        let birthday_to_come = (admission.month(), admission.day()) < (birth.month(), birth.day());
        let years = i32::from(admission.year() - birth.year()) - i32::from(birthday_to_come);
        (years >= 0).then_some(years)
    }

    /// Length of stay in days: as given, else from the times; a stay within one day counts as one.
    pub fn stay_days(&self) -> Option<i32> {
        if self.length_of_stay.is_some() {
            return self.length_of_stay;
        }
        let (admission, discharge) = (self.admission_time?, self.discharge_time?);
        let days = days_since_epoch(discharge.date()) - days_since_epoch(admission.date());
        (days >= 0).then_some(days.max(1))
    }

    /// Weight on admission in grams, else the first child's birth weight.
    pub fn newborn_weight(&self) -> Option<i32> {
        self.newborn_admission_weight
            .or_else(|| self.birth_weights.first().and_then(|weight| weight.grams))
    }

    /// Hours in intensive care: as given, else summed over the stays that have both times,
    /// each begun hour counting; `None` when nothing is known.
    pub fn total_icu_hours(&self) -> Option<i32> {
        if self.icu_hours.is_some() {
            return self.icu_hours;
        }
        let mut minutes = None;
        for stay in &self.icu_stays {
            if let (Some(entry), Some(exit)) = (stay.entry_time, stay.exit_time) {
                let stayed = (crate::micros_since_epoch(exit) - crate::micros_since_epoch(entry))
                    / 60_000_000;
                minutes = Some(minutes.unwrap_or(0) + stayed.max(0));
            }
        }
        minutes.and_then(|minutes| i32::try_from((minutes + 59) / 60).ok())
    }
}

impl Procedure {
    /// Incision class and healing as the joint code RC014, empty when it cannot say it.
    pub fn joint_incision(&self) -> &'static str {
        joint_incision_code(&self.incision_class, &self.incision_healing).unwrap_or("")
    }
}

impl AsRef<str> for Diagnosis {
    fn as_ref(&self) -> &str {
        &self.code
    }
}

impl AsRef<str> for Procedure {
    fn as_ref(&self) -> &str {
        &self.code
    }
}

impl AsRef<str> for Pathology {
    fn as_ref(&self) -> &str {
        &self.code
    }
}

impl From<&str> for Diagnosis {
    /// A diagnosis that has only a code.
    fn from(code: &str) -> Self {
        Self {
            code: code.into(),
            ..Self::default()
        }
    }
}

impl From<&str> for Procedure {
    /// A procedure that has only a code.
    fn from(code: &str) -> Self {
        Self {
            code: code.into(),
            ..Self::default()
        }
    }
}

impl From<i32> for BirthWeight {
    fn from(grams: i32) -> Self {
        Self { grams: Some(grams) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::{Decimal2, IcuStay};

    #[test]
    fn gaps_close_and_the_principal_diagnosis_keeps_its_place() {
        let mut page = FrontPage {
            diagnoses: ["", "", "I10", ""].map(Diagnosis::from).to_vec(),
            procedures: ["", "51.2300"].map(Procedure::from).to_vec(),
            birth_weights: vec![BirthWeight::default()],
            ..Default::default()
        };
        page.close_gaps();
        let codes: Vec<&str> = page.diagnoses.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["", "I10"]);
        assert_eq!(page.procedures[0].code, "51.2300");
        assert_eq!((page.procedures.len(), page.birth_weights.len()), (1, 0));
    }

    #[test]
    fn age_in_days_prefers_what_is_given() {
        let mut page = FrontPage::default();
        assert_eq!(page.age_in_days(), None);
        page.age_months = Some(Decimal2::from_whole(2));
        assert_eq!(page.age_in_days(), Some(60));
        page.birth_date = Some(date(2024, 2, 1));
        page.admission_time = Some(datetime(2024, 3, 5, 8, 0, 0, 0));
        assert_eq!(page.age_in_days(), Some(33));
        page.age_days = Some(32);
        assert_eq!(page.age_in_days(), Some(32));
    }

    #[test]
    fn an_age_beyond_all_measure_gives_no_days() {
        for hundredths in [i64::MAX, 9_999_999_999_999_900, i64::from(i32::MAX) * 100] {
            let page = FrontPage {
                age_months: Some(Decimal2::from_hundredths(hundredths)),
                ..Default::default()
            };
            assert_eq!(page.age_in_days(), None);
        }
    }

    #[test]
    fn years_are_completed_years() {
        let mut page = FrontPage {
            birth_date: Some(date(1960, 3, 6)),
            admission_time: Some(datetime(2024, 3, 5, 8, 0, 0, 0)),
            ..Default::default()
        };
        assert_eq!(page.age_in_years(), Some(63));
        page.admission_time = Some(datetime(2024, 3, 6, 0, 0, 0, 0));
        assert_eq!(page.age_in_years(), Some(64));
    }

    #[test]
    fn a_stay_within_a_day_counts_as_one() {
        let mut page = FrontPage {
            admission_time: Some(datetime(2024, 6, 12, 8, 0, 0, 0)),
            discharge_time: Some(datetime(2024, 6, 12, 18, 0, 0, 0)),
            ..Default::default()
        };
        assert_eq!(page.stay_days(), Some(1));
        page.discharge_time = Some(datetime(2024, 6, 15, 7, 0, 0, 0));
        assert_eq!(page.stay_days(), Some(3));
    }

    #[test]
    fn hours_in_intensive_care_add_up() {
        let stay = |hours: i8, minutes: i8| IcuStay {
            entry_time: Some(datetime(2024, 3, 5, 8, 0, 0, 0)),
            exit_time: Some(datetime(2024, 3, 5, 8 + hours, minutes, 0, 0)),
            ..Default::default()
        };
        let page = FrontPage {
            icu_stays: vec![stay(3, 20), stay(1, 0)],
            ..Default::default()
        };
        assert_eq!(page.total_icu_hours(), Some(5));
        assert_eq!(FrontPage::default().total_icu_hours(), None);
    }

    #[test]
    fn the_key_needs_all_four_parts() {
        let mut page = FrontPage {
            organisation_code: "4501".into(),
            medical_record_number: "0012".into(),
            admission_count: Some(1),
            ..Default::default()
        };
        assert_eq!(page.key(), None);
        page.discharge_time = Some(datetime(2024, 3, 5, 8, 0, 0, 0));
        assert_eq!(
            page.key().map(|key| key.medical_record_number),
            Some("0012".into())
        );
    }
}
