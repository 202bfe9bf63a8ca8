//! Rules as people read them: `px0 in AC1/px and (age <= 6 or mcc)`.
//!
//! ```text
//! rule   = and { "or" and }
//! and    = not { "and" not }
//! not    = "not" not | "(" rule ")" | atom
//! atom   = "always" | "never" | "mcc" | "cc" | "sex" "=" ("1" | "2")
//!        | field "in" set [ "class" text ]
//!        | "classes" field "in" set ">=" n          different classes that are hit
//!        | "count" field "in" set compare n         different codes that are hit
//!        | number compare n
//!        | "department" "=" text
//!        | "disposition" "in" text { "," text }
//!        | "dx" "begins" text
//! field  = "dx0" | "dx" | "dx2" | "px0" | "px" | "px2"
//! ```
//!
//! Words are separated by blanks, brackets and commas stand alone; a text with a blank or a
//! bracket in it is put in double quotes.

mod write;

use biaochi_grouper::definition::{Comparison, Field, Level, Number, Rule};

pub(crate) use write::write_rule;

/// Deepest nesting that is read; no published rule comes near it.
const DEEPEST: usize = 32;

/// A rule that was read, and where it names sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadRule {
    pub rule: Rule,
    /// Byte offset in the text of each set name.
    pub sets: Vec<(String, usize)>,
}

/// Where and why a text is not a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleError {
    /// Byte offset in the text.
    pub at: usize,
    /// What could stand there.
    pub expected: &'static str,
    /// What stands there; empty at the end.
    pub found: String,
}

/// Reads a rule that fills the whole text.
pub(crate) fn read_rule(text: &str) -> Result<ReadRule, RuleError> {
    let mut reader = Reader {
        tokens: tokens(text),
        next: 0,
        end: text.len(),
        sets: Vec::new(),
    };
    let rule = reader.rule(0)?;
    match reader.peek() {
        None => Ok(ReadRule {
            rule,
            sets: reader.sets,
        }),
        Some(_) => Err(reader.error("and / or")),
    }
}

