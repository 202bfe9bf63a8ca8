//! The stay: times, procedures, intensive care, leaving.

use biaochi_records::{Layout, Procedure, days_since_epoch};

use super::{Case, Rule, hours, is_surgery};

pub(crate) const RULES: &[Rule] = &[
    // Same-day surgery takes five hours, everything else longer.
    ("admission_before_discharge", |case| case.hours() < 4.9),
    ("length_of_stay", |case| {
        let day =
            |time: Option<jiff::civil::DateTime>| days_since_epoch(time.expect("a time").date());
        let days = day(case.page.discharge_time) - day(case.page.admission_time);
        case.days != days.max(1)
    }),
    ("very_long_stay", |case| case.days > 60),
    ("quality_date", |case| {
        let discharge = case.page.discharge_time.expect("a discharge").date();
        case.page.quality_date.is_none_or(|date| date < discharge)
    }),
    ("confirmed_within_stay", |case| {
        let page = case.page;
        let (admission, discharge) = (page.admission_time, page.discharge_time);
        page.diagnosis_confirmed_date.is_none_or(|date| {
            Some(date) < admission.map(|time| time.date())
                || Some(date) > discharge.map(|time| time.date())
        })
    }),
    ("nursing_days", |case| {
        let page = case.page;
        let parts = [
            page.special_care_days,
            page.level1_care_days,
            page.level2_care_days,
            page.level3_care_days,
        ];
        parts.into_iter().flatten().sum::<i32>() != case.days
            || parts.into_iter().flatten().any(|days| days < 0)
    }),
    ("intensive_care", |case| {
        case.page.icu_stays.iter().any(|stay| {
            stay.entry_time < case.page.admission_time
                || stay.exit_time > case.page.discharge_time
                || hours(stay.entry_time, stay.exit_time) < 1.0
        })
    }),
    ("intensive_care_once", |case| case.page.icu_stays.len() > 1),
    ("ventilator_within_stay", |case| {
        case.page
            .ventilator_hours
            .is_some_and(|ventilated| ventilated < 1 || f64::from(ventilated) > case.hours())
    }),
    ("ventilator_and_code", |case| {
        let hours = case.page.ventilator_hours;
        case.done(&["96.72"]) && hours.is_none_or(|hours| hours < 96)
            || case.done(&["96.71"]) && hours.is_none_or(|hours| hours >= 96)
            || hours.is_some() && !case.done(&["96.7"])
    }),
    ("coma_given", |case| {
        let page = case.page;
        [
            page.coma_before_admission_days,
            page.coma_before_admission_hours,
            page.coma_before_admission_minutes,
            page.coma_after_admission_days,
            page.coma_after_admission_hours,
            page.coma_after_admission_minutes,
        ]
        .contains(&None)
    }),
    ("coma_ranges", |case| {
        let page = case.page;
        let out = |value: Option<i32>, most: i32| !(0..most).contains(&value.unwrap_or(-1));
        out(page.coma_before_admission_hours, 24)
            || out(page.coma_after_admission_hours, 24)
            || out(page.coma_before_admission_minutes, 60)
            || out(page.coma_after_admission_minutes, 60)
    }),
    ("coma_within_stay", |case| {
        let of = |part: Option<i32>| f64::from(part.unwrap_or(0));
        let page = case.page;
        of(page.coma_after_admission_days) * 24.0 + of(page.coma_after_admission_hours)
            > case.hours()
    }),
    ("procedure_within_stay", |case| {
        procedures(case).any(|procedure| {
            procedure.start_time.is_none()
                || procedure.start_time < case.page.admission_time
                || procedure.start_time > case.page.discharge_time
        })
    }),
    ("procedure_named", |case| {
        procedures(case).any(|procedure| procedure.code.is_empty() || procedure.name.is_empty())
    }),
    ("procedure_once", |case| {
        (1..case.procedures.len()).any(|at| case.procedures[..at].contains(&case.procedures[at]))
    }),
    ("surgeon", |case| {
        procedures(case).any(|procedure| procedure.surgeon.chars().count() < 2)
    }),
    ("surgery_complete", |case| {
        case.page.procedures.first().is_some_and(|procedure| {
            is_surgery(&procedure.code)
                && (procedure.surgery_level.is_empty()
                    || procedure.first_assistant.is_empty()
                    || procedure.anesthesia_method.is_empty()
                    || procedure.incision_class.is_empty()
                    || procedure.joint_incision().is_empty())
        })
    }),
    ("anesthetist", |case| {
        procedures(case).any(|procedure| {
            procedure.anesthesia_method.is_empty() != procedure.anesthetist.is_empty()
        })
    }),
    ("team_of_different_people", |case| {
        procedures(case).any(|procedure| {
            let team = [
                &procedure.surgeon,
                &procedure.first_assistant,
                &procedure.second_assistant,
                &procedure.anesthetist,
            ];
            (1..4).any(|at| !team[at].is_empty() && team[..at].contains(&team[at]))
        })
    }),
    ("healing_only_of_incisions", |case| {
        procedures(case)
            .any(|procedure| !is_surgery(&procedure.code) && !procedure.incision_healing.is_empty())
    }),
    ("suppurated_clean_wound", |case| {
        procedures(case).any(|procedure| procedure.joint_incision() == "3")
    }),
    ("surgery_first", |case| {
        let surgery = |code: &&str| is_surgery(code);
        case.procedures.first().is_some_and(|first| !surgery(first))
            && case.procedures.iter().any(surgery)
    }),
    ("day_surgery", |case| {
        case.page.day_surgery == Some(true)
            && (case.hours() > 48.0 || !case.procedures.iter().any(|code| is_surgery(code)))
    }),
    ("receiving_institution", |case| {
        let sent = matches!(case.page.discharge_disposition.as_str(), "2" | "3");
        sent == case.page.receiving_institution.is_empty()
    }),
    ("readmission_purpose", |case| {
        case.page.planned_readmission_31d != Some(!case.page.readmission_purpose.is_empty())
    }),
    ("autopsy", |case| {
        case.page.autopsy.is_some() != (case.page.discharge_disposition == "5")
    }),
    ("death_as_outcome", |case| {
        let died = case.page.diagnoses[0].outcome == "4";
        died != (case.page.discharge_disposition == "5")
    }),
    ("death_of_no_disease", |case| {
        case.page.discharge_disposition == "5"
            && case.codes.iter().all(|code| code.starts_with(['R', 'Z']))
    }),
    ("record_quality", |case| case.page.record_quality != "1"),
    ("tcm_diagnoses", |case| {
        let page = case.page;
        case.layout == Layout::Tcm2019
            && (page.tcm_disease_code.is_empty()
                || page.tcm_disease_name.is_empty()
                || page.tcm_patterns.is_empty()
                || page.outpatient_tcm_diagnosis_code.is_empty())
    }),
];

fn procedures<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Procedure> {
    case.page.procedures.iter()
}
