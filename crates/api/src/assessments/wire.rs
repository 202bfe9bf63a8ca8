//! What is answered about assessments.

use biaochi_app::assessment::{
    Line, Outcome, RunDetail, Scheme, content_of, lowered_by, next_grade,
};
use biaochi_app::beijing;
use biaochi_assessment::{Effect, Proof};
use biaochi_domain::Localized as _;
use biaochi_store::{
    AssessmentAdjustment, AssessmentEntry, AssessmentEvent, AssessmentRun, Evidence, Objection,
    RunAction, Scope,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::plans::{ZH, number};
use crate::problem::Problem;

/// A run in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RunSummary {
    /// Its id.
    run: String,
    /// Id of its scheme.
    scheme: String,
    /// 方案名称。
    title: String,
    /// 考核时期。
    period: String,
    /// `frozen`, `computed`, `adjusted` or `published`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Counts the changes.
    revision: u64,
    /// Version of the lake that it was frozen with.
    data_version: Option<u64>,
    /// Hash over the outcomes; empty before they are computed.
    result_hash: String,
    /// Who froze it.
    actor: String,
    /// When, in Beijing.
    at: String,
}

impl RunSummary {
    pub(super) fn of(run: &AssessmentRun, title: &str) -> Self {
        Self {
            run: run.run.run_id.clone(),
            scheme: run.run.scheme_id.clone(),
            title: title.to_owned(),
            period: run.run.period.clone(),
            state: run.state.code(),
            state_text: run.state.text(ZH),
            revision: run.revision,
            data_version: run.run.lake_version,
            result_hash: run.result_hash.clone(),
            actor: run.actor.clone(),
            at: beijing::shown(run.at),
        }
    }
}

/// A run with what the caller may see of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunBody {
    /// The run.
    run: RunSummary,
    /// The full mark.
    full: String,
    /// Parts of the score, in the order of the scheme.
    parts: Vec<NamedPart>,
    /// Phases, for objections and changes.
    phases: Vec<NamedPart>,
    /// Grades, the best first.
    grades: Vec<String>,
    /// Whether all institutions of it are within the caller's reach.
    is_whole: bool,
    /// The institutions, best first within their table.
    institutions: Vec<InstitutionScore>,
    /// 异议。
    objections: Vec<ObjectionBody>,
    /// 调整。
    adjustments: Vec<AdjustmentBody>,
    /// What happened.
    history: Vec<RunActionBody>,
}

/// Something of a scheme with its title.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedPart {
    /// Its id.
    id: String,
    /// 名称。
    title: String,
}

impl NamedPart {
    pub(super) fn of(id: &str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
        }
    }
}

/// How an institution came off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstitutionScore {
    /// Organisation code.
    organisation: String,
    /// 机构名称。
    name: String,
    /// The table that it was scored by.
    table: String,
    /// 名次。
    place: Option<u32>,
    /// Of how many.
    of: u32,
    /// 得分。
    score: Option<String>,
    /// 建议等次；`null` while it is open.
    grade: Option<String>,
    /// The grade by score alone.
    grade_by_score: Option<String>,
    /// The condition that made the grade another one; empty for none.
    gate: String,
    /// Whether a veto decided.
    veto: bool,
    /// The next better grade by score; empty for none.
    next_grade: String,
    /// Points that are missing to it.
    next_missing: Option<String>,
    /// Means of the parts, in the order of the scheme.
    parts: Vec<Option<String>>,
    /// 加分。
    bonus: String,
    /// 扣分。
    deduction: String,
    /// Items without data; `null` where only the published outcome may be seen.
    absent: Option<usize>,
    /// Whether its reasons may be opened.
    can_open: bool,
}

