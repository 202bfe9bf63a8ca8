//! Reads TOML key by key, notes where a value is wrong, and in the end which keys nobody asked for.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::problem::{Problem, Problems};

/// One table of a TOML file while its keys are read.
pub(crate) struct TomlReader<'a, 'i> {
    text: &'i str,
    /// Dotted path of the table, empty at the top.
    path: String,
    /// Byte offset of the table; `None` at the top.
    start: Option<usize>,
    table: &'a DeTable<'i>,
    asked: BTreeSet<&'static str>,
}

impl<'a, 'i> TomlReader<'a, 'i> {
    /// The top table of a file.
    pub(crate) fn new(text: &'i str, table: &'a DeTable<'i>) -> Self {
        Self {
            text,
            path: String::new(),
            start: None,
            table,
            asked: BTreeSet::new(),
        }
    }

    /// Parses a file; every syntax error becomes a problem.
    pub(crate) fn parse(
        text: &'i str,
        problems: &mut Problems<'_>,
    ) -> Option<Spanned<DeTable<'i>>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let (line, column) = place(text, error.span().map_or(0, |span| span.start));
            problems.add(
                line,
                column,
                Problem::BadToml {
                    reason: error.message().to_owned(),
                },
            );
        }
        errors.is_empty().then_some(table)
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.insert(key);
        self.table.get(key)
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn full(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn wrong(
        &self,
        key: &str,
        value: &Spanned<DeValue<'i>>,
        expected: &str,
        problems: &mut Problems<'_>,
    ) {
        let (line, column) = place(self.text, value.span().start);
        let problem = Problem::BadValue {
            key: self.full(key),
            expected: expected.to_owned(),
        };
        problems.add(line, column, problem);
    }

    /// A text, if the key is there.
    pub(crate) fn text(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<String> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            _ => {
                self.wrong(key, value, "文字 text", problems);
                None
            }
        }
    }

    /// A text that must be there; empty, with a problem, when it is not.
    pub(crate) fn required(&mut self, key: &'static str, problems: &mut Problems<'_>) -> String {
        if !self.table.contains_key(key) {
            self.asked.insert(key);
            let (line, column) = self.start.map_or((0, 0), |start| place(self.text, start));
            problems.add(
                line,
                column,
                Problem::MissingKey {
                    key: self.full(key),
                },
            );
        }
        self.text(key, problems).unwrap_or_default()
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let found = choices
            .iter()
            .find(|choice| choice.0 == text)
            .map(|choice| choice.1);
        if found.is_none()
            && let Some(value) = self.table.get(key)
        {
            let words: Vec<&str> = choices.iter().map(|choice| choice.0).collect();
            self.wrong(key, value, &words.join(" / "), problems);
        }
        found
    }

    /// Byte offset of a key's value, or of the table when the key is missing.
    pub(crate) fn offset(&self, key: &str) -> usize {
        let value = self.table.get(key).map(|value| value.span().start);
        value.or(self.start).unwrap_or(0)
    }

    /// Notes a problem at a key's value.
    pub(crate) fn at(&self, key: &str, problem: Problem, problems: &mut Problems<'_>) {
        let (line, column) = place(self.text, self.offset(key));
        problems.add(line, column, problem);
    }

    /// A text that something is made of; `expected` says of what, when that fails.
    pub(crate) fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let problem = Problem::BadValue {
                key: self.full(key),
                expected: expected.to_owned(),
            };
            self.at(key, problem, problems);
        }
        parsed
    }

    /// A day, written as a TOML date or as text.
    pub(crate) fn date(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<jiff::civil::Date> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => String::new(),
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.wrong(key, value, "日期 a date, 2024-01-31", problems);
        }
        date
    }

    /// True or false.
    pub(crate) fn boolean(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<bool> {
        let value = self.value(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.wrong(key, value, "true / false", problems);
        }
        found
    }

    /// A whole number.
    pub(crate) fn integer(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<i64> {
        let value = self.value(key)?;
        let found = value
            .get_ref()
            .as_integer()
            .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        if found.is_none() {
            self.wrong(key, value, "整数 a whole number", problems);
        }
        found
    }

    /// A list of texts.
    pub(crate) fn texts(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let texts = value.get_ref().as_array().and_then(|array| {
            array
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect()
        });
        if texts.is_none() {
            self.wrong(key, value, "文字列表 a list of texts", problems);
        }
        texts
    }

    /// A list of years; empty when the key is missing.
    pub(crate) fn years(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<i16> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let years: Option<Vec<i16>> = value.get_ref().as_array().and_then(|array| {
            let year =
                |item: &Spanned<DeValue<'_>>| item.get_ref().as_integer()?.as_str().parse().ok();
            array.iter().map(year).collect()
        });
        if years.is_none() {
            self.wrong(key, value, "年份列表 a list of years", problems);
        }
        years.unwrap_or_default()
    }

    /// A table within this one.
    pub(crate) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<TomlReader<'a, 'i>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "表 a table", problems);
            return None;
        };
        let path = self.full(key);
        Some(TomlReader {
            text: self.text,
            path,
            start: Some(value.span().start),
            table,
            asked: BTreeSet::new(),
        })
    }

    /// The tables of a list `[[key]]`; none when the key is missing.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Vec<TomlReader<'a, 'i>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        let items = value.get_ref().as_array();
        for item in items.into_iter().flat_map(|array| array.iter()) {
            match item.get_ref().as_table() {
                Some(table) => tables.push(TomlReader {
                    text: self.text,
                    path: self.full(key),
                    start: Some(item.span().start),
                    table,
                    asked: BTreeSet::new(),
                }),
                None => self.wrong(key, item, "表 a table", problems),
            }
        }
        if items.is_none() {
            self.wrong(key, value, "[[表]] a list of tables", problems);
        }
        tables
    }

    /// The tables of a key that holds one table or a list of them; `None` when the key is missing.
    pub(crate) fn one_or_more(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Vec<TomlReader<'a, 'i>>> {
        let value = self.table.get(key)?;
        Some(match value.get_ref().as_array() {
            Some(_) => self.tables(key, problems),
            None => self.table(key, problems).into_iter().collect(),
        })
    }

    /// Notes the keys that were never asked for.
    pub(crate) fn finish(self, problems: &mut Problems<'_>) {
        for (key, _) in self.table.iter() {
            let name: &DeString<'_> = key.get_ref();
            if !self.asked.contains(name.as_ref()) {
                let (line, column) = place(self.text, key.span().start);
                problems.add(
                    line,
                    column,
                    Problem::UnknownKey {
                        key: self.full(name),
                    },
                );
            }
        }
    }
}

/// Line and column, both from one, of a byte offset.
pub(crate) fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}
