//! `datasets/*.toml`: one data set each.

use biaochi_datasets::{
    Breakdown, Certainty, Citation, DataSet, Field, FilledBy, Frequency, Kind, OverTime, RollUp,
    Rule, Severity, Value, parse_cell,
};
use biaochi_domain::Message;

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// A data set as a file has it, and byte offsets of what is looked at when all of it is known: owner,
/// key, offset. The owner is empty for the data set, `.field` for a field, `/rule` for a rule and
/// `breakdown` for the breakdown.
#[derive(Debug, Clone)]
pub(super) struct ReadDataSet {
    pub(super) set: DataSet,
    pub(super) offsets: Vec<(String, &'static str, usize)>,
}

/// Places of decimals that tables keep.
const MOST_PLACES: i64 = 6;
const VALUE: &str = "这个字段的一个值 a value of the field";

/// Reads a file. `None`, with problems, when something is missing that everything needs.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<ReadDataSet> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, parsed.get_ref());
    let mut reading = Reading::default();
    let head = top.table("dataset", problems);
    if head.is_none() {
        let key = "dataset".to_owned();
        top.at("dataset", Problem::MissingKey { key }, problems);
    }
    let set = head.and_then(|mut table| {
        let set = reading.head(&mut table, problems);
        table.finish(problems);
        set
    });
    let citation = set.as_ref().map(|set| set.citation.clone());
    let mut fields = Vec::new();
    for mut table in top.tables("field", problems) {
        fields.extend(reading.field(&mut table, citation.as_ref(), problems));
        table.finish(problems);
    }
    let mut breakdown = None;
    for mut table in top.tables("breakdown", problems) {
        if breakdown.is_some() {
            let problem = bad("breakdown", "至多一个 at most one");
            table.at("id", problem, problems);
        }
        breakdown = Some(reading.breakdown(&mut table, problems));
        table.finish(problems);
    }
    let mut rules = Vec::new();
    for mut table in top.tables("rule", problems) {
        rules.extend(reading.rule(&mut table, problems));
        table.finish(problems);
    }
    top.finish(problems);
    let set = DataSet {
        fields,
        breakdown,
        rules,
        ..set?
    };
    let offsets = reading.offsets;
    Some(ReadDataSet { set, offsets })
}

fn bad(key: &str, expected: &str) -> Problem {
    Problem::BadValue {
        key: key.to_owned(),
        expected: expected.to_owned(),
    }
}

/// The words of an enum, for [`TomlReader::choice`].
macro_rules! choices {
    ($kind:ty) => {
        &<$kind>::ALL
            .iter()
            .map(|one| (one.code(), *one))
            .collect::<Vec<_>>()[..]
    };
}

