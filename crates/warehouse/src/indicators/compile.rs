//! All measures of discharges, made ready to be summed in one pass.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use biaochi_checks::CodeRanges;
use biaochi_indicators::{CodeList, IndicatorSet, Kind, Measure, MeasureId, STAY};
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast as cast_array;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{DFSchema, DFSchemaRef, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, ExprSchemable as _, cast, when};
use datafusion::prelude::SessionContext;

use super::adds::{Adds, Amount, Condition, Part, Term};
use super::source::{DEPARTMENT, Needed, PHYSICIAN};
use crate::checks::{
    Logical, Lookups, Membership, Narrow, Ranges, Reason, cannot_fail, guarded, reason, session,
};
use crate::error::{Result, WarehouseError};

/// Sums are kept at this scale: money has two places, weights have four.
const SUM: DataType = DataType::Decimal128(20, 4);

/// What of a pack cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A term, by its id.
    Term(String),
    /// What a row adds to a measure.
    Own(MeasureId),
    /// Which rows a measure counts.
    Filter(MeasureId),
    /// Which rows a measure never counts.
    Exclude(MeasureId),
}

/// Why something of a pack cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureProblem {
    /// What cannot be compiled.
    pub subject: Subject,
    /// What is wrong.
    pub reason: Reason,
}

/// The measures of discharges of a set, ready to be summed.
#[derive(Debug)]
pub struct CompiledMeasures {
    set: Arc<IndicatorSet>,
    pub(super) needed: Needed,
    /// What is asked of codes in columns; the answers follow the columns.
    early: Membership,
    terms: Vec<Term>,
    /// What is asked of codes in terms; the answers follow the terms.
    late: Membership,
    department: Narrow,
    physician: Narrow,
    /// The distinct parts of conditions.
    parts: Vec<Part>,
    conditions: Vec<Condition>,
    amounts: Vec<Amount>,
    pub(super) measures: Vec<CompiledMeasure>,
    /// What the measures mean together, once it was asked for.
    pub(super) hash: OnceLock<String>,
}

/// A measure, ready to be summed. Many share their condition or their amount, which is evaluated once.
#[derive(Debug)]
pub(super) struct CompiledMeasure {
    pub(super) measure: Measure,
    /// Place of the condition that its rows meet; every row adds when there is none.
    pub(super) condition: Option<usize>,
    /// Place of what its rows add; one, when there is none.
    pub(super) amount: Option<usize>,
}

/// What the rows of a measure meet and what they add, to be evaluated.
#[derive(Default)]
struct Parts {
    condition: Option<Expr>,
    amount: Option<Expr>,
}

/// Lists that nobody supplied hold no code.
pub(super) fn ranges_of(lists: &[CodeList]) -> Arc<Ranges> {
    let named = lists.iter().map(|list| {
        let read = |codes: &str| CodeRanges::parse(codes).unwrap_or_default();
        (
            list.id.clone(),
            read(&list.codes).without(&read(&list.except)),
        )
    });
    Arc::new(Ranges::named(named.collect()))
}

/// Reads expressions over the columns and the terms so far.
struct Compiler<'a> {
    context: SessionContext,
    ranges: Arc<Ranges>,
    set: &'a IndicatorSet,
    record: DFSchemaRef,
    /// The columns and the terms so far.
    schema: DFSchemaRef,
    early: Membership,
    late: Membership,
}

