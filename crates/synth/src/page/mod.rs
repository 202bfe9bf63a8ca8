//! From an episode of the story to its front page.

mod treatment;

use biaochi_records::{
    BirthWeight, CompactString, Decimal2, Diagnosis, FrontPage, Layout, Pathology,
};
use compact_str::format_compact;

use crate::calendar::{date, time};
use crate::charges::{self, Stay};
use crate::clinical::{Arrival, Clinical, Disposition};
use crate::content::{Code, CodeId, Content, Followed, Institution, InstitutionKind, Profile};
use crate::demographics;
use crate::options::Edition;
use crate::random::Random;
use crate::staff::{Role, member, member_name};
use crate::story::Episode;
use crate::tcm;

/// Writes front pages; keeps what can be used again.
#[derive(Debug, Default)]
pub(crate) struct Scribe {
    clinical: Clinical,
}

/// What the parts of a page need to know.
struct Context<'a> {
    content: &'static Content,
    seed: u64,
    edition: Edition,
    episode: &'a Episode,
    clinical: &'a Clinical,
    profile: &'a Profile,
    institution: &'static Institution,
    department: CompactString,
}

impl Scribe {
    /// Writes the page of an episode into a cleared record.
    pub(crate) fn write(
        &mut self,
        page: &mut FrontPage,
        seed: u64,
        edition: Edition,
        layout: Layout,
        episode: &Episode,
    ) {
        let content = Content::get();
        self.clinical.decide(content, seed, &episode.visit);
        let profile = content.profile(episode.visit.profile);
        let institution = content.region.institution(episode.visit.institution);
        let context = Context {
            content,
            seed,
            edition,
            episode,
            clinical: &self.clinical,
            profile,
            institution,
            department: department(profile, institution.kind).into(),
        };
        let mut random = Random::new(seed ^ 0x9A6E, episode.visit.serial);
        page.organisation_code = institution.code.into();
        page.organisation_name = institution.name.into();
        page.medical_record_number = format_compact!(
            "{:02}{:09}",
            episode.visit.institution,
            episode.visit.person.id
        );
        page.admission_count = Some(i32::from(episode.count));
        demographics::fill(page, seed, episode, layout);
        context.admission(page, &mut random);
        context.diagnoses(page, &mut random);
        context.injuries_and_tumours(page, &mut random);
        context.newborns(page, &mut random);
        context.staff(page, &mut random);
        context.procedures(page, &mut random);
        context.care(page, &mut random);
        context.discharge(page, &mut random);
        context.charges(page, &mut random);
        if institution.kind == InstitutionKind::Tcm {
            tcm::fill(page, content, &mut random);
        }
    }
}

/// The department of a profile in an institution, value set RC023.
pub(crate) fn department(profile: &Profile, kind: InstitutionKind) -> &'static str {
    match kind {
        InstitutionKind::Tcm => profile.tcm_department,
        InstitutionKind::Township => match &profile.department[..2] {
            "03" | "16" | "17" | "19" => "03",
            "04" | "22" => "04",
            "05" => "05",
            "07" | "08" | "09" => "07",
            "21" => "50",
            _ => "02",
        },
        _ => profile.department,
    }
}

/// Number of the ward of a department: a department has its wards side by side.
pub(crate) fn ward(department: &str, wards: u32) -> u32 {
    department.bytes().map(u32::from).sum::<u32>() % wards + 1
}

