//! The generator as a stream of stays and as month files.

use biaochi_domain::Month;
use biaochi_records::{FrontPage, Layout, RecordKey};

use crate::content::{Content, Followed, Institution, InstitutionKind};
use crate::defects::{plant, plant_more};
use crate::options::{Options, OptionsError};
use crate::page::Scribe;
use crate::random::Random;
use crate::story::{Episode, Story};
use crate::truth::{Planted, Readmission, Truth};
use crate::{Defect, RawOverride};

/// A generated stay.
#[derive(Debug, Clone, PartialEq)]
pub struct SynthStay {
    /// The front page, defects included.
    pub page: FrontPage,
    /// What is true of it.
    pub truth: Truth,
    /// Texts that a file has instead of what the page says, for defects that a typed record cannot hold.
    pub raw_overrides: Vec<RawOverride>,
}

/// A region and its people: an iterator of stays, sorted by month of discharge, institution and day.
///
/// Memory does not grow with the number of stays written, only with the people of the region: some five
/// bytes for each stay asked for, beside the open month.
///
/// ```
/// use biaochi_synth::{Options, Population};
///
/// let options = Options { discharges: 500, ..Options::default() };
/// let stays: Vec<_> = Population::new(options)?.collect();
/// assert_eq!(stays.iter().filter(|stay| !stay.truth.is_copy).count(), 500);
/// # Ok::<(), biaochi_synth::OptionsError>(())
/// ```
#[derive(Debug)]
pub struct Population {
    months: MonthFiles,
    file: Option<MonthFile>,
}

impl Population {
    /// Settles the region.
    ///
    /// # Errors
    /// The options ask for what cannot be generated.
    pub fn new(options: Options) -> Result<Self, OptionsError> {
        options.check()?;
        let months = MonthFiles {
            story: Story::new(&options),
            month: Some(options.from),
            ready: Vec::new().into_iter(),
            options,
        };
        Ok(Self { months, file: None })
    }

    /// The stays as the files that institutions deliver: one per institution and month.
    pub fn month_files(self) -> MonthFiles {
        self.months
    }
}

impl Iterator for Population {
    type Item = SynthStay;

    fn next(&mut self) -> Option<SynthStay> {
        loop {
            if let Some(stay) = self.file.as_mut().and_then(Iterator::next) {
                return Some(stay);
            }
            self.file = Some(self.months.next()?);
        }
    }
}

/// Iterator of month files, months in order.
#[derive(Debug)]
pub struct MonthFiles {
    story: Story,
    options: Options,
    month: Option<Month>,
    ready: std::vec::IntoIter<MonthFile>,
}

impl Iterator for MonthFiles {
    type Item = MonthFile;

    fn next(&mut self) -> Option<MonthFile> {
        loop {
            if let Some(file) = self.ready.next() {
                return Some(file);
            }
            let month = self.month?;
            self.month = Some(month.next()).filter(|next| *next <= self.options.to);
            let episodes = self.story.month(month);
            let wanted = &self.options.institutions;
            let files: Vec<_> = episodes
                .chunk_by(|a, b| a.visit.institution == b.visit.institution)
                .map(|chunk| MonthFile::new(&self.options, month, chunk.to_vec()))
                .filter(|file| wanted.is_empty() || wanted.contains(file.organisation_code()))
                .collect();
            self.ready = files.into_iter();
        }
    }
}

/// What one institution delivers for one month: an iterator of its stays in order of discharge.
///
/// Files do not depend on each other, so several threads may write them.
#[derive(Debug)]
pub struct MonthFile {
    institution: &'static Institution,
    month: Month,
    options: Options,
    episodes: std::vec::IntoIter<Episode>,
    scribe: Scribe,
    copy: Option<SynthStay>,
    backlog: Option<Pace>,
}

/// How far a backlog is planted: the records of the month share it evenly.
#[derive(Debug)]
struct Pace {
    wanted: usize,
    records: usize,
    done: usize,
    planted: usize,
}

impl Pace {
    /// That of a month that has a backlog.
    fn new(options: &Options, code: &str, month: Month, records: usize) -> Option<Self> {
        let backlog = options.backlog.as_ref()?;
        (backlog.organisation_code == code && backlog.month == month).then_some(Self {
            wanted: backlog.defects as usize,
            records,
            done: 0,
            planted: 0,
        })
    }

    /// Defects that the records up to the next one should have.
    fn due(&self) -> usize {
        self.wanted * (self.done + 1) / self.records.max(1)
    }
}

