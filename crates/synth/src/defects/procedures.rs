//! Spoiling procedures.

use biaochi_records::{Field, days_since_epoch, micros_since_epoch};

use super::plant::{Spoiled, Spoiler};
use crate::calendar;
use crate::content::Content;

impl Spoiler<'_> {
    pub(super) fn procedure_outside_stay(&mut self) -> Spoiled {
        let clean = self.clean(Field::ProcedureStartTime, 0)?;
        let discharge = days_since_epoch(self.page.discharge_time?.date());
        let day = discharge + self.random.between(1, 9);
        self.page.procedures.first_mut()?.start_time = Some(calendar::time(day, 600, 0));
        Some(clean)
    }

    pub(super) fn anesthesia_method(&mut self) -> Spoiled {
        self.page.charges.anesthesia?;
        let clean = self.clean(Field::ProcedureAnesthesiaMethod, 0)?;
        for procedure in &mut self.page.procedures {
            procedure.anesthesia_method.clear();
        }
        Some(clean)
    }

    pub(super) fn surgery_without_code(&mut self) -> Spoiled {
        self.page.charges.surgery?;
        let clean = self.clean(Field::ProcedureCode, 0)?;
        self.page.procedures.clear();
        Some(clean)
    }

    pub(super) fn surgeon(&mut self) -> Spoiled {
        let clean = self.clean(Field::ProcedureSurgeon, 0)?;
        let procedure = self.page.procedures.first_mut()?;
        // An operation with a wound, which nobody would call a test or a therapy.
        if procedure.incision_healing.is_empty() {
            return None;
        }
        procedure.surgeon.clear();
        Some(clean)
    }

    pub(super) fn healing_without_incision(&mut self) -> Spoiled {
        let place = self.vacant(Field::ProcedureIncisionClass, 0)?;
        // From 87 on there are tests, therapies and care.
        let procedure = self.page.procedures.first_mut()?;
        if procedure.code.as_str() < "87" {
            return None;
        }
        procedure.incision_class = "1".into();
        procedure.incision_healing = "1".into();
        Some(place)
    }

    pub(super) fn procedure_of_other_sex(&mut self) -> Spoiled {
        let last = self.page.procedures.len().checked_sub(1)?;
        let clean = self.clean(Field::ProcedureCode, last)?;
        // Where the right code is of one sex already, its diagnosis would tell first.
        if ("60".."76").contains(&self.page.procedures[last].code.as_str()) {
            return None;
        }
        let codes: &[&str] = match self.page.sex.as_str() {
            "1" => &["65.2501", "68.2912", "69.0901"],
            "2" => &["60.2100x002", "61.2x00", "64.0x00"],
            _ => return None,
        };
        let content = Content::get();
        let code = content.known_procedure(self.random.pick::<&str>(codes));
        let (code, name) = self.edition.of(content.procedure(code));
        let procedure = &mut self.page.procedures[last];
        procedure.code = code.into();
        procedure.name = name.into();
        Some(clean)
    }

    pub(super) fn ventilator(&mut self) -> Spoiled {
        let clean = self.clean(Field::VentilatorHours, 0)?;
        let has = |prefix: &str| {
            self.page
                .procedures
                .iter()
                .any(|procedure| procedure.code.starts_with(prefix))
        };
        let (long, short) = (has("96.72"), has("96.71"));
        let hours = if long {
            self.random.between(6, 90)
        } else if short {
            // Not longer than the stay, which would be another defect.
            let (admission, discharge) = (self.page.admission_time?, self.page.discharge_time?);
            let minutes =
                (micros_since_epoch(discharge) - micros_since_epoch(admission)) / 60_000_000;
            let most = i32::try_from(minutes / 60)
                .ok()
                .filter(|&hours| hours >= 96)?;
            self.random.between(96, most.min(240))
        } else {
            return None;
        };
        self.page.ventilator_hours = Some(hours);
        Some(clean)
    }
}
