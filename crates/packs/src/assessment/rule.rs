//! A table of an assessment pack, in which `"@parameter"` stands for the value of a parameter.

use std::collections::HashSet;

use biaochi_assessment::Cite;
use rust_decimal::Decimal;

use super::fault::{AssessmentFault, Thing};
use super::parameters::Parameters;
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// What a number in quotes has to look like.
const DECIMAL: &str = "加引号的数字 a number in quotes, \"0.5\"";
/// Numbers beyond this are a slip of the pen, and would be too large to count with.
const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// What rules may refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) parameters: &'k Parameters,
    pub(super) sources: &'k HashSet<String>,
}

/// A rule while its keys are read.
pub(super) struct Rule<'k, 'a, 'i> {
    pub(super) table: TomlReader<'a, 'i>,
    known: Known<'k>,
    used: Vec<String>,
}

impl<'k, 'a, 'i> Rule<'k, 'a, 'i> {
    pub(super) fn new(table: TomlReader<'a, 'i>, known: Known<'k>) -> Self {
        Self {
            table,
            known,
            used: Vec::new(),
        }
    }

    /// A table within this one.
    pub(super) fn within(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Self> {
        let table = self.table.table(key, problems)?;
        Some(Self::new(table, self.known))
    }

    /// The tables of a list.
    pub(super) fn list(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Self> {
        let tables = self.table.tables(key, problems);
        let known = self.known;
        tables
            .into_iter()
            .map(|table| Self::new(table, known))
            .collect()
    }

    /// A text, or the value of the parameter that stands for it; `None` when it is missing or open.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<String> {
        let text = self.table.text(key, problems)?;
        let Some(id) = text.strip_prefix('@') else {
            return Some(text).filter(|text| !text.is_empty());
        };
        let Some(value) = self.known.parameters.value(id) else {
            let name = id.to_owned();
            let what = Thing::Parameter;
            self.fault(key, AssessmentFault::Unknown { what, name }, problems);
            return None;
        };
        if !self.used.iter().any(|used| used == id) {
            self.used.push(id.to_owned());
        }
        Some(value.to_owned()).filter(|value| !value.is_empty())
    }

    /// A text that must be there, though a parameter may leave it open.
    pub(super) fn required(&mut self, key: &'static str, problems: &mut Problems<'_>) -> String {
        self.table.required(key, &mut *problems);
        self.text(key, problems).unwrap_or_default()
    }

    /// A text that something is made of.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.wrong(key, expected, problems);
        }
        parsed
    }

    /// A number.
    pub(super) fn decimal(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Decimal> {
        let number = |text: &str| {
            let number: Decimal = text.parse().ok()?;
            (number.abs() <= LARGEST).then_some(number)
        };
        self.parsed(key, DECIMAL, number, problems)
    }

    /// A number that must be there.
    pub(super) fn required_decimal(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Decimal {
        self.table.required(key, &mut *problems);
        self.decimal(key, problems).unwrap_or_default()
    }

    /// A small count, such as a number of decimals.
    pub(super) fn count(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<u32> {
        self.parsed(
            key,
            "加引号的整数 a whole number in quotes, \"2\"",
            |text| text.parse().ok(),
            problems,
        )
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|choice| choice.0).collect();
        let find = |text: &str| choices.iter().find(|choice| choice.0 == text);
        let found = self.parsed(key, &words.join(" / "), find, problems);
        found.map(|choice| choice.1)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
        self.table.texts(key, problems).unwrap_or_default()
    }

    /// Notes a wrong value of a key.
    pub(super) fn wrong(&self, key: &'static str, expected: &str, problems: &mut Problems<'_>) {
        let problem = Problem::BadValue {
            key: key.to_owned(),
            expected: expected.to_owned(),
        };
        self.table.at(key, problem, problems);
    }

    /// Notes a fault at a key.
    pub(super) fn fault(
        &self,
        key: &'static str,
        fault: AssessmentFault,
        problems: &mut Problems<'_>,
    ) {
        self.table.at(key, Problem::Assessment(fault), problems);
    }

    /// Source and clause, with the parameters that were used up to here.
    pub(super) fn cite(&mut self, problems: &mut Problems<'_>) -> Cite {
        let source = self.table.text("source", problems).unwrap_or_default();
        if !source.is_empty() && !self.known.sources.contains(&source) {
            let name = source.clone();
            let what = Thing::Source;
            self.fault("source", AssessmentFault::Unknown { what, name }, problems);
        }
        Cite {
            source,
            clause: self.table.text("clause", problems).unwrap_or_default(),
            parameters: std::mem::take(&mut self.used),
        }
    }

    /// Parameters that were used and cited nowhere yet.
    pub(super) fn used(&mut self) -> Vec<String> {
        std::mem::take(&mut self.used)
    }

    /// Notes the keys that were never asked for.
    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        self.table.finish(problems);
    }
}
