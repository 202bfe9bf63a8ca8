//! Procedures, intensive care and nursing.

use biaochi_records::{
    CompactString, Decimal2, FrontPage, IcuStay, Procedure, micros_since_epoch, split_incision_code,
};
use compact_str::format_compact;
use jiff::ToSpan;
use jiff::civil::DateTime;

use super::Context;
use crate::calendar::time;
use crate::clinical::Arrival;
use crate::content::Treatment;
use crate::random::Random;
use crate::staff::Role;

/// The names on the sheet of an operation.
#[derive(Default)]
struct Team {
    surgeon: CompactString,
    first_assistant: CompactString,
    second_assistant: CompactString,
    anesthetist: CompactString,
}

/// Whether a code is of the chapters of operations (00 to 86), not of 87 to 99, which are tests,
/// therapies and care.
fn is_incisive(code: &str) -> bool {
    code < "87"
}

impl Context<'_> {
    pub(super) fn procedures(&self, page: &mut FrontPage, random: &mut Random) {
        let Some(at) = self.clinical.treatment else {
            return;
        };
        let treatment = &self.profile.treatments[at];
        let Some(mut start) = self.procedure_time(page, random) else {
            return;
        };
        let team = self.team(treatment, random);
        for (place, &id) in treatment.codes.iter().enumerate() {
            let code = self.content.procedure(id);
            let (written, name) = self.coded(code);
            let mut procedure = Procedure {
                code: written,
                name,
                start_time: Some(start),
                surgeon: team.surgeon.clone(),
                ..Procedure::default()
            };
            // Ventilation or angiography beside an operation is not operated on its own account.
            if treatment.surgery_level != "0" && (place == 0 || is_incisive(code.code)) {
                self.operation(&mut procedure, treatment, &team, random);
            }
            page.procedures.push(procedure);
            let next = later(start, random.between(10, 40));
            if Some(next) < page.discharge_time {
                start = next;
            }
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
        let soon = later(admission, random.between(40, 150));
        Some(if soon < discharge { soon } else { admission })
    }

    /// Who treats: people of different roles, and no two of the same name.
    fn team(&self, treatment: &Treatment, random: &mut Random) -> Team {
        let large = matches!(treatment.surgery_level, "3" | "4");
        let (first, second) = if large {
            (Role::Chief, Role::Attending)
        } else {
            (Role::Attending, Role::Resident)
        };
        let surgeon = self.name_of(first, random);
        if treatment.surgery_level == "0" {
            return Team {
                surgeon,
                ..Team::default()
            };
        }
        let first_assistant = self.name_unlike(second, &[&surgeon], random);
        let second_assistant = if large {
            self.name_unlike(Role::Resident, &[&surgeon, &first_assistant], random)
        } else {
            CompactString::default()
        };
        let anesthetist = self.name_unlike(
            Role::Anesthetist,
            &[&surgeon, &first_assistant, &second_assistant],
            random,
        );
        Team {
            surgeon,
            first_assistant,
            second_assistant,
            anesthetist,
        }
    }

    /// The name of someone; a namesake of others in the room gets a further character.
    fn name_unlike(&self, role: Role, others: &[&str], random: &mut Random) -> CompactString {
        let name = self.name_of(role, random);
        if others.contains(&name.as_str()) {
            format_compact!("{name}文")
        } else {
            name
        }
    }

    fn operation(
        &self,
        procedure: &mut Procedure,
        treatment: &Treatment,
        team: &Team,
        random: &mut Random,
    ) {
        procedure.surgery_level = treatment.surgery_level.into();
        let level = i32::from(treatment.surgery_level.as_bytes()[0] - b'0');
        procedure.duration_hours = Some(Decimal2::from_hundredths(i64::from(
            random.between(30, 70) * (level + 1),
        )));
        procedure.first_assistant = team.first_assistant.clone();
        procedure.second_assistant = team.second_assistant.clone();
        if is_incisive(&procedure.code) {
            // One wound in seventy heals badly. Class 0: no wound, as after endoscopy or puncture.
            let healing = match treatment.incision {
                "" => "0",
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
            procedure.anesthetist = team.anesthetist.clone();
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
        // Whoever has the disease is positive, and the others are negative where they are tested.
        let mut serology = |codes: &[&str]| {
            let ill = page
                .diagnoses
                .iter()
                .any(|diagnosis| codes.iter().any(|code| diagnosis.code.starts_with(code)));
            match (ill, random.chance(850)) {
                (true, _) => "2",
                (false, true) => "1",
                (false, false) => "0",
            }
        };
        let (hbsag, hcv, hiv) = (
            serology(&["B16", "B18.0", "B18.1"]),
            serology(&["B17.1", "B18.2"]),
            serology(&["B20", "B21", "B22", "B23", "B24"]),
        );
        page.hbsag = hbsag.into();
        page.hcv_antibody = hcv.into();
        page.hiv_antibody = hiv.into();
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
        let latest = later(discharge, -3 * 60).max(admission);
        let begin = page
            .procedures
            .first()
            .and_then(|procedure| procedure.start_time)
            .unwrap_or(admission)
            .min(latest);
        let entry = later(begin, random.between(30, 240)).min(latest);
        let exit = later(entry, self.clinical.intensive_hours * 60).min(discharge);
        let unit = match &self.department[..2] {
            "07" | "08" if page.age_days.is_some_and(|days| days <= 28) => "04",
            "07" | "08" if page.age_years < Some(18) => "05",
            "20" => "06",
            "28" => "07",
            "04" | "08" => "03",
            _ if self.department.starts_with("0304") => "01",
            _ if self.department.starts_with("0301") => "02",
            _ => "07",
        };
        page.icu_stays.push(IcuStay {
            unit: unit.into(),
            entry_time: Some(entry),
            exit_time: Some(exit),
        });
        if page.procedures.is_empty() {
            // Nobody is in intensive care without a central line.
            self.minor_procedure(page, "38.9302", later(entry, random.between(10, 50)));
        }
        if self.clinical.ventilator_hours > 0 {
            let minutes = (micros_since_epoch(exit) - micros_since_epoch(entry)) / 60_000_000;
            let hours = self.clinical.ventilator_hours.min((minutes / 60) as i32);
            page.ventilator_hours = Some(hours);
            self.ventilation_code(page, hours);
        }
    }

    /// The code says whether it was more or less than 96 hours.
    fn ventilation_code(&self, page: &mut FrontPage, hours: i32) {
        let right = if hours >= 96 { "96.7201" } else { "96.7101" };
        let right = self.content.procedure(self.content.known_procedure(right));
        for procedure in &mut page.procedures {
            if procedure.code.starts_with("96.7") {
                (procedure.code, procedure.name) = self.coded(right);
            }
        }
    }

    /// Transfusion is a procedure of its own, behind all others.
    pub(super) fn transfusion(&self, page: &mut FrontPage, random: &mut Random) {
        let (Some(admission), Some(discharge)) = (page.admission_time, page.discharge_time) else {
            return;
        };
        let begin = page
            .procedures
            .last()
            .and_then(|procedure| procedure.start_time)
            .unwrap_or(admission);
        let begin = later(begin, random.between(20, 300)).min(discharge);
        self.minor_procedure(page, "99.0401", begin);
    }

    /// Adds what residents do at the bedside.
    fn minor_procedure(&self, page: &mut FrontPage, code: &str, begin: DateTime) {
        let procedure = self.content.known_procedure(code);
        let (code, name) = self.coded(self.content.procedure(procedure));
        page.procedures.push(Procedure {
            code,
            name,
            start_time: Some(begin),
            surgeon: page.resident.clone(),
            ..Procedure::default()
        });
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
        // Never longer than the stay, of which the shortest has six hours.
        let (days, hours) = if severe {
            let most = if self.days() > 1 { 23 } else { 5 };
            (random.between(0, self.days() / 3), random.between(0, most))
        } else {
            (0, 0)
        };
        page.coma_after_admission_days = Some(days);
        page.coma_after_admission_hours = Some(hours);
        page.coma_after_admission_minutes = Some(0);
    }
}

/// A time some minutes later, or earlier.
fn later(time: DateTime, minutes: i32) -> DateTime {
    time.checked_add(i64::from(minutes).minutes())
        .unwrap_or(time)
}
