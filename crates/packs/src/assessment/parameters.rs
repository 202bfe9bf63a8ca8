//! `parameters.toml`: what the document leaves open, and what overlays and people set instead.

use std::collections::BTreeMap;

use biaochi_assessment::{Cite, Parameter};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::fault::{AssessmentFault, Thing};
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Decimal,
    Text,
    Word(Vec<String>),
}

/// The parameters of a chain of packs, with the values in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    pub(super) list: Vec<Parameter>,
    kinds: BTreeMap<String, Kind>,
}

impl Parameters {
    /// Reads `[[parameter]]` and `[[set]]` of a pack. The file may lack either.
    pub(super) fn read(&mut self, text: &str, pack: &str, problems: &mut Problems<'_>) {
        let Some(table) = TomlReader::parse(text, problems) else {
            return;
        };
        let mut top = TomlReader::new(text, table.get_ref());
        for table in top.tables("parameter", problems) {
            self.define(table, pack, problems);
        }
        for mut table in top.tables("set", problems) {
            let id = table.required("parameter", problems);
            let value = table.required("value", problems);
            table.required("reason", problems);
            let assumed = table.boolean("assumed", problems).unwrap_or(false);
            if let Err(fault) = self.set(&id, value, pack, assumed) {
                let key = match fault {
                    AssessmentFault::Unknown { .. } => "parameter",
                    _ => "value",
                };
                table.at(key, Problem::Assessment(fault), problems);
            }
            table.finish(problems);
        }
        top.finish(problems);
    }

    fn define(&mut self, mut table: TomlReader<'_, '_>, pack: &str, problems: &mut Problems<'_>) {
        let id = table.required("id", problems);
        let title = table.required("title", problems);
        let choices = table.texts("choices", problems);
        let kind = table.choice(
            "type",
            &[("decimal", 0), ("text", 1), ("word", 2)],
            problems,
        );
        let kind = match (kind, choices) {
            (Some(0), _) => Kind::Decimal,
            (Some(1), _) => Kind::Text,
            (_, choices) => Kind::Word(choices.unwrap_or_default()),
        };
        let parameter = Parameter {
            title,
            value: String::new(),
            assumed: table.boolean("assumed", problems).unwrap_or(false),
            question: table.text("question", problems).unwrap_or_default(),
            set_by: pack.to_owned(),
            cite: Cite {
                source: table.text("source", problems).unwrap_or_default(),
                clause: table.text("clause", problems).unwrap_or_default(),
                parameters: Vec::new(),
            },
            id: id.clone(),
        };
        let value = table.required("value", problems);
        table.text("note", problems);
        if self.kinds.insert(id.clone(), kind).is_some() {
            let what = Thing::Parameter;
            let fault = AssessmentFault::Twice { what, name: id };
            table.at("id", Problem::Assessment(fault), problems);
        } else {
            let assumed = parameter.assumed;
            self.list.push(parameter);
            if let Err(fault) = self.set(&id, value, pack, assumed) {
                table.at("value", Problem::Assessment(fault), problems);
            }
        }
        table.finish(problems);
    }

    /// Sets a value. A value that somebody sets is no assumption of the pack any more, unless it says so.
    pub(super) fn set(
        &mut self,
        id: &str,
        value: String,
        by: &str,
        assumed: bool,
    ) -> Result<(), AssessmentFault> {
        let found = self.list.iter_mut().find(|parameter| parameter.id == id);
        let (Some(parameter), Some(kind)) = (found, self.kinds.get(id)) else {
            return Err(AssessmentFault::Unknown {
                what: Thing::Parameter,
                name: id.to_owned(),
            });
        };
        let value = value.trim().to_owned();
        let expected = match kind {
            _ if value.is_empty() => None,
            Kind::Decimal => {
                let number = value.parse::<Decimal>();
                number.is_err().then(|| "数字 a number, \"0.5\"".to_owned())
            }
            Kind::Text => None,
            Kind::Word(words) => (!words.contains(&value)).then(|| words.join(" / ")),
        };
        if let Some(expected) = expected {
            return Err(AssessmentFault::ParameterValue {
                parameter: id.to_owned(),
                expected,
            });
        }
        parameter.value = value;
        parameter.set_by = by.to_owned();
        parameter.assumed = assumed;
        Ok(())
    }

    /// A hash of the files, with the values in force.
    pub(super) fn hash_with(&self, files: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(files);
        for parameter in &self.list {
            for text in [&parameter.id, &parameter.value] {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        let hash = hash.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The value in force, empty while it is open.
    pub(super) fn value(&self, id: &str) -> Option<&str> {
        let parameter = self.list.iter().find(|parameter| parameter.id == id)?;
        Some(&parameter.value)
    }
}
