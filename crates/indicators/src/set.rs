//! A set of indicators, with the terms, lists and measures that they share.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::definition::{Certainty, Exact, Formula, Indicator};
use crate::measure::{Measure, MeasureId};
use crate::names;

/// A named expression that others use like a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedExpression {
    /// Name in expressions.
    pub id: String,
    /// What it is.
    pub title: String,
    /// SQL over the columns of the source and the terms before it.
    pub sql: String,
}

/// A list of codes that expressions name as `@id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// Name in expressions, without `@`.
    pub id: String,
    /// What it lists.
    pub title: String,
    /// Beginnings and intervals of codes, parted by commas; empty: nobody has supplied the list.
    pub codes: String,
    /// Taken out again, in the same form.
    pub except: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it comes from.
    pub source: String,
    /// Anything else.
    pub note: String,
}

impl CodeList {
    /// Whether somebody has supplied it.
    pub fn is_supplied(&self) -> bool {
        !self.codes.trim().is_empty()
    }
}

/// What a reader must know about a value, because something it rests on is not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The definition itself.
    Definition(Certainty),
    /// A code list: its title, and how sure it is.
    List {
        /// Id of the list.
        id: String,
        /// Its title.
        title: String,
        /// How sure it is.
        certainty: Certainty,
    },
}

/// What a set is made of.
#[derive(Debug, Clone, Default)]
pub struct SetParts {
    /// Id of the pack.
    pub id: String,
    /// Title of the pack.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Hash of all its files.
    pub content_hash: String,
    /// Terms over the rows of `stay`, in order.
    pub terms: Vec<NamedExpression>,
    /// Code lists.
    pub lists: Vec<CodeList>,
    /// Measures that terms of formulas name, each once.
    pub measures: Vec<Measure>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
}

/// A set of indicators, with what they share.
#[derive(Debug, Clone)]
pub struct IndicatorSet {
    parts: SetParts,
    by_id: HashMap<String, usize>,
    term_ids: HashMap<String, usize>,
    list_ids: HashMap<String, usize>,
    /// Places of lists that nobody supplied, by indicator: every value asks, and finding them reads SQL.
    missing: OnceLock<Vec<Vec<usize>>>,
}

impl IndicatorSet {
    /// A set. Of indicators with the same id the last counts.
    pub fn new(parts: SetParts) -> Self {
        fn places<T>(all: &[T], id: impl Fn(&T) -> &String) -> HashMap<String, usize> {
            all.iter()
                .enumerate()
                .map(|(place, one)| (id(one).clone(), place))
                .collect()
        }
        Self {
            by_id: places(&parts.indicators, |indicator| &indicator.id),
            term_ids: places(&parts.terms, |term| &term.id),
            list_ids: places(&parts.lists, |list| &list.id),
            missing: OnceLock::new(),
            parts,
        }
    }

    /// The set with more indicators that need no measure of their own, such as entered values.
    #[must_use]
    pub fn with(&self, indicators: Vec<Indicator>) -> Self {
        let mut parts = self.parts.clone();
        parts.indicators.extend(indicators);
        Self::new(parts)
    }

    /// Id of the pack.
    pub fn id(&self) -> &str {
        &self.parts.id
    }

    /// Title of the pack.
    pub fn title(&self) -> &str {
        &self.parts.title
    }

    /// Version of the pack.
    pub fn version(&self) -> &str {
        &self.parts.version
    }

    /// Hash of all files of the pack.
    pub fn content_hash(&self) -> &str {
        &self.parts.content_hash
    }

    /// Terms over the rows of `stay`, in order.
    pub fn terms(&self) -> &[NamedExpression] {
        &self.parts.terms
    }

    /// Code lists.
    pub fn lists(&self) -> &[CodeList] {
        &self.parts.lists
    }

    /// All indicators, in the order of the pack.
    pub fn indicators(&self) -> &[Indicator] {
        &self.parts.indicators
    }

    /// All measures; their places are their ids.
    pub fn measures(&self) -> &[Measure] {
        &self.parts.measures
    }

    /// A measure.
    pub fn measure(&self, id: MeasureId) -> &Measure {
        &self.parts.measures[id.0]
    }

    /// The place of a measure, if an indicator uses it.
    pub fn measure_id(&self, measure: &Measure) -> Option<MeasureId> {
        let found = self
            .parts
            .measures
            .iter()
            .position(|known| known == measure);
        found.map(MeasureId)
    }

    /// An indicator by its id.
    pub fn get(&self, id: &str) -> Option<&Indicator> {
        self.by_id
            .get(id)
            .map(|place| &self.parts.indicators[*place])
    }

    /// A code list by its id.
    pub fn list(&self, id: &str) -> Option<&CodeList> {
        self.list_ids.get(id).map(|place| &self.parts.lists[*place])
    }

