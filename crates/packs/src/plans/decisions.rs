//! Packs of decisions: `kind = "plan-decisions"`. A commission settles what the document of a plan leaves open.

use biaochi_plans::{Decision, Plan, Ruling, RulingFault, Scope, Target};
use rust_decimal::Decimal;

use super::check::{missing, near};
use super::clauses::Placed;
use crate::problem::{Noun, Problem, ProblemList, Problems};
use crate::reading::{self, Reading};
use crate::shelf::{Kind, Pack, Shelf};
use crate::text::toml_reader::TomlReader;

const NUMBER: &str = "加引号的数字 a number in quotes, \"0.5\"";

/// What `pack.toml` of such a pack says of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Decisions {
    /// The plan.
    pub(super) plan: String,
    /// Where in the file it stands.
    pub(super) plan_at: usize,
}

impl Kind for Decisions {
    const WORD: &'static str = "plan-decisions";
    const NOUN: Noun = Noun::PlanDecisions;

    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self {
        Self {
            plan: top.required("plan", problems),
            plan_at: top.offset("plan"),
        }
    }
}

/// A ruling and where it stands.
pub(super) struct Located {
    ruling: Ruling,
    shown: String,
    text: String,
    offset: usize,
}

/// Reads all rulings about a plan, in the order of their days.
pub(super) fn of_plan(
    shelf: &Shelf<Decisions>,
    plan: &str,
    reading: &mut Reading,
    problems: &mut ProblemList,
) -> Vec<Located> {
    let mut found = Vec::new();
    for pack in shelf.packs().filter(|pack| pack.own.plan == plan) {
        found.extend(of_pack(pack, reading, problems));
    }
    found.sort_by_key(|located| located.ruling.decision.on);
    found
}

fn of_pack(
    pack: &Pack<Decisions>,
    reading: &mut Reading,
    problems: &mut ProblemList,
) -> Vec<Located> {
    let name = "decisions.toml";
    let Some((_, shown, text)) = reading.file(&pack.files, name, problems) else {
        let shown = pack.files.display(name);
        problems.file(&shown).add(0, 0, Problem::MissingFile);
        return Vec::new();
    };
    let read = rulings(&text, &pack.head.id, &mut problems.file(&shown));
    let mut found: Vec<Located> = Vec::with_capacity(read.len());
    for (ruling, offsets) in read {
        let offset = offsets.first().map_or(0, |(_, offset)| *offset);
        if found
            .iter()
            .any(|other| other.ruling.target == ruling.target)
        {
            let (what, name) = (Noun::Target, ruling.target);
            let problem = Problem::Duplicate { what, name };
            reading::add(problems, (&shown, &text, offset), problem);
            continue;
        }
        found.push(Located {
            ruling,
            shown: shown.clone(),
            text: text.clone(),
            offset,
        });
    }
    found
}

/// Reads `[[decision]]`.
fn rulings(text: &str, pack: &str, problems: &mut Problems<'_>) -> Vec<Placed<Ruling>> {
    let Some(table) = TomlReader::parse(text, problems) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut rulings = Vec::new();
    for mut table in top.tables("decision", problems) {
        let ruling = ruling(&mut table, pack, problems);
        let offsets = vec![("target", table.offset("target"))];
        rulings.extend(ruling.map(|ruling| (ruling, offsets)));
        table.finish(problems);
    }
    top.finish(problems);
    rulings
}

fn ruling(
    table: &mut TomlReader<'_, '_>,
    pack: &str,
    problems: &mut Problems<'_>,
) -> Option<Ruling> {
    let decimal = |text: &str| text.parse::<Decimal>().ok();
    let target = table.required("target", problems);
    let by = table.required("decided_by", problems);
    let document = table.required("document", problems);
    let on = table.date("decided_on", problems);
    if !table.has("decided_on") {
        let key = "decision.decided_on".to_owned();
        table.at("target", Problem::MissingKey { key }, problems);
    }
    let is_set = ["number", "tolerance", "scope"]
        .into_iter()
        .any(|key| table.has(key));
    if !is_set {
        let id = target.clone();
        table.at("target", Problem::NothingDecided { id }, problems);
    }
    let number = table.parsed("number", NUMBER, decimal, problems);
    let tolerance = table.parsed("tolerance", NUMBER, decimal, problems);
    let scope = table.table("scope", problems).map(|mut table| {
        let mut list = |key| table.texts(key, problems).unwrap_or_default();
        let (levels, except_levels) = (list("levels"), list("except_levels"));
        let (ranks, kinds, names) = (list("ranks"), list("kinds"), list("names"));
        let is_public = table.boolean("public", problems).unwrap_or(false);
        table.finish(problems);
        Scope {
            levels,
            except_levels,
            ranks,
            kinds,
            names,
            is_public,
            ..Scope::default()
        }
    });
    let note = table.text("note", problems).unwrap_or_default();
    Some(Ruling {
        target,
        number,
        tolerance,
        scope,
        decision: Decision {
            by,
            on: on?,
            document,
            question: String::new(),
            note,
            pack: pack.to_owned(),
        },
    })
}

/// Settles the targets of a plan. Of two decisions about one target the newer holds.
pub(super) fn settle(plan: &mut Plan, rulings: &[Located], problems: &mut ProblemList) {
    for (place, located) in rulings.iter().enumerate() {
        let ruling = &located.ruling;
        let id = || ruling.target.clone();
        let known: Vec<String> = plan.targets.iter().map(|one| one.id.clone()).collect();
        let found = plan.targets.iter_mut().find(|one| one.id == ruling.target);
        let Some(target) = found else {
            // One that is not written at all was told before.
            if !ruling.target.is_empty() {
                let known = known.iter().map(String::as_str);
                let problem = near(missing(Noun::Target, &id()), &ruling.target, known);
                located.tell(problem, problems);
            }
            continue;
        };
        let later = rulings.iter().skip(place + 1);
        let mut later = later.filter(|other| other.ruling.target == ruling.target);
        if let Some(newer) = later.next() {
            let other = &newer.ruling.decision;
            if other.on == ruling.decision.on {
                let (id, other) = (id(), other.pack.clone());
                located.tell(Problem::DecidedTwice { id, other }, problems);
            }
            // The older one is not needed, and still has to make sense.
            let mut older: Target = target.clone();
            located.settle(&mut older, problems);
            continue;
        }
        located.settle(target, problems);
    }
}

impl Located {
    fn settle(&self, target: &mut Target, problems: &mut ProblemList) {
        let id = target.id.clone();
        let ruling = &self.ruling;
        let has_any =
            ruling.number.is_some() || ruling.tolerance.is_some() || ruling.scope.is_some();
        // One that sets nothing was told before.
        if !has_any {
            return;
        }
        match target.settle(ruling) {
            Ok(()) => {
                for word in target.scope.unknown_words() {
                    let word = word.to_owned();
                    self.tell(Problem::UnknownScopeWord { word }, problems);
                }
            }
            Err(RulingFault::NotOpen) => self.tell(Problem::NotOpen { id }, problems),
            Err(RulingFault::StillOpen(question)) => {
                self.tell(Problem::StillOpen { id, question }, problems);
            }
        }
    }

    fn tell(&self, problem: Problem, problems: &mut ProblemList) {
        reading::add(problems, (&self.shown, &self.text, self.offset), problem);
    }
}