impl InstitutionScore {
    fn of(scheme: &Scheme, one: &Outcome, own: &Scope) -> Self {
        let can_open = own.allows(&one.unit.code);
        let next = next_grade(scheme, one);
        Self {
            organisation: one.unit.code.clone(),
            name: one.unit.name.clone(),
            table: scheme
                .table(&one.table)
                .map_or_else(String::new, |table| table.title.clone()),
            place: one.place,
            of: one.of,
            score: one.score.map(number),
            grade: one.grade.grade.clone(),
            grade_by_score: one.grade.by_band.clone(),
            gate: match can_open {
                true => lowered_by(scheme, one).unwrap_or_default().to_owned(),
                false => String::new(),
            },
            veto: !one.grade.vetoes.is_empty(),
            next_grade: next.map(|next| next.grade.to_owned()).unwrap_or_default(),
            next_missing: next.map(|next| number(next.missing)),
            parts: one.parts.iter().map(|part| part.mean.map(number)).collect(),
            bonus: number(one.events.bonus),
            deduction: number(one.events.deduction),
            absent: can_open.then(|| one.absent_items().count()),
            can_open,
        }
    }
}

impl RunBody {
    pub(super) fn of(scheme: &Scheme, detail: &RunDetail, own: &Scope, is_whole: bool) -> Self {
        let mut ranked: Vec<&Outcome> = detail.outcomes.iter().collect();
        ranked.sort_by_key(|one| (&one.table, one.place.unwrap_or(u32::MAX), &one.unit.code));
        let name = |code: &str| {
            let unit = detail.outcomes.iter().find(|one| one.unit.code == code);
            unit.map_or_else(|| code.to_owned(), |one| one.unit.name.clone())
        };
        let phases = scheme.phases();
        Self {
            run: RunSummary::of(&detail.run, &scheme.title),
            full: number(scheme.full),
            parts: scheme
                .parts
                .iter()
                .map(|part| NamedPart::of(&part.id, &part.title))
                .collect(),
            phases: phases
                .map(|phase| NamedPart::of(&phase.id, &phase.title))
                .collect(),
            grades: scheme.bands.iter().map(|band| band.grade.clone()).collect(),
            is_whole,
            institutions: ranked
                .into_iter()
                .map(|one| InstitutionScore::of(scheme, one, own))
                .collect(),
            objections: detail
                .objections
                .iter()
                .map(|one| ObjectionBody::of(one, name(&one.objection.organisation_code)))
                .collect(),
            adjustments: detail
                .adjustments
                .iter()
                .map(|one| AdjustmentBody::of(one, name(&one.adjustment.organisation_code)))
                .collect(),
            history: detail.history.iter().map(RunActionBody::of).collect(),
        }
    }
}

/// An objection with its reply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectionBody {
    /// Its number in the run.
    number: u64,
    /// Whose.
    organisation: String,
    /// 机构名称。
    organisation_name: String,
    /// The phase; empty for the whole.
    phase: String,
    /// The item; empty for the whole phase.
    item: String,
    /// 异议内容。
    claim: String,
    /// 佐证材料。
    evidence: Vec<ProofFile>,
    /// `open`, `upheld` or `rejected`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Who objected.
    actor: String,
    /// When, in Beijing.
    at: String,
    /// 答复。
    reply: String,
    /// Who replied.
    replied_by: String,
    /// When, in Beijing; empty while nobody did.
    replied_at: String,
}

impl ObjectionBody {
    pub(super) fn of(one: &Objection, organisation_name: String) -> Self {
        let objection = &one.objection;
        Self {
            number: one.number,
            organisation: objection.organisation_code.clone(),
            organisation_name,
            phase: objection.phase.clone(),
            item: objection.item.clone(),
            claim: objection.claim.clone(),
            evidence: ProofFile::all(&objection.evidence),
            state: one.state.code(),
            state_text: one.state.text(ZH),
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
            reply: one.reply.clone(),
            replied_by: one.replied_by.clone(),
            replied_at: one.replied_at.map(beijing::shown).unwrap_or_default(),
        }
    }
}

