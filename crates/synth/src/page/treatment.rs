//! Procedures, intensive care and nursing.

use biaochi_records::{Decimal2, FrontPage, IcuStay, Procedure, split_incision_code};
use compact_str::format_compact;
use jiff::ToSpan;
use jiff::civil::DateTime;

use super::Context;
use crate::calendar::time;
use crate::clinical::Arrival;
use crate::content::Treatment;
use crate::random::Random;
use crate::staff::Role;

impl Context<'_> {
    pub(super) fn procedures(&self, page: &mut FrontPage, random: &mut Random) {
        let Some(at) = self.clinical.treatment else {
            return;
        };
        let treatment = &self.profile.treatments[at];
        let Some(mut start) = self.procedure_time(page, random) else {
            return;
        };
        let high = matches!(treatment.surgery_level, "3" | "4");
        let surgeon = self.name_of(if high { Role::Chief } else { Role::Attending }, random);
        for &id in &treatment.codes {
            let code = self.content.procedure(id);
            let mut procedure = Procedure {
                code: self.code(code),
                name: code.name.into(),
                start_time: Some(start),
                surgeon: surgeon.clone(),
                ..Procedure::default()
            };
            if treatment.surgery_level != "0" {
                self.operation(&mut procedure, treatment, random);
            }
            page.procedures.push(procedure);
            let later = start
                .checked_add(i64::from(random.between(10, 40)).minutes())
                .ok();
            start = later
                .filter(|later| Some(*later) < page.discharge_time)
                .unwrap_or(start);
        }
    }

    /// When the treatment begins: within the stay.
    fn procedure_time(&self, page: &FrontPage, random: &mut Random) -> Option<DateTime> {
        let (admission, discharge) = (page.admission_time?, page.discharge_time?);
        let wait = match self.episode.visit.arrival {
            Arrival::Emergency => random.between(0, 1),
            _ => random.between(1, 3),
        };
        let day = self.episode.visit.admitted + wait.min(self.days() / 2);
        let usual = time(day, random.between(510, 1_020), random.between(0, 59));
        if admission < usual && usual < discharge {
            return Some(usual);
        }
        let soon = admission
            .checked_add(i64::from(random.between(40, 150)).minutes())
            .ok()?;
        Some(if soon < discharge { soon } else { admission })
    }

    fn operation(&self, procedure: &mut Procedure, treatment: &Treatment, random: &mut Random) {
        procedure.surgery_level = treatment.surgery_level.into();
        let level = i32::from(treatment.surgery_level.as_bytes()[0] - b'0');
        procedure.duration_hours = Some(Decimal2::from_hundredths(i64::from(
            random.between(30, 70) * (level + 1),
        )));
        procedure.first_assistant = self.name_of(Role::Attending, random);
        procedure.second_assistant = self.name_of(Role::Resident, random);
        if !treatment.incision.is_empty() {
            // One wound in seventy heals badly.
            let healing = match treatment.incision {
                "1" if random.chance(14) => "2",
                "4" if random.chance(14) => "5",
                "7" if random.chance(40) => "8",
                usual => usual,
            };
            if let Some((class, healing)) = split_incision_code(healing) {
                procedure.incision_class = class.into();
                procedure.incision_healing = healing.into();
            }
        }
        if !treatment.anesthesia.is_empty() {
            procedure.anesthesia_method = treatment.anesthesia.into();
            procedure.anesthetist = self.name_of(Role::Anesthetist, random);
            let class = 1 + self.clinical.severity.min(6) / 2 + u32::from(random.chance(350));
            procedure.asa_class = format_compact!("{}", class.min(4));
        }
    }

    pub(super) fn care(&self, page: &mut FrontPage, random: &mut Random) {
        let days = self.days().max(1);
        let special = (self.clinical.intensive_hours / 24).min(days);
        let first = (days - special) * random.between(10, 60) / 100;
        page.special_care_days = Some(special);
        page.level1_care_days = Some(first);
        page.level2_care_days = Some(days - special - first);
        page.level3_care_days = Some(0);
        let serology = |random: &mut Random, positive| match random.below(1_000) {
            point if point < positive => "2",
            point if point < 850 => "1",
            _ => "0",
        };
        page.hbsag = serology(random, 62).into();
        page.hcv_antibody = serology(random, 8).into();
        page.hiv_antibody = serology(random, 1).into();
        self.intensive_care(page, random);
        self.coma(page, random);
    }

    fn intensive_care(&self, page: &mut FrontPage, random: &mut Random) {
        if self.clinical.intensive_hours == 0 {
            return;
        }
        let (Some(admission), Some(discharge)) = (page.admission_time, page.discharge_time) else {
            return;
        };
        let after = page
            .procedures
            .first()
            .and_then(|procedure| procedure.start_time);
        let begin = after.unwrap_or(admission);
        let entry = begin
            .checked_add(i64::from(random.between(30, 240)).minutes())
            .unwrap_or(begin);
        let exit = entry
            .checked_add(i64::from(self.clinical.intensive_hours).hours())
            .unwrap_or(entry);
        let (entry, exit) = (entry.min(discharge), exit.min(discharge));
        let unit = match &self.department[..2] {
            "07" | "08" if page.age_days.is_some_and(|days| days <= 28) => "04",
            "07" | "08" => "05",
            "20" => "06",
            "28" => "07",
            "04" => "03",
            _ if self.department.starts_with("0304") => "01",
            _ if self.department.starts_with("0301") => "02",
            _ => "07",
        };
        page.icu_stays.push(IcuStay {
            unit: unit.into(),
            entry_time: Some(entry),
            exit_time: Some(exit),
        });
        if self.clinical.ventilator_hours > 0 {
            // Never longer than the stay.
            let most = (self.days() * 24).max(3);
            page.ventilator_hours = Some(self.clinical.ventilator_hours.min(most));
        }
    }

    fn coma(&self, page: &mut FrontPage, random: &mut Random) {
        let injured = self
            .content
            .diagnosis(self.clinical.principal)
            .code
            .starts_with("S06");
        let severe = injured && self.clinical.severity >= 2;
        let minutes = if injured && random.chance(300) {
            random.between(1, 45)
        } else {
            0
        };
        page.coma_before_admission_days = Some(0);
        page.coma_before_admission_hours = Some(if severe { random.between(0, 5) } else { 0 });
        page.coma_before_admission_minutes = Some(minutes);
        let days = if severe {
            random.between(0, self.days() / 3)
        } else {
            0
        };
        page.coma_after_admission_days = Some(days);
        page.coma_after_admission_hours = Some(if severe { random.between(0, 23) } else { 0 });
        page.coma_after_admission_minutes = Some(0);
    }
}
