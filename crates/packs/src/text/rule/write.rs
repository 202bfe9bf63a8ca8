//! Writes rules in the form that [`super::read_rule`] reads.

use std::fmt::Write as _;

use biaochi_grouper::definition::{Comparison, Field, Level, Number, Rule};

/// The text of a rule; reading it gives the same rule again.
pub(crate) fn write_rule(rule: &Rule) -> String {
    let mut text = String::new();
    write_into(rule, 0, &mut text);
    text
}

/// `outer`: 0 at the top, 1 within `or`, 2 within `and`, 3 after `not`.
fn write_into(rule: &Rule, outer: u8, text: &mut String) {
    match rule {
        Rule::Constant(true) => text.push_str("always"),
        Rule::Constant(false) => text.push_str("never"),
        Rule::And(parts) | Rule::Or(parts) if parts.len() == 1 => {
            write_into(&parts[0], outer, text)
        }
        Rule::And(parts) if parts.is_empty() => text.push_str("always"),
        Rule::Or(parts) if parts.is_empty() => text.push_str("never"),
        Rule::And(parts) => write_parts(parts, " and ", outer >= 2, 2, text),
        Rule::Or(parts) => write_parts(parts, " or ", outer >= 1, 1, text),
        Rule::Not(inner) => {
            text.push_str("not ");
            write_into(inner, 3, text);
        }
        Rule::In(field, set) => push(
            text,
            format_args!("{} in {}", field_name(*field), quoted(set)),
        ),
        Rule::InClass(field, set, class) => {
            let class = quoted(class);
            push(
                text,
                format_args!("{} in {} class {class}", field_name(*field), quoted(set)),
            );
        }
        Rule::Classes(field, set, n) => {
            push(
                text,
                format_args!("classes {} in {} >= {n}", field_name(*field), quoted(set)),
            );
        }
        Rule::Count(field, set, comparison, n) => {
            let sign = sign(*comparison);
            push(
                text,
                format_args!("count {} in {} {sign} {n}", field_name(*field), quoted(set)),
            );
        }
        Rule::Has(Level::Mcc) => text.push_str("mcc"),
        Rule::Has(Level::Cc) => text.push_str("cc"),
        Rule::Sex(sex) => push(text, format_args!("sex = {sex}")),
        Rule::Compare(number, comparison, value) => {
            let name = match number {
                Number::Age => "age",
                Number::AgeDays => "age_days",
                Number::Weight => "weight",
                Number::LengthOfStay => "length_of_stay",
                Number::IcuHours => "icu_hours",
                Number::VentilatorHours => "ventilator_hours",
            };
            push(text, format_args!("{name} {} {value}", sign(*comparison)));
        }
        Rule::Department(name) => push(text, format_args!("department = {}", quoted(name))),
        Rule::Disposition(values) => {
            text.push_str("disposition in ");
            for (index, value) in values.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&quoted(value));
            }
        }
        Rule::DiagnosisPrefix(prefix) => push(text, format_args!("dx begins {}", quoted(prefix))),
    }
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = text.write_fmt(piece);
}

fn write_parts(parts: &[Rule], joint: &str, brackets: bool, level: u8, text: &mut String) {
    if brackets {
        text.push('(');
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(joint);
        }
        // The same joint directly inside keeps its brackets, so that the shape survives.
        write_into(part, level, text);
    }
    if brackets {
        text.push(')');
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::PrincipalDiagnosis => "dx0",
        Field::AnyDiagnosis => "dx",
        Field::SecondaryDiagnosis => "dx2",
        Field::PrincipalProcedure => "px0",
        Field::AnyProcedure => "px",
        Field::SecondaryProcedure => "px2",
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
    }
}

fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"'));
    if plain {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}
