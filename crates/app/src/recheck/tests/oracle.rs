//! The shipped checks across records once more, in plain Rust over pages.

use std::collections::BTreeMap;

use biaochi_records::{CompactString, FrontPage};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::bench::key;

struct Stay<'a> {
    page: &'a FrontPage,
    key: String,
    admitted: DateTime,
    discharged: DateTime,
}

/// Record and check of everything that has to be found, sorted.
pub(super) fn found(pages: &[FrontPage]) -> Vec<(String, String)> {
    let mut persons = BTreeMap::<CompactString, Vec<Stay<'_>>>::new();
    for page in pages.iter().filter(|page| !page.id_number.is_empty()) {
        let (Some(admitted), Some(discharged)) = (page.admission_time, page.discharge_time) else {
            panic!("complete pages are needed here");
        };
        persons
            .entry(page.id_number.clone())
            .or_default()
            .push(Stay {
                page,
                key: key(page),
                admitted,
                discharged,
            });
    }
    let mut found = Vec::new();
    for stays in persons.values() {
        let mut note =
            |stay: &Stay<'_>, check: &str| found.push((stay.key.clone(), check.to_owned()));
        identity(stays, &mut note);
        // A person here is number and birth date.
        let mut births = BTreeMap::<Option<Date>, Vec<&Stay<'_>>>::new();
        for stay in stays {
            births.entry(stay.page.birth_date).or_default().push(stay);
        }
        for stays in births.values() {
            deaths(stays, &mut note);
            elsewhere(stays, &mut note);
            let mut hospitals = BTreeMap::<&str, Vec<&Stay<'_>>>::new();
            for stay in stays {
                hospitals
                    .entry(&stay.page.organisation_code)
                    .or_default()
                    .push(stay);
            }
            for mut stays in hospitals.into_values() {
                stays.sort_by_key(|stay| (stay.admitted, stay.discharged, stay.key.clone()));
                copies_and_overlaps(&stays, &mut note);
                returns(&stays, &mut note);
                counts(stays, &mut note);
            }
        }
    }
    found.sort();
    found
}

type Note<'n> = &'n mut dyn FnMut(&Stay<'_>, &str);

fn identity(stays: &[Stay<'_>], note: Note<'_>) {
    let minority = |alike: usize, total: usize| alike < total && alike * 2 <= total;
    for stay in stays {
        let known: Vec<_> = stays
            .iter()
            .filter(|stay| ["1", "2"].contains(&&*stay.page.sex))
            .collect();
        let alike = known
            .iter()
            .filter(|other| other.page.sex == stay.page.sex)
            .count();
        if alike > 0 && minority(alike, known.len()) {
            note(stay, "AC007");
        }
        let known: Vec<_> = stays
            .iter()
            .filter(|stay| stay.page.birth_date.is_some())
            .collect();
        let alike = known
            .iter()
            .filter(|other| other.page.birth_date == stay.page.birth_date)
            .count();
        if alike > 0 && minority(alike, known.len()) {
            note(stay, "AC008");
        }
    }
}

fn deaths(stays: &[&Stay<'_>], note: Note<'_>) {
    for stay in stays
        .iter()
        .filter(|stay| stay.page.discharge_disposition == "5")
    {
        if stays.iter().any(|other| other.admitted > stay.discharged) {
            note(stay, "AC006");
        }
    }
}

fn elsewhere(stays: &[&Stay<'_>], note: Note<'_>) {
    let minute = |time: DateTime| time.strftime("%Y-%m-%d %H:%M").to_string();
    let mut stays = stays.to_vec();
    stays.sort_by_key(|stay| {
        (
            stay.admitted,
            stay.discharged,
            stay.page.organisation_code.clone(),
            stay.key.clone(),
        )
    });
    let mut longest: Option<(String, &str)> = None;
    for stay in stays {
        let own = &*stay.page.organisation_code;
        if let Some((until, hospital)) = &longest
            && *hospital != own
            && *until > minute(stay.admitted + 24.hours())
        {
            note(stay, "AC003");
        }
        longest = longest.max(Some((minute(stay.discharged), own)));
    }
}

fn copies_and_overlaps(stays: &[&Stay<'_>], note: Note<'_>) {
    let mut until: Option<DateTime> = None;
    let mut last = None;
    for stay in stays {
        let times = (stay.admitted, stay.discharged);
        if stays
            .iter()
            .filter(|other| (other.admitted, other.discharged) == times)
            .count()
            > 1
        {
            note(stay, "AC001");
        }
        // Copies stand together: only the first of them is a stay.
        if last.replace(times) == Some(times) {
            continue;
        }
        if until.is_some_and(|until| stay.admitted < until) {
            note(stay, "AC002");
        }
        until = until.max(Some(stay.discharged));
    }
}

fn returns(stays: &[&Stay<'_>], note: Note<'_>) {
    for pair in stays.windows(2) {
        let (first, next) = (pair[0], pair[1]);
        let category = |stay: &Stay<'_>| {
            stay.page.diagnoses[0]
                .code
                .chars()
                .take(3)
                .collect::<String>()
        };
        let planned = first.page.planned_readmission_31d == Some(true);
        if category(first) != category(next) || planned || first.page.discharge_disposition == "5" {
            continue;
        }
        let day_later = first.discharged + 24.hours();
        if next.admitted >= first.discharged && next.admitted <= day_later {
            note(next, "AC004");
        }
        if next.admitted > day_later && next.admitted.date() <= first.discharged.date() + 31.days()
        {
            note(first, "AC005");
        }
    }
}

fn counts(mut stays: Vec<&Stay<'_>>, note: Note<'_>) {
    stays.sort_by_key(|stay| (stay.admitted, stay.page.admission_count, stay.key.clone()));
    for pair in stays.windows(2) {
        let (first, next) = (pair[0], pair[1]);
        if next.admitted > first.admitted && next.page.admission_count <= first.page.admission_count
        {
            note(next, "AC009");
        }
    }
}