/// A change of a value or of points.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdjustmentBody {
    /// Its number in the run.
    number: u64,
    /// Whose.
    organisation: String,
    /// 机构名称。
    organisation_name: String,
    /// The objection that it answers.
    objection: Option<u64>,
    /// The phase.
    phase: String,
    /// The item; empty for the score of the phase.
    item: String,
    /// `reading` or `points`.
    what: &'static str,
    /// 指标值或得分。
    what_text: String,
    /// 改为。
    to: String,
    /// 理由。
    reason: String,
    /// `proposed`, `approved`, `refused` or `replaced`.
    decision: &'static str,
    /// 决定。
    decision_text: String,
    /// Who proposed it.
    proposed_by: String,
    /// When, in Beijing.
    proposed_at: String,
    /// Who decided.
    decided_by: String,
    /// When, in Beijing; empty while nobody did.
    decided_at: String,
    /// What was said.
    words: String,
}

impl AdjustmentBody {
    pub(super) fn of(one: &AssessmentAdjustment, organisation_name: String) -> Self {
        let adjustment = &one.adjustment;
        Self {
            number: one.number,
            organisation: adjustment.organisation_code.clone(),
            organisation_name,
            objection: adjustment.objection,
            phase: adjustment.phase.clone(),
            item: adjustment.item.clone(),
            what: adjustment.what.code(),
            what_text: adjustment.what.text(ZH),
            to: number(adjustment.to),
            reason: adjustment.reason.clone(),
            decision: one.decision.code(),
            decision_text: one.decision.text(ZH),
            proposed_by: one.proposed_by.clone(),
            proposed_at: beijing::shown(one.proposed_at),
            decided_by: one.decided_by.clone(),
            decided_at: one.decided_at.map(beijing::shown).unwrap_or_default(),
            words: one.words.clone(),
        }
    }
}

/// Something that happened to a run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunActionBody {
    /// `freeze`, `compute`, `object`, `reply`, `propose`, `decide` or `publish`.
    action: &'static str,
    /// 做了什么。
    action_text: String,
    /// The institution that it is about; empty for the run.
    organisation: String,
    /// Who.
    actor: String,
    /// When, in Beijing.
    at: String,
    /// What was said.
    note: String,
}

impl RunActionBody {
    fn of(one: &RunAction) -> Self {
        Self {
            action: one.kind.code(),
            action_text: one.kind.text(ZH),
            organisation: one.organisation_code.clone(),
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
            note: one.note.clone(),
        }
    }
}

/// A line of an explanation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineBody {
    /// How deep it stands, from 0.
    depth: u8,
    /// 说明。
    text: String,
    /// 依据；可为空。
    clause: String,
}

impl LineBody {
    pub(super) fn of(line: &Line) -> Self {
        Self {
            depth: line.depth,
            text: line.text.clone(),
            clause: line.clause.clone(),
        }
    }
}

/// A file that proves something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProofFile {
    /// 文件名。
    name: String,
    /// SHA-256 of its bytes, by which it is fetched.
    sha256: String,
}

impl ProofFile {
    /// All files of something.
    fn all(files: &[Evidence]) -> Vec<Self> {
        let files = files.iter().map(|file| Self {
            name: file.name.clone(),
            sha256: file.sha256.clone(),
        });
        files.collect()
    }
}

/// Something that was entered for an assessment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryBody {
    /// Whose.
    organisation: String,
    /// `phase`, `attribute` or `item`.
    kind: &'static str,
    /// The phase of an item's value; empty for all, and for the other kinds.
    phase: String,
    /// Id of the phase, key of the other assessment or of the item's source.
    name: String,
    /// 值；空为已撤销。
    value: String,
    /// Its version; who changes it names the one that was seen.
    version: u64,
    /// By whom.
    actor: String,
    /// When, in Beijing.
    at: String,
    /// 依据和理由。
    note: String,
    /// 佐证材料。
    evidence: Vec<ProofFile>,
}

