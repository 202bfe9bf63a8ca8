//! The score of a page: 100 minus what its findings cost, capped as the standard caps it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::{Check, CheckSet, Section};

/// A finding as the score sees it.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The check.
    pub check: &'a Check,
    /// Places at fault, at least one.
    pub places: u32,
}

/// Points lost, by section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deductions {
    by_section: [Decimal; Section::ALL.len()],
}

impl Deductions {
    /// Points lost in a section.
    pub fn of(&self, section: Section) -> Decimal {
        self.by_section[section as usize]
    }

    /// Points lost in all.
    pub fn total(&self) -> Decimal {
        self.by_section.iter().sum()
    }
}

/// Score and grade of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score<'a> {
    /// 100 minus the deductions, never below zero.
    pub score: Decimal,
    /// Points lost.
    pub deductions: Deductions,
    /// Name of the grade; empty when the set has none for the score.
    pub grade: &'a str,
    /// Place of the grade among those of the set, 1 being the best; `None` without a grade.
    pub grade_rank: Option<usize>,
}

/// Scores the findings of one page.
///
/// A check costs its points once for each place, up to its cap. Checks of a group together cost no
/// more than the group's cap; the first findings cost theirs in full, those beyond the cap nothing.
/// Findings that are suspected or on trial cost nothing.
/// Source: 住院病案首页数据质量评分标准 (2016), where the whole page has 100 points.
pub fn score<'a>(set: &'a CheckSet, findings: &[Counted<'_>]) -> Score<'a> {
    let mut deductions = Deductions::default();
    let mut groups: BTreeMap<&str, Decimal> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.check.is_scored()) {
        let check = finding.check;
        let mut points = check.deduct * Decimal::from(finding.places);
        if let Some(cap) = check.cap {
            points = points.min(cap);
        }
        if let Some(id) = &check.group
            && let Some(group) = set.groups.iter().find(|group| group.id == *id)
        {
            let lost = groups.entry(&group.id).or_default();
            points = points.min(group.cap - *lost);
            *lost += points;
        }
        deductions.by_section[check.section as usize] += points;
    }
    let score = (Decimal::ONE_HUNDRED - deductions.total()).max(Decimal::ZERO);
    let place = set.grades.iter().position(|grade| score >= grade.at_least);
    Score {
        score,
        deductions,
        grade: place.map_or("", |place| set.grades[place].id.as_str()),
        grade_rank: place.map(|place| place + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Basis, Class, Grade, Group, Message, Severity, Stage, Standard, Test};

    fn check(deduct: &str, cap: Option<&str>, group: Option<&str>) -> Check {
        let number = |text: &str| text.parse().expect("a number");
        Check {
            id: "X".to_owned(),
            title: String::new(),
            class: Class::Logic,
            severity: Severity::Error,
            stage: Stage::Advisory,
            section: Section::Treatment,
            grade: String::new(),
            deduct: number(deduct),
            cap: cap.map(number),
            group: group.map(str::to_owned),
            layouts: Vec::new(),
            from: None,
            until: None,
            fields: Vec::new(),
            applies: None,
            test: Test::Violated(String::new()),
            message: Message::default(),
            mend: String::new(),
            price: None,
            source: String::new(),
            clause: String::new(),
            basis: Basis::Confirmed,
            note: String::new(),
            owner: String::new(),
            due_days: 7,
        }
    }

    fn set() -> CheckSet {
        let grade = |id: &str, at_least: i64| Grade {
            id: id.to_owned(),
            at_least: at_least.into(),
        };
        CheckSet {
            id: String::new(),
            title: String::new(),
            version: String::new(),
            standard: Standard::default(),
            terms: Vec::new(),
            lists: Vec::new(),
            groups: vec![Group {
                id: "g".to_owned(),
                title: String::new(),
                cap: 2.into(),
            }],
            grades: vec![grade("甲", 90), grade("乙", 75), grade("丙", 0)],
            checks: Vec::new(),
            across: Vec::new(),
            content_hash: String::new(),
        }
    }

    #[track_caller]
    fn scored(findings: &[(&Check, u32)], expected: &str, grade: &str) {
        let counted: Vec<_> = findings
            .iter()
            .map(|&(check, places)| Counted { check, places })
            .collect();
        let set = set();
        let score = score(&set, &counted);
        assert_eq!(score.score, expected.parse().expect("a number"));
        assert_eq!(score.grade, grade);
        let rank = set.grades.iter().position(|one| one.id == grade);
        assert_eq!(score.grade_rank, rank.map(|place| place + 1));
        assert_eq!(
            score.deductions.total(),
            score.deductions.of(Section::Treatment)
        );
    }

    #[test]
    fn places_caps_and_groups() {
        let single = check("0.5", Some("1"), None);
        scored(&[], "100", "甲");
        scored(&[(&single, 1)], "99.5", "甲");
        scored(&[(&single, 7)], "99", "甲");
        let grouped = check("1.5", None, Some("g"));
        scored(&[(&grouped, 1), (&grouped, 1)], "98", "甲");
        let heavy = check("10", None, None);
        scored(&[(&heavy, 1)], "90", "甲");
        scored(&[(&heavy, 1), (&single, 1)], "89.5", "乙");
        scored(&[(&heavy, 12)], "0", "丙");
    }

    #[test]
    fn an_overlay_s_form_of_a_check_across_records_is_found_by_day() {
        let mut set = set();
        let day = |text: &str| text.parse().expect("a day");
        let before = Check {
            until: Some(day("2023-12-31")),
            ..check("1", None, None)
        };
        let after = Check {
            from: Some(day("2024-01-01")),
            ..check("2", None, None)
        };
        set.checks = vec![Check {
            id: "Y".to_owned(),
            ..check("3", None, None)
        }];
        let own = set.questions_hash();
        set.across = vec![before, after];
        assert_ne!(set.questions_hash(), own, "queries are questions too");
        assert_eq!(set.place_in_force("X", day("2023-12-31")), Some(1));
        assert_eq!(set.place_in_force("X", day("2024-01-01")), Some(2));
        assert_eq!(set.at(2).deduct, 2.into());
        assert_eq!(set.place_in_force("Y", day("2024-01-01")), Some(0));
    }

    #[test]
    fn suspicions_and_trials_cost_nothing() {
        let mut suspect = check("4", None, None);
        suspect.severity = Severity::Suspect;
        let mut trial = check("4", None, None);
        trial.stage = Stage::Trial;
        scored(&[(&suspect, 1), (&trial, 1)], "100", "甲");
    }
}
