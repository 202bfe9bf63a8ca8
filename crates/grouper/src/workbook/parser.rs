use super::lexer::{Token, TokenKind, tokens};
use super::{Expected, RuleError, RuleProblem, WorkbookField, WorkbookRule, WorkbookVariable};
use crate::definition::Comparison;

/// Deeper than any published rule by far, and shallow enough for every stack.
const DEEPEST: usize = 64;

/// A rule and where its conditions begin, in the order in which they are written.
pub(super) struct Parsed {
    pub(super) rule: WorkbookRule,
    /// Positions of the conditions, read left to right; lowering counts along.
    pub(super) positions: Vec<usize>,
}

pub(super) fn parse(text: &str) -> Result<Parsed, RuleError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        positions: Vec::new(),
    };
    let rule = if parser.peek() == &TokenKind::End {
        WorkbookRule::Constant(true)
    } else {
        parser.or()?
    };
    parser.expect(&TokenKind::End, Expected::End)?;
    Ok(Parsed {
        rule,
        positions: parser.positions,
    })
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    positions: Vec<usize>,
}

impl Parser {
    fn peek(&self) -> &TokenKind {
        &self.tokens[self.next].kind
    }

    fn position(&self) -> usize {
        self.tokens[self.next].position
    }

    /// Steps on; the end is never passed.
    fn advance(&mut self) {
        self.next = (self.next + 1).min(self.tokens.len() - 1);
    }

    fn error<T>(&self, problem: RuleProblem) -> Result<T, RuleError> {
        Err(RuleError {
            position: self.position(),
            problem,
        })
    }

    fn unexpected<T>(&self, expected: Expected) -> Result<T, RuleError> {
        self.error(RuleProblem::Expected {
            expected,
            found: self.peek().written(),
        })
    }

    fn eat(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == kind;
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, kind: &TokenKind, expected: Expected) -> Result<(), RuleError> {
        if self.peek() == kind {
            self.advance();
            Ok(())
        } else {
            self.unexpected(expected)
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Word(here) if here.eq_ignore_ascii_case(word));
        if found {
            self.advance();
        }
        found
    }

    fn or(&mut self) -> Result<WorkbookRule, RuleError> {
        let mut rules = vec![self.and()?];
        while self.eat_word("or") {
            rules.push(self.and()?);
        }
        Ok(one_or(rules, WorkbookRule::Or))
    }

    fn and(&mut self) -> Result<WorkbookRule, RuleError> {
        let mut rules = vec![self.not()?];
        while self.eat_word("and") {
            rules.push(self.not()?);
        }
        Ok(one_or(rules, WorkbookRule::And))
    }