impl Compiler<'_> {
    fn read(&mut self, sql: &str) -> std::result::Result<Logical, Reason> {
        let mut logical = Logical::read(&self.context, sql, &self.schema)?;
        logical.expression = self
            .early
            .take_from(logical.expression, &self.record, &self.ranges)
            .map_err(reason)?;
        Ok(logical)
    }

    fn read_late(&mut self, sql: &str) -> std::result::Result<Logical, Reason> {
        let mut logical = self.read(sql)?;
        logical.expression = self
            .late
            .take_from(logical.expression, &self.schema, &self.ranges)
            .map_err(reason)?;
        Ok(logical)
    }

    fn condition(&mut self, sql: &str) -> std::result::Result<Expr, Reason> {
        let logical = self.read_late(sql)?;
        match logical.data_type {
            DataType::Boolean => Ok(logical.expression),
            found => Err(Reason::Type {
                expected: "boolean",
                found: found.to_string(),
            }),
        }
    }

    /// The condition of the rows that count, and what each of them adds.
    fn measure(
        &mut self,
        id: MeasureId,
        measure: &Measure,
    ) -> std::result::Result<Parts, MeasureProblem> {
        let problem = |subject: Subject| move |reason| MeasureProblem { subject, reason };
        let mut condition: Option<Expr> = None;
        if let Some(sql) = &measure.filter {
            condition = Some(self.condition(sql).map_err(problem(Subject::Filter(id)))?);
        }
        if let Some(sql) = &measure.exclude {
            let excluded = self.condition(sql).map_err(problem(Subject::Exclude(id)))?;
            let kept = Expr::IsNotTrue(Box::new(excluded));
            condition = Some(match condition {
                Some(condition) => condition.and(kept),
                None => kept,
            });
        }
        match &measure.kind {
            Kind::Count(sql) => {
                let own = self.condition(sql).map_err(problem(Subject::Own(id)))?;
                let all = match condition {
                    Some(condition) => condition.and(own),
                    None => own,
                };
                let always = Expr::Literal(ScalarValue::Boolean(Some(true)), None);
                Ok(Parts {
                    condition: (all != always).then(|| guarded(all)),
                    amount: None,
                })
            }
            Kind::Sum(sql) => {
                let logical = self.read_late(sql).map_err(problem(Subject::Own(id)))?;
                if !logical.data_type.is_numeric() {
                    let reason = Reason::Type {
                        expected: "number",
                        found: logical.data_type.to_string(),
                    };
                    return Err(problem(Subject::Own(id))(reason));
                }
                let is_safe = cannot_fail(&logical.expression);
                let value = match logical.data_type {
                    // Brought to the scale of sums when it is added.
                    DataType::Decimal128(_, 0..=4) => logical.expression,
                    _ => cast(logical.expression, SUM),
                };
                match condition {
                    None => Ok(Parts {
                        condition: None,
                        amount: Some(value),
                    }),
                    Some(condition) if is_safe => Ok(Parts {
                        condition: Some(guarded(condition)),
                        amount: Some(value),
                    }),
                    // What might fail is asked of the rows that count only.
                    Some(condition) => {
                        let value = when(guarded(condition), value).end();
                        Ok(Parts {
                            condition: None,
                            amount: Some(
                                value.map_err(|error| problem(Subject::Own(id))(reason(error)))?,
                            ),
                        })
                    }
                }
            }
        }
    }
}

impl CompiledMeasures {
    /// Compiles the measures of discharges of a set, and one that counts all rows. Every mistake comes
    /// back at once. Terms that no measure uses are compiled too, so that a pack has none that fails.
    pub fn compile(
        set: &Arc<IndicatorSet>,
        lookups: &Arc<dyn Lookups>,
    ) -> std::result::Result<Self, Vec<MeasureProblem>> {
        let mut measures: Vec<(MeasureId, Measure)> = set
            .measures()
            .iter()
            .enumerate()
            .filter(|(_, measure)| measure.source == STAY)
            .map(|(place, measure)| (MeasureId(place), measure.clone()))
            .collect();
        let rows = Measure::rows(STAY);
        if !measures.iter().any(|(_, measure)| *measure == rows) {
            measures.push((MeasureId(usize::MAX), rows));
        }
        Self::of(set, lookups, measures, true)
    }

    /// Compiles some measures, and the terms that they use.
    pub fn only(
        set: &Arc<IndicatorSet>,
        lookups: &Arc<dyn Lookups>,
        measures: &[Measure],
    ) -> std::result::Result<Self, Vec<MeasureProblem>> {
        let id = |measure: &Measure| set.measure_id(measure).unwrap_or(MeasureId(usize::MAX));
        let measures = measures
            .iter()
            .map(|measure| (id(measure), measure.clone()));
        Self::of(set, lookups, measures.collect(), false)
    }