#[derive(Default)]
struct Reading {
    offsets: Vec<(String, &'static str, usize)>,
}

impl Reading {
    fn note(&mut self, owner: &str, table: &TomlReader<'_, '_>, keys: &[&'static str]) {
        for key in keys {
            self.offsets
                .push((owner.to_owned(), key, table.offset(key)));
        }
    }

    fn head(
        &mut self,
        table: &mut TomlReader<'_, '_>,
        problems: &mut Problems<'_>,
    ) -> Option<DataSet> {
        let id = table.required("id", problems);
        for key in ["frequency", "filled_by", "certainty"] {
            table.required(key, problems);
        }
        let frequency = table.choice("frequency", choices!(Frequency), problems);
        let filled_by = table.choice("filled_by", choices!(FilledBy), problems);
        let certainty = table.choice("certainty", choices!(Certainty), problems);
        let due_day = table.integer("due_day", problems);
        if !due_day.is_some_and(|days| (1..=366).contains(&days)) {
            let problem = bad(
                "dataset.due_day",
                "1 到 366 之间的天数 a number of days, 1 to 366",
            );
            table.at("due_day", problem, problems);
        }
        let citation = Citation {
            source: table.required("source", problems),
            clause: table.text("clause", problems).unwrap_or_default(),
            certainty: certainty.unwrap_or(Certainty::Memory),
        };
        let set = DataSet {
            title: table.required("title", problems),
            purpose: table.required("purpose", problems),
            frequency: frequency.unwrap_or(Frequency::Month),
            filled_by: filled_by.unwrap_or(FilledBy::Institution),
            filler: table.required("filler", problems),
            approver: table.required("approver", problems),
            due_day: due_day
                .and_then(|days| u16::try_from(days).ok())
                .unwrap_or(1),
            applies_to: table.texts("applies_to", problems).unwrap_or_default(),
            citation,
            note: table.text("note", problems).unwrap_or_default(),
            valid_from: table.date("valid_from", problems),
            valid_to: table.date("valid_to", problems),
            id,
            fields: Vec::new(),
            breakdown: None,
            rules: Vec::new(),
        };
        self.note("", table, &["id", "source", "valid_to", "applies_to"]);
        Some(set)
    }

    fn field(
        &mut self,
        table: &mut TomlReader<'_, '_>,
        inherited: Option<&Citation>,
        problems: &mut Problems<'_>,
    ) -> Option<Field> {
        let id = table.required("id", problems);
        self.note(
            &format!(".{id}"),
            table,
            &["id", "source", "sum_of", "part_of", "weight"],
        );
        let title = table.required("title", problems);
        let kind = kind(table, problems);
        let over_time = table.choice("over_time", choices!(OverTime), problems);
        let is_number = kind.as_ref().is_some_and(Kind::is_number);
        if is_number && over_time.is_none() {
            let key = "field.over_time".to_owned();
            table.at("over_time", Problem::MissingKey { key }, problems);
        }
        for key in ["unit", "over_time"] {
            let given = table
                .text(key, problems)
                .is_some_and(|text| !text.is_empty());
            if given && kind.is_some() && !is_number {
                let problem = bad(
                    &format!("field.{key}"),
                    "不写：只有数字才有 left out: numbers only",
                );
                table.at(key, problem, problems);
            }
        }
        let certainty = table.choice("certainty", choices!(Certainty), problems);
        let own = |key, table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>| {
            table.text(key, problems).filter(|text| !text.is_empty())
        };
        let source = own("source", table, problems);
        let clause = own("clause", table, problems);
        let citation = Citation {
            clause: match (&source, &clause) {
                (None, None) => inherited.map(|citation| citation.clause.clone()),
                _ => clause,
            }
            .unwrap_or_default(),
            source: source
                .or_else(|| inherited.map(|citation| citation.source.clone()))
                .unwrap_or_default(),
            certainty: certainty
                .or_else(|| inherited.map(|citation| citation.certainty))
                .unwrap_or(Certainty::Memory),
        };
        let unit = table.text("unit", problems).unwrap_or_default();
        let declared = roll_up(table, kind.as_ref(), problems);
        let kind = kind?;
        let mut field = Field {
            id,
            title,
            section: table.text("section", problems).unwrap_or_default(),
            roll_up: declared.unwrap_or_else(|| RollUp::usual(&kind, &unit, over_time)),
            kind,
            unit,
            definition: table.required("definition", problems),
            required: table.boolean("required", problems).unwrap_or(false),
            min: None,
            max: None,
            over_time,
            example: None,
            sum_of: table.texts("sum_of", problems).unwrap_or_default(),
            part_of: table.text("part_of", problems),
            citation,
        };
        let [min, max, example] =
            ["min", "max", "example"].map(|key| value(table, key, &field, problems));
        if let (Some(min), Some(max)) = (&min, &max)
            && min > max
        {
            let problem = bad("field.max", "不小于 min not below min");
            table.at("max", problem, problems);
        }
        let within = |value: &Value| {
            min.as_ref().is_none_or(|min| value >= min)
                && max.as_ref().is_none_or(|max| value <= max)
        };
        if !example.as_ref().is_none_or(within) {
            let problem = bad("field.example", "在 min 和 max 之间 between min and max");
            table.at("example", problem, problems);
        }
        (field.min, field.max, field.example) = (min, max, example);
        Some(field)
    }

    fn breakdown(
        &mut self,
        table: &mut TomlReader<'_, '_>,
        problems: &mut Problems<'_>,
    ) -> Breakdown {
        self.note("breakdown", table, &["id", "choices"]);
        Breakdown {
            id: table.required("id", problems),
            title: table.required("title", problems),
            choices: words_of(table, problems),
            complete: table.boolean("complete", problems).unwrap_or(false),
        }
    }

    fn rule(
        &mut self,
        table: &mut TomlReader<'_, '_>,
        problems: &mut Problems<'_>,
    ) -> Option<Rule> {
        let id = table.required("id", problems);
        self.note(&format!("/{id}"), table, &["id", "when", "message"]);
        table.required("severity", problems);
        let severity = table.choice("severity", choices!(Severity), problems);
        let when = table.required("when", problems);
        let message = table.required("message", problems);
        let message = Message::parse(&message).unwrap_or_else(|_| {
            table.at("message", Problem::BadMessage, problems);
            Message::default()
        });
        let mend = table.required("mend", problems);
        Some(Rule {
            id,
            when,
            severity: severity?,
            message,
            mend,
        })
    }
}

fn kind(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Kind> {
    table.required("type", problems);
    let words = ["integer", "decimal", "boolean", "choice", "text", "date"];
    let word = table.choice("type", &words.map(|word| (word, word)), problems);
    let decimals = table.integer("decimals", problems);
    if decimals
        .is_some_and(|places| word != Some("decimal") || !(0..=MOST_PLACES).contains(&places))
    {
        let problem = bad(
            "field.decimals",
            "0 到 6，只用于 decimal 0 to 6, for decimals only",
        );
        table.at("decimals", problem, problems);
    }
    if word != Some("choice") && table.texts("choices", problems).is_some() {
        let problem = bad(
            "field.choices",
            "不写：只用于 choice left out: for choices only",
        );
        table.at("choices", problem, problems);
    }
    Some(match word? {
        "integer" => Kind::Integer,
        "decimal" => Kind::Decimal(
            decimals
                .and_then(|places| u32::try_from(places).ok())
                .unwrap_or(2)
                .min(6),
        ),
        "boolean" => Kind::Boolean,
        "choice" => Kind::Choice(words_of(table, problems)),
        "date" => Kind::Date,
        _ => Kind::Text,
    })
}

/// How values of institutions come together, where the field declares it.
fn roll_up(
    table: &mut TomlReader<'_, '_>,
    kind: Option<&Kind>,
    problems: &mut Problems<'_>,
) -> Option<RollUp> {
    let words = ["sum", "mean", "weighted", "latest", "maximum"];
    let word = table.choice("roll_up", &words.map(|word| (word, word)), problems);
    let weight = table.text("weight", problems);
    let has_value = |kind: &Kind| kind.is_number() || matches!(kind, Kind::Choice(_));
    if word.is_some() && !kind.is_none_or(has_value) {
        let expected = "不写：只有数字和选项才汇总 left out: numbers and choices only";
        table.at("roll_up", bad("field.roll_up", expected), problems);
        return None;
    }
    match (word, weight) {
        (Some("weighted"), Some(weight)) => Some(RollUp::Weighted(weight)),
        (Some("weighted"), None) => {
            let key = "field.weight".to_owned();
            table.at("roll_up", Problem::MissingKey { key }, problems);
            None
        }
        (_, Some(_)) => {
            let expected = "不写：只和 roll_up = \"weighted\" 一起用 left out: only with weighted";
            table.at("weight", bad("field.weight", expected), problems);
            None
        }
        (Some("sum"), None) => Some(RollUp::Sum),
        (Some("mean"), None) => Some(RollUp::Mean),
        (Some("latest"), None) => Some(RollUp::Latest),
        (Some("maximum"), None) => Some(RollUp::Maximum),
        _ => None,
    }
}

/// The words of `choices`: some, none blank, none twice.
fn words_of(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Vec<String> {
    let words = table.texts("choices", problems).unwrap_or_default();
    let mut sorted: Vec<&str> = words.iter().map(|word| word.trim()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != words.len() || sorted.is_empty() || sorted.contains(&"") {
        let problem = bad(
            "choices",
            "一个以上不重复、不空的词 words, each once and not blank",
        );
        table.at("choices", problem, problems);
    }
    words
}

/// A value of a field that stands in its definition; an empty text is none.
fn value(
    table: &mut TomlReader<'_, '_>,
    key: &'static str,
    field: &Field,
    problems: &mut Problems<'_>,
) -> Option<Value> {
    let text = table.text(key, problems)?;
    let limits = field.kind.is_number() || field.kind == Kind::Date;
    match parse_cell(field, &text) {
        Ok(value) if limits || key == "example" || value.is_none() => value,
        Ok(_) => {
            let problem = bad(
                &format!("field.{key}"),
                "不写：只用于数字和日期 left out: numbers and dates only",
            );
            table.at(key, problem, problems);
            None
        }
        Err(_) => {
            table.at(key, bad(&format!("field.{key}"), VALUE), problems);
            None
        }
    }
}