impl MonthFile {
    fn new(options: &Options, month: Month, episodes: Vec<Episode>) -> Self {
        let institution = episodes
            .first()
            .map_or(0, |episode| episode.visit.institution);
        let institution = Content::get().region.institution(institution);
        Self {
            institution,
            month,
            options: options.clone(),
            backlog: Pace::new(options, institution.code, month, episodes.len()),
            episodes: episodes.into_iter(),
            scribe: Scribe::default(),
            copy: None,
        }
    }

    /// Organisation code; N041 files do not contain it.
    pub fn organisation_code(&self) -> &'static str {
        self.institution.code
    }

    /// Name of the institution.
    pub fn organisation_name(&self) -> &'static str {
        self.institution.name
    }

    /// The layout in which the institution delivers.
    pub fn layout(&self) -> Layout {
        self.options.layout.unwrap_or(self.institution.layout)
    }

    /// Month of discharge.
    pub fn month(&self) -> Month {
        self.month
    }

    /// Stays still to come, without copies.
    pub fn remaining(&self) -> usize {
        self.episodes.len()
    }

    /// Name for the file without an extension, such as `云泽县人民医院_2024-03`.
    pub fn file_stem(&self) -> String {
        format!("{}_{}", self.institution.name, self.month)
    }

    fn write(&mut self, episode: &Episode) -> SynthStay {
        let layout = self.layout();
        let Options {
            seed,
            edition,
            defects,
            ..
        } = &self.options;
        let mut page = FrontPage::default();
        self.scribe
            .write(&mut page, *seed, *edition, layout, episode);
        let key = page.key().unwrap_or_else(|| RecordKey {
            organisation_code: page.organisation_code.clone(),
            medical_record_number: page.medical_record_number.clone(),
            admission_count: i32::from(episode.count),
            discharge_time: crate::calendar::time(episode.discharged, 0, 0),
        });
        let mut raw_overrides = Vec::new();
        let before = self.backlog.is_some().then(|| page.clone());
        let random = Random::new(seed ^ 0x00DE_FEC7, episode.visit.serial);
        let planted = plant(
            &mut page,
            &mut raw_overrides,
            (layout, *edition),
            defects,
            random,
        );
        let mut planted: Vec<Planted> = planted.into_iter().collect();
        if let (Some(pace), Some(before)) = (&mut self.backlog, &before) {
            let seen = |planted: &[Planted]| {
                let seen = planted
                    .iter()
                    .filter(|one| one.defect.is_seen_in_its_month());
                seen.count()
            };
            let mut random = Random::new(seed ^ 0x0BAC_1065, episode.visit.serial);
            while pace.planted + seen(&planted) < pace.due()
                && plant_more(
                    &mut page,
                    before,
                    &mut raw_overrides,
                    (layout, *edition),
                    &mut planted,
                    Random::new(random.next(), 0),
                )
            {}
            pace.planted += seen(&planted);
            pace.done += 1;
        }
        let truth = Truth {
            key,
            person: u64::from(episode.visit.person.id),
            profile: Content::get().profile(episode.visit.profile).id,
            readmission: episode.followed.map(|followed| match followed {
                Followed::Planned => Readmission::Planned,
                Followed::Unplanned => Readmission::Unplanned,
                Followed::Referral => Readmission::Referral,
            }),
            is_copy: false,
            defects: planted,
        };
        SynthStay {
            page,
            truth,
            raw_overrides,
        }
    }
}

impl Iterator for MonthFile {
    type Item = SynthStay;

    fn next(&mut self) -> Option<SynthStay> {
        if let Some(copy) = self.copy.take() {
            return Some(copy);
        }
        let episode = self.episodes.next()?;
        let stay = self.write(&episode);
        if stay
            .truth
            .defects
            .iter()
            .any(|planted| planted.defect == Defect::DuplicateRecord)
        {
            let mut copy = stay.clone();
            copy.truth.is_copy = true;
            self.copy = Some(copy);
        }
        Some(stay)
    }
}

/// An institution of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstitutionInfo {
    /// Organisation code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// `township`, `county`, `tcm`, `maternal` or `city`.
    pub kind: &'static str,
    /// The layout in which it delivers.
    pub layout: Layout,
}

/// The institutions of the region, for those who must know them before their files: N041 files do not
/// say which organisation they are from.
pub fn institutions() -> impl Iterator<Item = InstitutionInfo> {
    Content::get()
        .region
        .institutions
        .iter()
        .map(|institution| InstitutionInfo {
            code: institution.code,
            name: institution.name,
            kind: match institution.kind {
                InstitutionKind::Township => "township",
                InstitutionKind::County => "county",
                InstitutionKind::Tcm => "tcm",
                InstitutionKind::Maternal => "maternal",
                InstitutionKind::City => "city",
            },
            layout: institution.layout,
        })
}