impl Context<'_> {
    fn days(&self) -> i32 {
        self.clinical.discharged - self.episode.visit.admitted
    }

    /// Code and name in the edition of the files.
    fn coded(&self, code: &Code) -> (CompactString, CompactString) {
        let (code, name) = self.edition.of(code);
        (code.into(), name.into())
    }

    fn diagnosis(&self, id: CodeId, present_on_admission: &str, outcome: &str) -> Diagnosis {
        let (code, name) = self.coded(self.content.diagnosis(id));
        Diagnosis {
            code,
            name,
            present_on_admission: present_on_admission.into(),
            outcome: outcome.into(),
        }
    }

    fn admission(&self, page: &mut FrontPage, random: &mut Random) {
        let visit = &self.episode.visit;
        let arriving = match visit.arrival {
            _ if self.clinical.day_surgery => random.between(450, 600),
            // Who is sent on leaves before noon and arrives after it.
            Arrival::Transfer => random.between(780, 1_200),
            Arrival::Emergency => random.between(0, 1_439),
            Arrival::Outpatient => random.between(480, 990),
        };
        page.admission_time = Some(time(visit.admitted, arriving, random.between(0, 59)));
        let leaving = match self.clinical.disposition {
            // Same-day surgery.
            _ if self.days() == 0 => random.between(900, 1_140),
            // Nobody is admitted and dead within six hours: such patients stay in the emergency room.
            Disposition::Died if self.days() == 1 => {
                random.between((arriving + 361 - 1_440).max(0), 1_439)
            }
            Disposition::Died => random.between(0, 1_439),
            Disposition::Transferred | Disposition::Community => random.between(480, 710),
            _ => random.between(510, 1_000),
        };
        page.discharge_time = Some(time(
            self.clinical.discharged,
            leaving,
            random.between(0, 59),
        ));
        page.length_of_stay = Some(self.days().max(1));
        page.day_surgery = Some(self.clinical.day_surgery);
        page.admission_source = match visit.arrival {
            Arrival::Emergency => "1",
            Arrival::Outpatient => "2",
            Arrival::Transfer => "3",
        }
        .into();
        page.admission_department = self.department.clone();
        page.discharge_department = self.department.clone();
        let ward = ward(&self.department, self.institution.wards);
        page.admission_ward = format_compact!("{ward}病区");
        page.discharge_ward = page.admission_ward.clone();
        if self.clinical.intensive_hours > 0
            && !self.department.starts_with("07")
            && random.chance(400)
        {
            page.transfer_departments.push("28".into());
        }
        page.admission_condition = match visit.arrival {
            _ if self.clinical.disposition == Disposition::Died => "1",
            Arrival::Emergency if self.profile.mortality_permille >= 40 => "1",
            Arrival::Emergency => "2",
            _ => "3",
        }
        .into();
    }

    fn diagnoses(&self, page: &mut FrontPage, random: &mut Random) {
        let outcome = match self.clinical.disposition {
            Disposition::Died => "4",
            Disposition::AgainstAdvice => "3",
            Disposition::Home if self.clinical.treatment.is_some() || random.chance(300) => "1",
            _ => "2",
        };
        page.diagnoses
            .push(self.diagnosis(self.clinical.principal, "1", outcome));
        for secondary in &self.clinical.secondaries {
            let present = match secondary.acquired {
                true => "4",
                false if random.chance(25) => "2",
                false => "1",
            };
            page.diagnoses
                .push(self.diagnosis(secondary.code, present, "2"));
        }
        // Before the tests only the complaint is known.
        const COMPLAINTS: [&str; 7] = [
            "R50.900",
            "R10.402",
            "R51.x00",
            "R42.x00x004",
            "R05.x00",
            "R55.x00x001",
            "R07.400",
        ];
        let principal = self.content.diagnosis(self.clinical.principal);
        let certain = principal
            .code
            .starts_with(['S', 'T', 'O', 'P', 'Z', 'C', 'H']);
        let first = if certain || random.chance(870) {
            principal
        } else {
            self.content
                .diagnosis(self.content.known(random.pick::<&str>(&COMPLAINTS)))
        };
        (
            page.outpatient_diagnosis_code,
            page.outpatient_diagnosis_name,
        ) = self.coded(first);
        page.admission_diagnosis_code = page.outpatient_diagnosis_code.clone();
        page.admission_diagnosis_name = page.outpatient_diagnosis_name.clone();
        let confirmed = self.episode.visit.admitted + random.between(0, self.days().min(2));
        page.diagnosis_confirmed_date = Some(date(confirmed));
    }

    fn injuries_and_tumours(&self, page: &mut FrontPage, random: &mut Random) {
        let principal = self.content.diagnosis(self.clinical.principal).code;
        if principal.starts_with(['S', 'T']) && !self.profile.causes.is_empty() {
            let kind = self.profile.causes[self.profile.cause_weights.pick(random)];
            let (codes, weights) = &self.content.external_causes[kind];
            let usual = codes[weights.pick(random)];
            let cause = self.content.cause_of(principal).unwrap_or(usual);
            (page.external_cause_code, page.external_cause_name) =
                self.coded(self.content.diagnosis(cause));
        }
        // The behaviour digit follows the chapter of the tumour.
        let block: u32 = principal
            .get(1..3)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0);
        let morphology = match (principal.as_bytes()[0], block) {
            (b'C', 77..=79) => "M8000/6",
            (b'C', _) if self.profile.morphology.ends_with("/3") => self.profile.morphology,
            (b'C', _) => "M8000/3",
            (b'D', 0..=9) => "M8010/2",
            (b'D', 10..=36) if self.profile.morphology.ends_with("/0") => self.profile.morphology,
            (b'D', 10..=36) => "M8000/0",
            (b'D', 37..=48) => "M8000/1",
            _ => return,
        };
        page.pathologies.push(Pathology {
            code: morphology.into(),
            name: self.content.words.morphology(morphology).into(),
            number: format_compact!(
                "BL{}{:06}",
                date(self.episode.visit.admitted).year(),
                self.episode.visit.serial % 1_000_000
            ),
        });
    }

    fn newborns(&self, page: &mut FrontPage, random: &mut Random) {
        let grams = |random: &mut Random, mean, deviation, low, high| {
            random.normal(mean, deviation).clamp(low, high) / 10 * 10
        };
        for _ in 0..self.clinical.children {
            let weight = if self.clinical.children > 1 {
                grams(random, 2_450, 350, 1_200, 3_400)
            } else {
                grams(random, 3_280, 400, 1_900, 4_900)
            };
            page.birth_weights.push(BirthWeight {
                grams: Some(weight),
            });
        }
        let days = self.episode.visit.admitted - self.episode.visit.person.birth;
        if days > 28 {
            return;
        }
        let birth = match self.profile.id {
            "newborn_prem" => grams(random, 1_960, 430, 720, 2_750),
            // Lighter and heavier newborns have codes of their own.
            "newborn_rds" => grams(random, 2_980, 330, 2_500, 3_990),
            _ => grams(random, 3_250, 410, 2_500, 3_990),
        };
        page.birth_weights.push(BirthWeight { grams: Some(birth) });
        // Newborns lose a little weight, then gain.
        let gain = if days < 7 {
            -random.between(0, 60)
        } else {
            random.between(0, 25) * (days - 6)
        };
        page.newborn_admission_weight = Some((birth + birth * gain / 1_000) / 10 * 10);
    }

    fn name_of(&self, role: Role, random: &mut Random) -> CompactString {
        member_name(
            self.seed,
            self.episode.visit.institution,
            &self.department,
            role,
            random,
        )
    }

    fn staff(&self, page: &mut FrontPage, random: &mut Random) {
        let mut of = |role| {
            member(
                self.seed,
                self.episode.visit.institution,
                &self.department,
                role,
                random,
            )
        };
        let head = of(Role::Head);
        (page.department_head, page.department_head_code) = (head.name, head.licence);
        let chief = of(Role::Chief);
        (page.chief_physician, page.chief_physician_code) = (chief.name, chief.licence);
        let attending = of(Role::Attending);
        (page.attending_physician, page.attending_physician_code) =
            (attending.name, attending.licence);
        let resident = of(Role::Resident);
        (page.resident, page.resident_code) = (resident.name, resident.licence);
        let nurse = of(Role::Nurse);
        (page.responsible_nurse, page.responsible_nurse_code) = (nurse.name, nurse.licence);
        page.coder = self.name_of(Role::Coder, random);
        page.quality_physician = self.name_of(Role::QualityPhysician, random);
        page.quality_nurse = self.name_of(Role::QualityNurse, random);
        page.record_quality = "1".into();
        page.quality_date = Some(date(self.clinical.discharged + random.between(1, 5)));
    }

    fn discharge(&self, page: &mut FrontPage, random: &mut Random) {
        page.discharge_disposition = self.clinical.disposition.code().into();
        if let Some(receiving) = self.clinical.receiving {
            page.receiving_institution = self.content.region.institution(receiving).name.into();
        }
        if self.clinical.disposition == Disposition::Died {
            page.autopsy = Some(random.chance(8));
        }
        let planned = self
            .clinical
            .next
            .filter(|next| next.kind == Followed::Planned && next.after_days <= 31);
        page.planned_readmission_31d = Some(planned.is_some());
        if let Some(next) = planned {
            page.readmission_purpose = match self.content.profile(next.profile).id {
                "chemo" | "blood_chemo" | "immuno" | "bladder_cancer" => "下一周期治疗",
                "ckd_dialysis" => "血液透析",
                "cataract" => "另一眼手术",
                "stroke_rehab" => "康复治疗",
                _ => "复查及后续治疗",
            }
            .into();
        }
    }

    fn charges(&self, page: &mut FrontPage, random: &mut Random) {
        let bleeding = page.diagnoses.iter().any(|diagnosis| {
            diagnosis.code.starts_with("D62") || diagnosis.code.starts_with("D64.902")
        });
        // Major operations; catheters bleed little.
        let major = page.procedures.first().is_some_and(|procedure| {
            procedure.surgery_level == "4"
                && procedure.anesthesia_method.starts_with("01")
                && !procedure.incision_healing.is_empty()
        });
        let transfused = self.institution.kind.level() > 1
            && (bleeding && random.chance(420) || major && random.chance(160));
        // What growth factors are given for.
        let marrow = page.diagnoses.iter().any(|diagnosis| {
            let code = &diagnosis.code;
            code.starts_with("D61") || code.starts_with("D70") || code.starts_with("D64")
        });
        let stay = Stay {
            visit: &self.episode.visit,
            clinical: self.clinical,
            profile: self.profile,
            institution: self.institution,
            payment: &page.payment_method,
            physician: &page.attending_physician_code,
            transfused,
            pathology: !page.pathologies.is_empty(),
            marrow,
        };
        charges::write(&mut page.charges, stay, random);
        if !transfused {
            return;
        }
        self.transfusion(page, random);
        page.transfusion_reaction = "2".into();
        page.red_cells = Some(Decimal2::from_whole(random.between(1, 6)));
        page.platelets = Some(Decimal2::ZERO);
        page.plasma = Some(Decimal2::from_whole(random.between(0, 4) * 100));
        page.whole_blood = Some(Decimal2::ZERO);
        page.autologous_blood = Some(Decimal2::ZERO);
    }
}