    /// Terms that expressions use, directly or through other terms, by place; ascending.
    pub fn terms_used<'a>(
        &self,
        expressions: impl IntoIterator<Item = &'a str>,
    ) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        let mut waiting: Vec<&str> = expressions.into_iter().collect();
        while let Some(sql) = waiting.pop() {
            for word in names::words(sql) {
                if let Some(place) = self.term_ids.get(word)
                    && used.insert(*place)
                {
                    waiting.push(&self.parts.terms[*place].sql);
                }
            }
        }
        used
    }

    /// Ids of code lists that expressions name, directly or through terms; also such as are not there.
    pub fn lists_used<'a>(
        &self,
        expressions: impl IntoIterator<Item = &'a str>,
    ) -> BTreeSet<String> {
        let own: Vec<&str> = expressions.into_iter().collect();
        let terms = self.terms_used(own.iter().copied()).into_iter();
        let all = own
            .into_iter()
            .chain(terms.map(|place| self.parts.terms[place].sql.as_str()));
        all.flat_map(names::lists).map(str::to_owned).collect()
    }

    /// The SQL that an indicator rests on. Growth has that of the indicator it is of.
    pub fn expressions_of<'a>(&'a self, indicator: &'a Indicator) -> Vec<&'a str> {
        match &self.basis(indicator).formula {
            Formula::Ratio {
                numerator,
                denominator,
            } => numerator
                .iter()
                .chain(denominator)
                .flat_map(|term| self.measure(term.measure).expressions())
                .collect(),
            Formula::Exact(Exact { sql, exclude, .. }) => [Some(sql.as_str()), exclude.as_deref()]
                .into_iter()
                .flatten()
                .collect(),
            Formula::Growth { .. } | Formula::Algorithm(_) | Formula::Entered { .. } => Vec::new(),
        }
    }

    /// The indicator whose records or entries an indicator rests on: for growth, the one it is of.
    pub fn basis<'a>(&'a self, indicator: &'a Indicator) -> &'a Indicator {
        let mut basis = indicator;
        // A circle of growths ends at the number of indicators.
        for _ in 0..self.parts.indicators.len() {
            match &basis.formula {
                Formula::Growth { of, .. } => match self.get(of) {
                    Some(other) => basis = other,
                    None => break,
                },
                _ => break,
            }
        }
        basis
    }

    /// Measures that an indicator needs.
    pub fn measures_of(&self, indicator: &Indicator) -> BTreeSet<MeasureId> {
        match &self.basis(indicator).formula {
            Formula::Ratio {
                numerator,
                denominator,
            } => numerator
                .iter()
                .chain(denominator)
                .map(|term| term.measure)
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Lists that an indicator needs and nobody has supplied.
    pub fn missing_lists(&self, indicator: &Indicator) -> Vec<&CodeList> {
        let all = &self.parts.indicators;
        let known = self.missing.get_or_init(|| {
            let missing = all.iter().map(|one| self.find_missing_lists(one));
            missing.collect()
        });
        let place = self.by_id.get(&indicator.id).copied();
        match place.filter(|place| std::ptr::eq(&all[*place], indicator)) {
            Some(place) => {
                let places = known[place].iter();
                places.map(|list| &self.parts.lists[*list]).collect()
            }
            // Somebody's own indicator over the lists of this set.
            None => {
                let places = self.find_missing_lists(indicator).into_iter();
                places.map(|list| &self.parts.lists[list]).collect()
            }
        }
    }

    fn find_missing_lists(&self, indicator: &Indicator) -> Vec<usize> {
        let used = self.lists_used(self.expressions_of(indicator));
        let places = used.iter().filter_map(|id| self.list_ids.get(id).copied());
        places
            .filter(|place| !self.parts.lists[*place].is_supplied())
            .collect()
    }

    /// What a reader of the indicator's values must know: everything that is not confirmed.
    pub fn marks(&self, indicator: &Indicator) -> Vec<Mark> {
        let mut marks = Vec::new();
        let basis = self.basis(indicator);
        let certainty = indicator.certainty.max(basis.certainty);
        if certainty != Certainty::Confirmed {
            marks.push(Mark::Definition(certainty));
        }
        for id in self.lists_used(self.expressions_of(indicator)) {
            if let Some(list) = self.list(&id)
                && list.certainty != Certainty::Confirmed
            {
                marks.push(Mark::List {
                    id: list.id.clone(),
                    title: list.title.clone(),
                    certainty: list.certainty,
                });
            }
        }
        marks
    }

    /// Everything that decides what expressions mean, as text: themselves, the terms and the lists
    /// they use. Equal texts give equal sums over equal rows.
    pub fn meaning<'a>(&self, expressions: impl IntoIterator<Item = &'a str>) -> String {
        let own: Vec<&str> = expressions.into_iter().collect();
        let mut text = own.join("\n");
        for place in self.terms_used(own.iter().copied()) {
            let term = &self.parts.terms[place];
            text += &format!("\n{} := {}", term.id, term.sql);
        }
        for id in self.lists_used(own) {
            if let Some(list) = self.list(&id) {
                text += &format!("\n@{id} := {} except {}", list.codes, list.except);
            }
        }
        text
    }

    /// [`Self::meaning`] of a measure.
    pub fn meaning_of(&self, measure: &Measure) -> String {
        let Measure {
            source,
            kind,
            filter,
            exclude,
            over_time,
        } = measure;
        let own = format!(
            "{source} {kind:?} {filter:?} {exclude:?} {}",
            over_time.id()
        );
        own + "\n" + &self.meaning(measure.expressions())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Direction, Term};
    use crate::measure::{Kind, OverTime, STAY};

    fn term(id: &str, sql: &str) -> NamedExpression {
        NamedExpression {
            id: id.to_owned(),
            title: String::new(),
            sql: sql.to_owned(),
        }
    }

    fn list(id: &str, codes: &str, certainty: Certainty) -> CodeList {
        CodeList {
            id: id.to_owned(),
            title: format!("名录 {id}"),
            codes: codes.to_owned(),
            except: String::new(),
            certainty,
            source: String::new(),
            note: String::new(),
        }
    }

    fn indicator(id: &str, formula: Formula, certainty: Certainty) -> Indicator {
        Indicator {
            id: id.to_owned(),
            title: id.to_owned(),
            why: String::new(),
            dimension: String::new(),
            direction: Direction::Monitor,
            band: None,
            unit: "%".to_owned(),
            scale: rust_decimal::Decimal::ONE_HUNDRED,
            decimals: 2,
            formula,
            applies_to: Vec::new(),
            minimum: None,
            source: String::new(),
            clause: String::new(),
            certainty,
            note: String::new(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn set() -> IndicatorSet {
        let count = |sql: &str| Measure {
            kind: Kind::Count(sql.to_owned()),
            over_time: OverTime::Sum,
            ..Measure::rows(STAY)
        };
        let over = |measure| Term {
            measure: MeasureId(measure),
            minus: false,
            times: None,
        };
        let ratio = |numerator| Formula::Ratio {
            numerator: vec![over(numerator)],
            denominator: vec![over(0)],
        };
        let growth = Formula::Growth {
            of: "grade-4".to_owned(),
            against: crate::definition::Against::YearBefore,
        };
        IndicatorSet::new(SetParts {
            terms: vec![
                term("has_surgery", "any_code(procedures, '@surgery')"),
                term(
                    "has_grade4",
                    "has_surgery and any_code(procedures, '@grade-4')",
                ),
                term("other", "true"),
            ],
            lists: vec![
                list("surgery", "01-86", Certainty::General),
                list("grade-4", "36.1", Certainty::Memory),
                list("county", "", Certainty::Confirmed),
            ],
            measures: vec![
                Measure::rows(STAY),
                count("has_grade4 and los > 1"),
                count("code_in(current_postcode, '@county')"),
            ],
            indicators: vec![
                indicator("grade-4", ratio(1), Certainty::Confirmed),
                indicator("county", ratio(2), Certainty::Memory),
                indicator("growth", growth, Certainty::Confirmed),
            ],
            ..SetParts::default()
        })
    }

    #[test]
    fn marks_come_from_lists_through_terms_and_growth() {
        let set = set();
        let titles = |id: &str| {
            let indicator = set.get(id).expect(id);
            let mut marks = Vec::new();
            for mark in set.marks(indicator) {
                marks.push(match mark {
                    Mark::Definition(certainty) => format!("definition {}", certainty.id()),
                    Mark::List { id, certainty, .. } => format!("{id} {}", certainty.id()),
                });
            }
            marks
        };
        assert_eq!(titles("grade-4"), ["grade-4 memory", "surgery general"]);
        assert_eq!(titles("growth"), ["grade-4 memory", "surgery general"]);
        assert_eq!(titles("county"), ["definition memory"]);
    }

    #[test]
    fn a_list_nobody_supplied_is_told() {
        let set = set();
        let missing = |id: &str| {
            let lists = set.missing_lists(set.get(id).expect(id));
            lists.iter().map(|list| list.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(missing("county"), ["county"]);
        assert!(missing("grade-4").is_empty());
    }

    #[test]
    fn the_meaning_of_a_measure_changes_with_what_it_uses_and_nothing_else() {
        let before = set();
        let meaning = |set: &IndicatorSet| set.meaning_of(set.measure(MeasureId(1)));
        let mut parts = before.parts.clone();
        parts.terms[2].sql = "false".to_owned();
        parts.lists[2].codes = "55".to_owned();
        assert_eq!(meaning(&IndicatorSet::new(parts.clone())), meaning(&before));
        parts.lists[0].codes = "01-85".to_owned();
        assert_ne!(meaning(&IndicatorSet::new(parts)), meaning(&before));
    }
}
