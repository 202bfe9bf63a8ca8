//! From the value of an item back to what it was made of: records with file and line, submissions with their rows,
//! entries with their evidence – in the version of the lake that the run was frozen with.

use std::collections::BTreeMap;

use biaochi_assessment::Source;
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_indicators::Measure;
use biaochi_organisations::Unit;
use biaochi_records::Field;
use biaochi_store::{AssessmentRun, EntryKind, Evidence, Scope, Store, Submission, SubmissionKey};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::lake::{pack, structure, subject};
use super::{AssessmentError, ItemExplanation};
use crate::indicators::{Formula, Indicator, IndicatorError, Mark, STAY, Values, drill};
use crate::lookup::quoted;
use crate::query::OneVersion;
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// Records that are named with file and line at most.
const NAMED: usize = 1_000;

/// What stands behind the value of an item in a phase.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trace {
    /// Version of the lake that the run was frozen with.
    pub lake_version: Option<u64>,
    /// The indicator, when the value is one's.
    pub indicator: Option<TracedIndicator>,
    /// Records that add to it, those that add to the numerator first.
    pub records: Vec<TracedRecord>,
    /// Approved submissions that it is from.
    pub submissions: Vec<TracedSubmission>,
    /// What a person entered.
    pub entry: Option<TracedEntry>,
    /// Why there are no records to name, in Chinese; empty otherwise.
    pub remark: String,
}

/// The definition of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedIndicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The numerator, as SQL over its source.
    pub numerator: String,
    /// The denominator; empty when there is none.
    pub denominator: String,
    /// The document, and the clause in it.
    pub source: String,
    /// What is not confirmed about it, in Chinese.
    pub unconfirmed: Vec<String>,
    /// Id of its pack.
    pub pack: String,
    /// The hash of the pack's content as it is now.
    pub pack_hash: String,
}

/// A record behind a value, and where it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedRecord {
    /// Key of the record.
    pub record_key: String,
    /// Medical record number.
    pub medical_record_number: String,
    /// The delivered file; empty for records beyond the first thousand.
    pub file: String,
    /// Its line in the file.
    pub line: u64,
    /// What it adds to the numerator.
    pub numerator: Decimal,
    /// What it adds to the denominator, where there is one.
    pub denominator: Option<Decimal>,
}

/// An approved submission behind a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedSubmission {
    /// Id of the data set.
    pub dataset: String,
    /// Its title.
    pub title: String,
    /// The period that it is for.
    pub period: String,
    /// The version that was approved.
    pub version: u64,
    /// The file that it was read from; empty for one that was filled in elsewhere.
    pub file: String,
    /// Who handed it in.
    pub submitter: String,
    /// Who approved it.
    pub approver: String,
    /// The values.
    pub cells: Vec<TracedCell>,
}

/// A value of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedCell {
    /// Value of the breakdown; empty without one.
    pub breakdown: String,
    /// Id of the field.
    pub field: String,
    /// Its title.
    pub title: String,
    /// The value.
    pub value: String,
    /// Its row in the file; empty when nobody knows.
    pub row: String,
}

/// What a person entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedEntry {
    /// The value as it stands now; the run was frozen with the one above.
    pub value: String,
    /// Its version.
    pub version: u64,
    /// Who entered it.
    pub actor: String,
    /// When, in Beijing.
    pub at: String,
    /// What proves it.
    pub evidence: Vec<Evidence>,
    /// The remark.
    pub note: String,
}

/// Looks up what stands behind the items of an institution in a run; opened once for all phases.
pub(super) struct Tracer<'a> {
    workspace: &'a Workspace,
    content: &'a Content,
    scope: &'a Scope,
    run: &'a AssessmentRun,
    organisation: &'a str,
    lake: Option<(Values, OneVersion)>,
}