    fn of(
        set: &Arc<IndicatorSet>,
        lookups: &Arc<dyn Lookups>,
        measures: Vec<(MeasureId, Measure)>,
        all_terms: bool,
    ) -> std::result::Result<Self, Vec<MeasureProblem>> {
        let mut problems = Vec::new();
        if all_terms {
            problems.extend(Self::check_terms(set, lookups));
        }
        let own = || {
            measures
                .iter()
                .flat_map(|(_, measure)| measure.expressions())
        };
        let used: Vec<usize> = set.terms_used(own()).into_iter().collect();
        let terms = || used.iter().map(|place| &set.terms()[*place]);
        let texts = own().chain(terms().map(|term| term.sql.as_str()));
        let needed = Needed::by(texts.chain([DEPARTMENT, PHYSICIAN]));
        let mut compiler = match Compiler::new(set, lookups, &needed) {
            Ok(compiler) => compiler,
            Err(reason) => {
                let subject = Subject::Own(MeasureId(usize::MAX));
                return Err(vec![MeasureProblem { subject, reason }]);
            }
        };
        let mut term_expressions = Vec::with_capacity(used.len());
        for term in terms() {
            match compiler.read(&term.sql) {
                Ok(logical) => {
                    compiler.add_term(&term.id, logical.data_type.clone());
                    term_expressions.push(logical.expression);
                }
                // Told with the others when all terms are checked.
                Err(_) if all_terms => {}
                Err(reason) => {
                    let subject = Subject::Term(term.id.clone());
                    problems.push(MeasureProblem { subject, reason });
                }
            }
        }
        let complete = term_expressions.len() == used.len();
        let mut values = Vec::with_capacity(measures.len());
        for (id, measure) in &measures {
            match compiler.measure(*id, measure) {
                Ok(value) => values.push(value),
                Err(problem) => problems.push(problem),
            }
        }
        let grain = [DEPARTMENT, PHYSICIAN].map(|sql| compiler.read_late(sql));
        let [Ok(department), Ok(physician)] = grain else {
            return Err(problems);
        };
        if !problems.is_empty() || !complete {
            return Err(problems);
        }
        compiler.finish(
            (needed, Arc::clone(set)),
            &term_expressions,
            [&department.expression, &physician.expression],
            measures.into_iter().zip(values),
        )
    }

    /// Every term by itself, over all columns.
    fn check_terms(set: &IndicatorSet, lookups: &Arc<dyn Lookups>) -> Vec<MeasureProblem> {
        let names: Vec<String> = super::source::stay_fields()
            .iter()
            .map(|field| match field.data_type() {
                DataType::Struct(members) => members.iter().fold(field.name().clone(), named),
                DataType::List(element) => match element.data_type() {
                    DataType::Struct(members) => members.iter().fold(field.name().clone(), named),
                    _ => field.name().clone(),
                },
                _ => field.name().clone(),
            })
            .collect();
        let needed = Needed::by(names.iter().map(String::as_str));
        let Ok(mut compiler) = Compiler::new(set, lookups, &needed) else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        for term in set.terms() {
            let subject = || Subject::Term(term.id.clone());
            if needed.schema.field_with_name(&term.id).is_ok() {
                let reason = Reason::Sql(format!("“{}”已是病案的列 is a column already", term.id));
                problems.push(MeasureProblem {
                    subject: subject(),
                    reason,
                });
                continue;
            }
            match compiler.read(&term.sql) {
                Ok(logical) => compiler.add_term(&term.id, logical.data_type),
                Err(reason) => problems.push(MeasureProblem {
                    subject: subject(),
                    reason,
                }),
            }
        }
        problems
    }

    /// The set.
    pub fn set(&self) -> &Arc<IndicatorSet> {
        &self.set
    }

    /// The measures that are summed, by their places in the set; one behind the last for the count of
    /// all rows, where no indicator asks for it.
    pub fn ids(&self) -> Vec<MeasureId> {
        let behind = MeasureId(self.set.measures().len());
        let ids = self
            .measures
            .iter()
            .map(|one| self.set.measure_id(&one.measure));
        ids.map(|id| id.unwrap_or(behind)).collect()
    }

    /// How many measures are summed.
    pub fn count(&self) -> usize {
        self.measures.len()
    }

    /// The columns of the source that are read, nested ones with their members.
    pub fn columns(&self) -> Vec<String> {
        let fields = self.needed.schema.fields().iter();
        fields
            .map(|field| format!("{}: {}", field.name(), field.data_type()))
            .collect()
    }

    /// What rows of the columns needed add to the measures.
    pub(super) fn adds(&self, records: &RecordBatch) -> Result<Adds> {
        let record = records.columns();
        let early = self.early.answers(record);
        let early = early.map_err(WarehouseError::query)?;
        let mut columns = record.to_vec();
        columns.extend(early);
        let mut plain = record.to_vec();
        for term in &self.terms {
            let value = term.evaluate(&columns)?;
            plain.push(Arc::clone(&value));
            columns.push(value);
        }
        let late = self.late.answers(&plain);
        columns.extend(late.map_err(WarehouseError::query)?);
        let parts = self.parts.iter().map(|part| part.evaluate(&columns));
        let parts: Vec<_> = parts.collect::<Result<_>>()?;
        let conditions = self.conditions.iter();
        let conditions = conditions.map(|condition| condition.evaluate(&parts, &columns));
        let amounts = self.amounts.iter().map(|amount| amount.evaluate(&columns));
        Ok(Adds {
            rows: records.num_rows(),
            departments: texts(&self.department.evaluate(&columns)?)?,
            physicians: texts(&self.physician.evaluate(&columns)?)?,
            conditions: conditions.collect::<Result<_>>()?,
            amounts: amounts.collect::<Result<_>>()?,
        })
    }
}