/// A word and its byte offset.
type Token<'a> = (&'a str, usize);

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let length = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '(' | ')' | ',' => 1,
            '"' => rest
                .get(1..)
                .and_then(|inner| inner.find('"'))
                .map_or(rest.len(), |end| end + 2),
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"'))
                .unwrap_or(rest.len()),
        };
        tokens.push((rest.get(..length).unwrap_or(rest), at));
        at += length;
    }
    tokens
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    end: usize,
    sets: Vec<(String, usize)>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.next).map(|token| token.0)
    }

    fn take(&mut self) -> Option<&'a str> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, word: &'static str) -> Result<(), RuleError> {
        if self.accept(word) {
            Ok(())
        } else {
            Err(self.error(word))
        }
    }

    fn error(&self, expected: &'static str) -> RuleError {
        let (found, at) = self
            .tokens
            .get(self.next)
            .copied()
            .unwrap_or(("", self.end));
        RuleError {
            at,
            expected,
            found: found.to_owned(),
        }
    }

    fn rule(&mut self, depth: usize) -> Result<Rule, RuleError> {
        let mut parts = vec![self.and(depth)?];
        while self.accept("or") {
            parts.push(self.and(depth)?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Rule::Or(parts)
        })
    }

    fn and(&mut self, depth: usize) -> Result<Rule, RuleError> {
        let mut parts = vec![self.not(depth)?];
        while self.accept("and") {
            parts.push(self.not(depth)?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Rule::And(parts)
        })
    }

    fn not(&mut self, depth: usize) -> Result<Rule, RuleError> {
        if depth > DEEPEST {
            return Err(self.error("fewer brackets"));
        }
        if self.accept("not") {
            return Ok(Rule::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.accept("(") {
            let inner = self.rule(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Rule, RuleError> {
        let start = self.next;
        let word = self.take().unwrap_or_default();
        let rule = match word {
            "always" => Rule::Constant(true),
            "never" => Rule::Constant(false),
            "mcc" => Rule::Has(Level::Mcc),
            "cc" => Rule::Has(Level::Cc),
            "sex" => {
                self.expect("=")?;
                match self.peek() {
                    Some("1") => self.next += 1,
                    Some("2") => {
                        self.next += 1;
                        return Ok(Rule::Sex(2));
                    }
                    _ => return Err(self.error("1 (male) / 2 (female)")),
                }
                Rule::Sex(1)
            }
            "classes" => {
                let field = self.field()?;
                self.expect("in")?;
                let set = self.set()?;
                self.expect(">=")?;
                Rule::Classes(field, set, self.count()?)
            }
            "count" => {
                let field = self.field()?;
                self.expect("in")?;
                let set = self.set()?;
                let comparison = self.comparison()?;
                Rule::Count(field, set, comparison, self.count()?)
            }
            "department" => {
                self.expect("=")?;
                Rule::Department(self.text()?)
            }
            "disposition" => {
                self.expect("in")?;
                let mut values = vec![self.text()?];
                while self.accept(",") {
                    values.push(self.text()?);
                }
                Rule::Disposition(values)
            }
            "dx" if self.accept("begins") => Rule::DiagnosisPrefix(self.text()?),
            _ => {
                self.next = start;
                if let Some(number) = number_named(word) {
                    self.next += 1;
                    let comparison = self.comparison()?;
                    Rule::Compare(number, comparison, self.integer()?)
                } else {
                    let field = self.field()?;
                    self.expect("in")?;
                    let set = self.set()?;
                    if self.accept("class") {
                        Rule::InClass(field, set, self.text()?.into())
                    } else {
                        Rule::In(field, set)
                    }
                }
            }
        };
        Ok(rule)
    }

    fn field(&mut self) -> Result<Field, RuleError> {
        let field = match self.peek() {
            Some("dx0") => Field::PrincipalDiagnosis,
            Some("dx") => Field::AnyDiagnosis,
            Some("dx2") => Field::SecondaryDiagnosis,
            Some("px0") => Field::PrincipalProcedure,
            Some("px") => Field::AnyProcedure,
            Some("px2") => Field::SecondaryProcedure,
            _ => {
                return Err(
                    self.error("a condition (dx0 dx dx2 px0 px px2 mcc cc sex age … always)")
                );
            }
        };
        self.next += 1;
        Ok(field)
    }

    fn set(&mut self) -> Result<String, RuleError> {
        let at = self.tokens.get(self.next).map_or(self.end, |token| token.1);
        let set = self.text().map_err(|error| RuleError {
            expected: "the name of a set",
            ..error
        })?;
        self.sets.push((set.clone(), at));
        Ok(set)
    }

    fn text(&mut self) -> Result<String, RuleError> {
        match self.peek() {
            Some("(" | ")" | ",") | None => Err(self.error("a value")),
            Some(word) => {
                self.next += 1;
                let inner = word
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'));
                if inner.is_none() && word.starts_with('"') {
                    self.next -= 1;
                    return Err(self.error("a closing quotation mark"));
                }
                Ok(inner.unwrap_or(word).to_owned())
            }
        }
    }

    fn comparison(&mut self) -> Result<Comparison, RuleError> {
        let comparison = match self.peek() {
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::LessOrEqual,
            Some(">") => Comparison::Greater,
            Some(">=") => Comparison::GreaterOrEqual,
            Some("=") => Comparison::Equal,
            Some("!=") => Comparison::NotEqual,
            _ => return Err(self.error("< <= > >= = !=")),
        };
        self.next += 1;
        Ok(comparison)
    }

    fn count(&mut self) -> Result<u32, RuleError> {
        match self.peek().and_then(|word| word.parse().ok()) {
            Some(count) => {
                self.next += 1;
                Ok(count)
            }
            None => Err(self.error("a whole number")),
        }
    }

    fn integer(&mut self) -> Result<i64, RuleError> {
        match self.peek().and_then(|word| word.parse().ok()) {
            Some(value) => {
                self.next += 1;
                Ok(value)
            }
            None => Err(self.error("a whole number")),
        }
    }
}

fn number_named(word: &str) -> Option<Number> {
    Some(match word {
        "age" => Number::Age,
        "age_days" => Number::AgeDays,
        "weight" => Number::Weight,
        "length_of_stay" => Number::LengthOfStay,
        "icu_hours" => Number::IcuHours,
        "ventilator_hours" => Number::VentilatorHours,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let read = read_rule(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(write_rule(&read.rule), text);
    }

    #[test]
    fn reads_and_writes_every_form() {
        check("always");
        check("px0 in AC1/px and px in AC1/px1");
        check("dx0 in P/dx and age = 0 or never");
        check("dx0 in P/dx and (age = 0 or mcc) and not cc");
        check("not (sex = 1 and sex = 2)");
        check("px in JA1/pxc class 3");
        check("dx0 in MDCZ/dx and classes dx in MDCZ/sites >= 2");
        check("count px in OP_IC2 >= 2");
        check("department = ICU");
        check("department = \"重症 医学科\"");
        check("disposition in 2, 5 and length_of_stay < 5");
        check("dx begins Z37.");
        check("ventilator_hours >= 96 or icu_hours != 0 or age_days <= 28 or weight > 1500");
        check("px0 in @valid or px0 in =39.6500");
    }

    #[test]
    fn says_where_and_what() {
        let error = |text: &str| {
            let error = read_rule(text).expect_err("not a rule");
            (error.at, error.found)
        };
        assert_eq!(error(""), (0, String::new()));
        assert_eq!(error("px0 in A/px und mcc"), (12, "und".to_owned()));
        assert_eq!(error("px0 A/px"), (4, "A/px".to_owned()));
        assert_eq!(error("(mcc or cc"), (10, String::new()));
        assert_eq!(error("sex = 3"), (6, "3".to_owned()));
        assert_eq!(error("age <= six"), (7, "six".to_owned()));
        assert_eq!(error("mcc )"), (4, ")".to_owned()));
        assert_eq!(error("department = \"ICU"), (13, "\"ICU".to_owned()));
        let deep = "(".repeat(100);
        assert!(read_rule(&deep).is_err());
    }

    #[test]
    fn knows_where_sets_are_named() {
        let read = read_rule("px0 in A/px or count dx in B/dx > 1").expect("a rule");
        assert_eq!(read.sets, [("A/px".to_owned(), 7), ("B/dx".to_owned(), 27)]);
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        let field = prop_oneof![
            Just(Field::PrincipalDiagnosis),
            Just(Field::AnyDiagnosis),
            Just(Field::SecondaryProcedure),
        ];
        let leaf = prop_oneof![
            any::<bool>().prop_map(Rule::Constant),
            (field.clone(), "[A-Z]{1,3}/[dp]x").prop_map(|(field, set)| Rule::In(field, set)),
            (field, "[A-Z]{1,3}", 0..9u32).prop_map(|(field, set, n)| Rule::Count(
                field,
                set,
                Comparison::NotEqual,
                n
            )),
            Just(Rule::Has(Level::Mcc)),
            any::<i64>().prop_map(|n| Rule::Compare(Number::AgeDays, Comparison::Less, n)),
            "[A-Z （),]{0,5}".prop_map(Rule::Department),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Rule::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Rule::Or),
                inner.prop_map(|rule| Rule::Not(Box::new(rule))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_written_rule_reads_as_itself(rule in any_rule()) {
            prop_assert_eq!(read_rule(&write_rule(&rule)).expect("a rule").rule, rule);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = read_rule(&text);
        }
    }
}