impl<'a> Tracer<'a> {
    /// Opens the version that a run was frozen with, if it was frozen with one.
    pub(super) fn open(
        (workspace, content): (&'a Workspace, &'a Content),
        scope: &'a Scope,
        run: &'a AssessmentRun,
        organisation: &'a str,
        sources: &[Source],
    ) -> Result<Self, AssessmentError> {
        let period = run.run.period.parse::<Period>().ok();
        let lake = match run.run.lake_version.zip(period) {
            Some((version, period)) => {
                let pack = pack(content, sources)?;
                let structure = structure(workspace)?;
                Some((
                    Values::at_version(workspace, &pack, structure, period, version)?,
                    OneVersion::at(workspace, content, version)?,
                ))
            }
            None => None,
        };
        Ok(Self {
            workspace,
            content,
            scope,
            run,
            organisation,
            lake,
        })
    }

    /// What stands behind an item in a phase.
    pub(super) fn trace(&self, item: &ItemExplanation) -> Result<Trace, AssessmentError> {
        let mut trace = Trace {
            lake_version: self.run.run.lake_version,
            ..Trace::default()
        };
        let source = &item.item.source;
        if let Source::Entered(key) = source {
            trace.entry = self.entry(key, &item.phase)?;
            return Ok(trace);
        }
        let is_from_lake =
            |reading: &biaochi_assessment::Reading| reading.origin == source.to_string();
        let (Some((values, tables)), Ok(period)) = (&self.lake, item.period.parse::<Period>())
        else {
            return Ok(trace);
        };
        let Some(indicator) = subject(source).and_then(|id| values.set().get(&id)) else {
            return Ok(trace);
        };
        if matches!(source, Source::Indicator(_)) {
            let title = |source: &str, name: &str| self.title(source, name);
            trace.indicator = Some(definition(values, indicator, &title));
        }
        // A value that was decided or came in a file is not made of what lies in the lake.
        if !item.score.reading.as_ref().is_none_or(is_from_lake) {
            return Ok(trace);
        }
        let unit = Unit::Institution(self.organisation.to_owned());
        match drill(values, indicator, &unit, period) {
            Ok(drilled) => {
                let records = drilled.into_iter().map(|one| TracedRecord {
                    record_key: one.line.record_key,
                    medical_record_number: one.line.medical_record_number,
                    file: String::new(),
                    line: 0,
                    numerator: one.numerator,
                    denominator: one.denominator,
                });
                trace.records = records.collect();
                trace.records.sort_by(|one, other| {
                    let zero = |record: &TracedRecord| record.numerator.is_zero();
                    (zero(one), &one.record_key).cmp(&(zero(other), &other.record_key))
                });
                self.name_places(tables, period, &mut trace.records)?;
            }
            Err(error @ IndicatorError::NoRecords { .. }) => {
                trace.remark = error.text(Language::Zh);
            }
            Err(IndicatorError::UnknownUnit { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        for (dataset, fields) in self.fields(values, indicator) {
            let found = self.submissions(tables, &dataset, &fields, period)?;
            trace.submissions.extend(found);
        }
        if !trace.submissions.is_empty() {
            trace.remark.clear();
        }
        Ok(trace)
    }

    /// Fills in file and line of the first records.
    fn name_places(
        &self,
        tables: &OneVersion,
        period: Period,
        records: &mut [TracedRecord],
    ) -> Result<(), AssessmentError> {
        let named = records.len().min(NAMED);
        let Some(first) = records.get_mut(..named).filter(|first| !first.is_empty()) else {
            return Ok(());
        };
        let keys = first.iter().map(|record| quoted(&record.record_key));
        let keys: Vec<String> = keys.collect();
        let places: Vec<Place> = tables.rows(&format!(
            "select record_key, source_file, source_row from discharge where organisation_code = {} \
             and discharge_month between {} and {} and record_key in ({})",
            quoted(self.organisation),
            quoted(&period.first().to_string()),
            quoted(&period.last().to_string()),
            keys.join(", ")
        ))?;
        let places: BTreeMap<String, Place> = places
            .into_iter()
            .map(|place| (place.record_key.clone(), place))
            .collect();
        for record in first {
            if let Some(place) = places.get(&record.record_key) {
                record.file = place.source_file.clone().unwrap_or_default();
                record.line = place.source_row.unwrap_or_default();
            }
        }
        Ok(())
    }

    /// The data sets that an indicator is made of, and their fields in its expressions.
    fn fields(&self, values: &Values, indicator: &Indicator) -> BTreeMap<String, Vec<String>> {
        let set = values.set();
        let basis = set.basis(indicator);
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if let Formula::Entered { dataset, field } = &basis.formula {
            found.insert(dataset.clone(), vec![field.clone()]);
        }
        for measure in set.measures_of(basis) {
            let measure = set.measure(measure);
            if measure.source == STAY {
                continue;
            }
            let fields = found.entry(measure.source.clone()).or_default();
            for name in self.named(measure) {
                if !fields.contains(&name) {
                    fields.push(name);
                }
            }
        }
        found
    }

    /// The fields of its data set that a measure names.
    fn named(&self, measure: &Measure) -> Vec<String> {
        let sets = self.content.data_sets().ok();
        let Some(loaded) = sets.and_then(|sets| sets.get(&measure.source)) else {
            return Vec::new();
        };
        let part_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = measure
            .expressions()
            .flat_map(|sql| sql.split(move |c: char| !part_of_a_name(c)));
        words
            .filter(|word| loaded.set.field(word).is_some())
            .map(str::to_owned)
            .collect()
    }

    /// What people call a column of the records or a field of a data set.
    fn title(&self, source: &str, name: &str) -> Option<String> {
        if source == STAY {
            let own = COLUMNS.iter().find(|(column, _)| *column == name);
            let of_catalogue = || Field::from_id(name).map(|field| field.info().name_zh);
            return own
                .map(|(_, title)| *title)
                .or_else(of_catalogue)
                .map(str::to_owned);
        }
        let set = &self.content.data_sets().ok()?.get(source)?.set;
        if name.is_empty() {
            return Some(set.title.clone());
        }
        set.field(name).map(|field| field.title.clone())
    }

    /// The approved submissions of a data set for the periods within one, with the values of some fields.
    fn submissions(
        &self,
        tables: &OneVersion,
        dataset: &str,
        fields: &[String],
        period: Period,
    ) -> Result<Vec<TracedSubmission>, AssessmentError> {
        let record = tables.publication().record.as_ref();
        let is_there = record.is_some_and(|record| record.table_versions.contains_key("fact"));
        if !is_there || fields.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        let facts: Vec<Fact> = tables.rows(&format!(
            "select period, breakdown, field, cast(\"value\" as varchar) as number, \"text\" as word, \
             version, submitter, approver from fact where dataset = {} and organisation_code = {} \
             and first_month >= {} and last_month <= {} and field in ({}) \
             order by last_month desc, period, breakdown, field",
            quoted(dataset),
            quoted(self.organisation),
            quoted(&period.first().to_string()),
            quoted(&period.last().to_string()),
            names.join(", ")
        ))?;
        let set = self.content.data_sets()?.get(dataset);
        let mut found: Vec<TracedSubmission> = Vec::new();
        let mut stored: Option<Submission> = None;
        for fact in facts {
            if found.last().is_none_or(|last| last.period != fact.period) {
                stored = self.stored(dataset, &fact)?;
                found.push(TracedSubmission {
                    dataset: dataset.to_owned(),
                    title: set.map_or_else(String::new, |set| set.set.title.clone()),
                    period: fact.period.clone(),
                    version: fact.version,
                    file: stored
                        .as_ref()
                        .map_or_else(String::new, |one| one.origin.clone()),
                    submitter: fact.submitter.clone(),
                    approver: fact.approver.clone(),
                    cells: Vec::new(),
                });
            }
            let mut rows = stored.iter().flat_map(|one| &one.content);
            let row = rows.find(|row| row.breakdown == fact.breakdown);
            let field = set.and_then(|set| set.set.field(&fact.field));
            if let Some(last) = found.last_mut() {
                last.cells.push(TracedCell {
                    title: field.map_or_else(String::new, |field| field.title.clone()),
                    value: fact.shown(),
                    row: row.map_or_else(String::new, |row| row.place.clone()),
                    breakdown: fact.breakdown,
                    field: fact.field,
                });
            }
        }
        Ok(found)
    }

    /// The submission whose version was approved.
    fn stored(&self, dataset: &str, fact: &Fact) -> Result<Option<Submission>, AssessmentError> {
        let Ok(period) = fact.period.parse::<Period>() else {
            return Ok(None);
        };
        let key = SubmissionKey {
            organisation_code: self.organisation.to_owned(),
            dataset: dataset.to_owned(),
            period,
        };
        let versions = with_store(self.workspace, async |store: &Store| {
            Ok(store.submission_versions(self.scope, &key).await?)
        })?;
        Ok(versions.into_iter().find(|one| one.version == fact.version))
    }

    /// What was entered for a phase, or for all of them.
    fn entry(&self, key: &str, phase: &str) -> Result<Option<TracedEntry>, AssessmentError> {
        let run = &self.run.run;
        let entries = with_store(self.workspace, async |store: &Store| {
            Ok(store
                .assessment_entries(self.scope, &run.scheme_id, &run.period)
                .await?)
        })?;
        let of = |wanted: &str| {
            entries.iter().find(|entry| {
                let own = &entry.entry.key;
                own.kind == EntryKind::Item
                    && own.organisation_code == self.organisation
                    && own.name == key
                    && own.phase == wanted
            })
        };
        let entry = of(phase).or_else(|| of(""));
        Ok(entry.map(|entry| TracedEntry {
            value: entry.entry.value.clone(),
            version: entry.version,
            actor: entry.actor.clone(),
            at: crate::beijing::shown(entry.at),
            evidence: entry.entry.evidence.clone(),
            note: entry.entry.note.clone(),
        }))
    }
}

#[derive(Debug, Deserialize)]
struct Place {
    record_key: String,
    source_file: Option<String>,
    source_row: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Fact {
    period: String,
    breakdown: String,
    field: String,
    number: Option<String>,
    word: Option<String>,
    version: u64,
    submitter: String,
    approver: String,
}

impl Fact {
    /// The value as people write it.
    fn shown(&self) -> String {
        let number = self
            .number
            .as_ref()
            .map(|text| match text.parse::<Decimal>() {
                Ok(number) => number.normalize().to_string(),
                Err(_) => text.clone(),
            });
        number.or_else(|| self.word.clone()).unwrap_or_default()
    }
}

/// What an indicator says.
fn definition(
    values: &Values,
    indicator: &Indicator,
    title: &dyn Fn(&str, &str) -> Option<String>,
) -> TracedIndicator {
    let set = values.set();
    let terms = |terms: &[biaochi_indicators::Term]| {
        let parts = terms.iter().map(|term| {
            let sign = if term.minus { "−" } else { "" };
            format!("{sign}{}", in_words(set.measure(term.measure), title))
        });
        parts.collect::<Vec<_>>().join(" ＋ ")
    };
    let (numerator, denominator) = match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => (terms(numerator), terms(denominator)),
        Formula::Growth { of, against } => (
            format!("{of} 的{}", against.text(Language::Zh)),
            String::new(),
        ),
        Formula::Entered { dataset, field } => {
            let field = title(dataset, field).unwrap_or_else(|| field.clone());
            (format!("填报的“{field}”"), String::new())
        }
        Formula::Exact(_) => ("去重、中位数一类，逐单位精确计算".to_owned(), String::new()),
        Formula::Algorithm(_) => ("按 DRG 汇总的数计算".to_owned(), String::new()),
    };
    let marks = set.marks(indicator);
    let unconfirmed = marks.iter().map(|mark| match mark {
        Mark::Definition(certainty) => format!("定义{}", certainty.text(Language::Zh)),
        Mark::List { title, .. } => format!("暂定名录“{title}”"),
    });
    let loaded = &values.pack().loaded;
    let source = loaded.sources.get(&indicator.source);
    let source = source.unwrap_or(&indicator.source);
    let provenance = values.provenance();
    TracedIndicator {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        numerator,
        denominator,
        source: format!("{source} {}", indicator.clause).trim().to_owned(),
        unconfirmed: unconfirmed.collect(),
        pack: provenance.pack.clone(),
        pack_hash: provenance.pack_hash.clone(),
    }
}

/// Columns of the stays that are derived, and what people call them.
const COLUMNS: [(&str, &str); 12] = [
    ("rw", "相对权重"),
    ("los", "住院天数"),
    ("age", "年龄"),
    ("drg", "DRG 组"),
    ("adrg", "核心病组"),
    ("mdc", "主要诊断大类"),
    ("has_surgery", "有手术"),
    ("has_minimally_invasive", "有微创手术"),
    ("has_grade34_surgery", "有三、四级手术"),
    ("has_grade4_surgery", "有四级手术"),
    ("has_surgical_complication", "有手术并发症"),
    ("breakdown", "分类"),
];

/// Words of SQL and what people say for them.
const SAID: [(&str, &str); 9] = [
    ("is not null", "有值"),
    ("is null", "没有值"),
    ("code_in", "编码属于"),
    ("starts_with", "开头为"),
    ("true", "全部"),
    ("and", "且"),
    ("or", "或"),
    ("not", "非"),
    ("in", "属于"),
];

/// A sum in words: names of columns become what people call them, the rest stays as it is computed.
fn in_words(measure: &Measure, title: &dyn Fn(&str, &str) -> Option<String>) -> String {
    use biaochi_indicators::Kind;
    let said = |sql: &str| said(sql, &|name| title(&measure.source, name));
    let (source, rows) = match measure.source.as_str() {
        STAY => ("病案".to_owned(), "份数"),
        dataset => {
            let source = title(dataset, "").unwrap_or_else(|| dataset.to_owned());
            (source, "个数")
        }
    };
    let mut text = match &measure.kind {
        Kind::Count(sql) if sql.trim() == "true" => format!("{source}：{rows}"),
        Kind::Count(sql) => format!("{source}：{}的{rows}", said(sql)),
        Kind::Sum(sql) => format!("{source}：{}之和", said(sql)),
    };
    if let Some(filter) = &measure.filter {
        text += &format!("，限{}", said(filter));
    }
    if let Some(exclude) = &measure.exclude {
        text += &format!("，不含{}", said(exclude));
    }
    text
}

/// A condition with the names of its columns and the words of SQL as people say them; what stands in quotes is kept.
fn said(sql: &str, title: &dyn Fn(&str) -> Option<String>) -> String {
    let part_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = sql.trim();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let after = rest.get(1..).unwrap_or_default();
            let end = after.find('\'').map_or(rest.len(), |end| end + 2);
            let (quoted, behind) = rest.split_at(end);
            out += quoted.trim_matches('\'');
            rest = behind;
            continue;
        }
        if !(first.is_ascii_alphabetic() || first == '_') {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let word = |text: &&str| {
            let fits = rest.starts_with(*text);
            let behind = rest.get(text.len()..).and_then(|rest| rest.chars().next());
            fits && !behind.is_some_and(part_of_a_name)
        };
        if let Some((sql, words)) = SAID.iter().find(|(sql, _)| word(sql)) {
            out += words;
            rest = rest.get(sql.len()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| !part_of_a_name(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        match title(name) {
            Some(title) => out += &title,
            None => out += name,
        }
        rest = behind;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_told_without_names_of_columns() {
        let title = |name: &str| {
            let own = COLUMNS.iter().find(|(column, _)| *column == name);
            own.map(|(_, title)| (*title).to_owned())
        };
        assert_eq!(said("rw is not null", &title), "相对权重 有值");
        assert_eq!(
            said("has_surgery and has_grade4_surgery", &title),
            "有手术 且 有四级手术"
        );
        assert_eq!(said("breakdown = '麻醉 and'", &title), "分类 = 麻醉 and");
        assert_eq!(said("ordinary >= 18", &title), "ordinary >= 18");
    }
}