fn texts(column: &ArrayRef) -> Result<ArrayRef> {
    let texts = cast_array(column, &DataType::Utf8);
    texts.map_err(WarehouseError::query)
}

fn named(text: String, member: &FieldRef) -> String {
    text + " " + member.name()
}

impl<'a> Compiler<'a> {
    fn new(
        set: &'a IndicatorSet,
        lookups: &Arc<dyn Lookups>,
        needed: &Needed,
    ) -> std::result::Result<Self, Reason> {
        let ranges = ranges_of(set.lists());
        let record = DFSchema::try_from(Arc::clone(&needed.schema)).map_err(reason)?;
        let record = Arc::new(record);
        Ok(Self {
            context: session(&ranges, lookups),
            ranges,
            set,
            schema: Arc::clone(&record),
            record,
            early: Membership::default(),
            late: Membership::default(),
        })
    }

    fn add_term(&mut self, id: &str, data_type: DataType) {
        let mut fields: Vec<_> = self.schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(id, data_type, true)));
        if let Ok(schema) = DFSchema::try_from(Schema::new(fields)) {
            self.schema = Arc::new(schema);
        }
    }

    fn finish(
        self,
        (needed, set): (Needed, Arc<IndicatorSet>),
        terms: &[Expr],
        [department, physician]: [&Expr; 2],
        measures: impl Iterator<Item = ((MeasureId, Measure), Parts)>,
    ) -> std::result::Result<CompiledMeasures, Vec<MeasureProblem>> {
        debug_assert_eq!(self.set.id(), set.id());
        let pool = Pool::new(&self, &needed);
        let mut problems = Vec::new();
        let places_of_terms = self.set.terms().iter().map(|term| &term.id);
        let used: Vec<&String> = places_of_terms
            .filter(|id| pool.places.contains_key(*id))
            .collect();
        let mut compiled_terms = Vec::with_capacity(used.len());
        for (id, expression) in used.into_iter().zip(terms) {
            match pool.term(expression) {
                Ok(term) => compiled_terms.push(term),
                Err(reason) => problems.push(MeasureProblem {
                    subject: Subject::Term(id.clone()),
                    reason,
                }),
            }
        }
        let mut shared = Shared::default();
        let mut compiled = Vec::new();
        for ((id, measure), parts) in measures {
            let condition = parts.condition.map(|one| shared.condition(&pool, one));
            let amount = parts.amount.map(|one| shared.amount(&pool, one));
            match (condition.transpose(), amount.transpose()) {
                (Ok(condition), Ok(amount)) => compiled.push(CompiledMeasure {
                    measure,
                    condition,
                    amount,
                }),
                (Err(reason), _) | (_, Err(reason)) => problems.push(MeasureProblem {
                    subject: Subject::Own(id),
                    reason,
                }),
            }
        }
        let grain = [department, physician].map(|one| {
            pool.narrow(one).map_err(|reason| MeasureProblem {
                subject: Subject::Own(MeasureId(usize::MAX)),
                reason,
            })
        });
        let (department, physician) = match grain {
            [Ok(department), Ok(physician)] if problems.is_empty() => (department, physician),
            grain => {
                problems.extend(grain.into_iter().filter_map(std::result::Result::err));
                return Err(problems);
            }
        };
        Ok(CompiledMeasures {
            set,
            needed,
            early: self.early.complete(),
            terms: compiled_terms,
            late: self.late.complete(),
            department,
            physician,
            parts: shared.parts,
            conditions: shared.conditions,
            amounts: shared.amounts,
            measures: compiled,
            hash: OnceLock::new(),
        })
    }
}

/// Where expressions find what they name: columns, what is answered of them, terms, what is answered of
/// those.
struct Pool {
    context: SessionContext,
    /// The columns and the terms.
    schema: DFSchemaRef,
    places: HashMap<String, (usize, FieldRef)>,
    first: FieldRef,
}