impl EntryBody {
    pub(super) fn of(one: &AssessmentEntry) -> Self {
        let (entry, key) = (&one.entry, &one.entry.key);
        Self {
            organisation: key.organisation_code.clone(),
            kind: key.kind.code(),
            phase: key.phase.clone(),
            name: key.name.clone(),
            value: entry.value.clone(),
            version: one.version,
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
            note: entry.note.clone(),
            evidence: ProofFile::all(&entry.evidence),
        }
    }
}

/// A bonus, deduction or veto that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventBody {
    /// Whose.
    organisation: String,
    /// Its number among those of the institution.
    number: u64,
    /// Its version; who goes on with it names the one that was seen.
    version: u64,
    /// Id of its kind.
    rule: String,
    /// 事项。
    rule_title: String,
    /// `bonus`, `deduction` or `veto`.
    effect: &'static str,
    /// Id of the level; empty for vetoes.
    level: String,
    /// 层级。
    level_title: String,
    /// Points of the level; `null` where the document leaves them open, and for vetoes.
    points: Option<String>,
    /// 事由。
    title: String,
    /// 发生日期。
    date: String,
    /// 同一事项的名称。
    matter: String,
    /// 发文单位。
    issuer: String,
    /// 正式文号。
    document_number: String,
    /// 批示原文。
    wording: String,
    /// 佐证材料；没有时为 `null`。
    file: Option<ProofFile>,
    /// 缺少的证明；不缺为空。
    lacks: String,
    /// `reported`, `approved`, `refused` or `withdrawn`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Who reported it.
    reporter: String,
    /// Who made this version.
    actor: String,
    /// When, in Beijing.
    at: String,
    /// What was said.
    note: String,
}

impl EventBody {
    pub(super) fn of(scheme: &Scheme, one: &AssessmentEvent) -> Result<Self, Problem> {
        let event = content_of(one)?;
        let rule = scheme.events.iter().find(|rule| rule.id == event.rule);
        let vetoes = &scheme.vetoes.rules;
        let veto = vetoes.iter().find(|rule| rule.id == event.rule);
        let level = rule.and_then(|rule| rule.levels.iter().find(|level| level.id == event.level));
        let (rule_title, proof): (&str, &[Proof]) = match (rule, veto) {
            (Some(rule), _) => (&rule.title, &rule.proof),
            (None, Some(veto)) => (&veto.title, &veto.proof),
            (None, None) => ("其他否决事项", &[Proof::DocumentNumber]),
        };
        let lacking = proof.iter().filter(|proof| match proof {
            Proof::DocumentNumber => event.document_number.trim().is_empty(),
            Proof::Wording => event.wording.trim().is_empty(),
            Proof::File => event.file_hash.is_empty(),
        });
        let lacking: Vec<String> = lacking.map(|proof| proof.text(ZH)).collect();
        let points = level.and_then(|level| level.points);
        Ok(Self {
            organisation: one.event.organisation_code.clone(),
            number: one.number,
            version: one.version,
            rule_title: rule_title.to_owned(),
            effect: effect(rule.map(|rule| rule.effect)),
            level_title: level.map_or_else(String::new, |level| level.title.clone()),
            points: points.map(number),
            date: one.event.happened_on.to_string(),
            lacks: lacking.join("、"),
            state: one.state.code(),
            state_text: one.state.text(ZH),
            reporter: one.reporter.clone(),
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
            note: one.note.clone(),
            file: (!event.file_hash.is_empty()).then_some(ProofFile {
                name: event.file,
                sha256: event.file_hash,
            }),
            rule: event.rule,
            level: event.level,
            title: event.title,
            matter: event.matter,
            issuer: event.issuer,
            document_number: event.document_number,
            wording: event.wording,
        })
    }
}

/// What an event does, as a code; what is neither decides alone.
pub(super) fn effect(effect: Option<Effect>) -> &'static str {
    match effect {
        Some(Effect::Bonus) => "bonus",
        Some(Effect::Deduction) => "deduction",
        None => "veto",
    }
}