    fn not(&mut self) -> Result<WorkbookRule, RuleError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error(RuleProblem::Depth);
        }
        let rule = if self.eat_word("not") {
            WorkbookRule::Not(Box::new(self.not()?))
        } else {
            self.atom()?
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn atom(&mut self) -> Result<WorkbookRule, RuleError> {
        let position = self.position();
        match self.peek().clone() {
            TokenKind::Open => {
                self.advance();
                let rule = self.or()?;
                self.expect(&TokenKind::Close, Expected::ClosingBracket)?;
                Ok(rule)
            }
            TokenKind::Number(digits) => {
                self.advance();
                Ok(WorkbookRule::Constant(
                    digits.bytes().any(|digit| digit != b'0'),
                ))
            }
            TokenKind::OpenBrace => self.membership(position),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("length") => self.length(position),
            TokenKind::Word(word) => {
                if WorkbookField::from_word(&word).is_some() {
                    return self.membership(position);
                }
                let Some(variable) = WorkbookVariable::from_word(&word) else {
                    return self.unexpected(Expected::Condition);
                };
                self.advance();
                self.positions.push(position);
                let comparison = self.comparison()?;
                Ok(WorkbookRule::Compare(variable, comparison, self.number()?))
            }
            _ => self.unexpected(Expected::Condition),
        }
    }

    fn membership(&mut self, position: usize) -> Result<WorkbookRule, RuleError> {
        self.positions.push(position);
        let fields = self.fields()?;
        let negated = self.eat_word("not");
        if !self.eat_word("in") {
            return self.unexpected(Expected::In);
        }
        let rule = WorkbookRule::In(fields, self.sets()?);
        Ok(if negated {
            WorkbookRule::Not(Box::new(rule))
        } else {
            rule
        })
    }

    /// `length(sets ∩ fields) cmp n`, the operands in either order.
    fn length(&mut self, position: usize) -> Result<WorkbookRule, RuleError> {
        self.positions.push(position);
        self.advance();
        self.expect(&TokenKind::Open, Expected::OpeningBracket)?;
        let fields_first = match (self.peek(), self.tokens.get(self.next + 1)) {
            (
                TokenKind::OpenBrace,
                Some(Token {
                    kind: TokenKind::Word(word),
                    ..
                }),
            )
            | (TokenKind::Word(word), _) => WorkbookField::from_word(word).is_some(),
            _ => false,
        };
        let (fields, sets) = if fields_first {
            let fields = self.fields()?;
            self.expect(&TokenKind::Intersection, Expected::Intersection)?;
            (fields, self.sets()?)
        } else {
            let sets = self.sets()?;
            self.expect(&TokenKind::Intersection, Expected::Intersection)?;
            (self.fields()?, sets)
        };
        self.expect(&TokenKind::Close, Expected::ClosingBracket)?;
        let comparison = self.comparison()?;
        let number_at = self.position();
        let number = self.number()?;
        let number = u32::try_from(number).map_err(|_| RuleError {
            position: number_at,
            problem: RuleProblem::Number(number.to_string()),
        })?;
        Ok(WorkbookRule::Count(fields, sets, comparison, number))
    }

    fn fields(&mut self) -> Result<Vec<WorkbookField>, RuleError> {
        self.braced(|parser| match parser.peek() {
            TokenKind::Word(word) => match WorkbookField::from_word(word) {
                Some(field) => {
                    parser.advance();
                    Ok(field)
                }
                None => parser.unexpected(Expected::Field),
            },
            _ => parser.unexpected(Expected::Field),
        })
    }

    fn sets(&mut self) -> Result<Vec<String>, RuleError> {
        self.braced(|parser| match parser.peek() {
            TokenKind::Word(word) => {
                let name = word.to_ascii_uppercase();
                parser.advance();
                Ok(name)
            }
            _ => parser.unexpected(Expected::Set),
        })
    }

    /// One item, or several in braces with commas between them.
    fn braced<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, RuleError>,
    ) -> Result<Vec<T>, RuleError> {
        if !self.eat(&TokenKind::OpenBrace) {
            return Ok(vec![item(self)?]);
        }
        let mut items = vec![item(self)?];
        while self.eat(&TokenKind::Comma) {
            items.push(item(self)?);
        }
        self.expect(&TokenKind::CloseBrace, Expected::ClosingBrace)?;
        Ok(items)
    }

    fn comparison(&mut self) -> Result<Comparison, RuleError> {
        match self.peek() {
            TokenKind::Compare(comparison) => {
                let comparison = *comparison;
                self.advance();
                Ok(comparison)
            }
            _ => self.unexpected(Expected::Comparison),
        }
    }

    fn number(&mut self) -> Result<i64, RuleError> {
        match self.peek() {
            TokenKind::Number(digits) => match digits.parse() {
                Ok(number) => {
                    self.advance();
                    Ok(number)
                }
                Err(_) => self.error(RuleProblem::Number(digits.clone())),
            },
            _ => self.unexpected(Expected::Number),
        }
    }
}

/// A list of one is that one.
fn one_or(
    mut rules: Vec<WorkbookRule>,
    list: impl FnOnce(Vec<WorkbookRule>) -> WorkbookRule,
) -> WorkbookRule {
    match rules.pop() {
        Some(only) if rules.is_empty() => only,
        Some(last) => {
            rules.push(last);
            list(rules)
        }
        None => list(rules),
    }
}