impl Pool {
    fn new(compiler: &Compiler<'_>, needed: &Needed) -> Self {
        let (records, early) = (needed.schema.fields().len(), compiler.early.fields().len());
        let mut places: HashMap<String, (usize, FieldRef)> = HashMap::new();
        for (place, field) in compiler.schema.fields().iter().enumerate() {
            let place = if place < records {
                place
            } else {
                place + early
            };
            places.insert(field.name().clone(), (place, Arc::clone(field)));
        }
        for (place, field) in compiler.early.fields().iter().enumerate() {
            places.insert(field.name().clone(), (records + place, Arc::clone(field)));
        }
        let behind = early + compiler.schema.fields().len();
        for (place, field) in compiler.late.fields().iter().enumerate() {
            places.insert(field.name().clone(), (behind + place, Arc::clone(field)));
        }
        Self {
            context: compiler.context.clone(),
            schema: Arc::clone(&compiler.schema),
            places,
            first: Arc::clone(&needed.schema.fields()[0]),
        }
    }

    fn narrow(&self, expression: &Expr) -> std::result::Result<Narrow, Reason> {
        let find = |name: &str| self.places.get(name).cloned();
        Narrow::new(&self.context, expression, find, &self.first)
    }

    /// A term; what stands in for missing values is asked only where some are missing.
    fn term(&self, expression: &Expr) -> std::result::Result<Term, Reason> {
        let Expr::ScalarFunction(call) = expression else {
            return Ok(Term::Plain(self.narrow(expression)?));
        };
        let mut behind = call.clone();
        let (Some(first), true) = (call.args.first(), call.func.name() == "coalesce") else {
            return Ok(Term::Plain(self.narrow(expression)?));
        };
        behind.args.remove(0);
        let is_literal = |one: &Expr| matches!(one, Expr::Literal(..));
        // Answers of codes are no columns of this schema; a type that cannot be told is not split.
        let data_type = |one: &Expr| one.get_type(self.schema.as_ref()).ok();
        let own = data_type(first);
        let alike = behind.args.iter().all(|one| data_type(one) == own);
        if behind.args.iter().all(is_literal) || own.is_none() || !alike {
            return Ok(Term::Plain(self.narrow(expression)?));
        }
        let behind = match <[Expr; 1]>::try_from(behind.args.clone()) {
            Ok([only]) => only,
            Err(_) => Expr::ScalarFunction(behind),
        };
        Ok(Term::Filled(self.narrow(first)?, self.narrow(&behind)?))
    }
}

/// Conditions and amounts, each compiled once.
#[derive(Default)]
struct Shared {
    known_parts: HashMap<Expr, usize>,
    parts: Vec<Part>,
    known_conditions: HashMap<Expr, usize>,
    conditions: Vec<Condition>,
    known_amounts: HashMap<Expr, usize>,
    amounts: Vec<Amount>,
}

impl Shared {
    fn condition(&mut self, pool: &Pool, condition: Expr) -> std::result::Result<usize, Reason> {
        if let Some(place) = self.known_conditions.get(&condition) {
            return Ok(*place);
        }
        let parts = split_conjunction(&condition);
        let compiled = match parts.iter().all(|part| cannot_fail(part)) {
            true => {
                let parts = parts.into_iter().map(|part| self.part(pool, part));
                Condition::All(parts.collect::<std::result::Result<_, _>>()?)
            }
            false => Condition::Expression(pool.narrow(&condition)?),
        };
        let place = self.conditions.len();
        self.conditions.push(compiled);
        self.known_conditions.insert(condition, place);
        Ok(place)
    }

    fn part(&mut self, pool: &Pool, part: &Expr) -> std::result::Result<usize, Reason> {
        // Where parts are joined by AND, NULL counts as false anyway.
        let part = match part {
            Expr::IsTrue(inner) => inner,
            part => part,
        };
        if let Some(place) = self.known_parts.get(part) {
            return Ok(*place);
        }
        let compiled = match part {
            Expr::Column(column) => match pool.places.get(&column.name) {
                Some((place, _)) => Part::Column(*place),
                None => return Err(Reason::UnknownName(column.name.clone())),
            },
            part => Part::Computed(pool.narrow(part)?),
        };
        let place = self.parts.len();
        self.parts.push(compiled);
        self.known_parts.insert(part.clone(), place);
        Ok(place)
    }

    fn amount(&mut self, pool: &Pool, amount: Expr) -> std::result::Result<usize, Reason> {
        if let Some(place) = self.known_amounts.get(&amount) {
            return Ok(*place);
        }
        let place = self.amounts.len();
        self.amounts.push(Amount::new(pool.narrow(&amount)?));
        self.known_amounts.insert(amount, place);
        Ok(place)
    }
}
