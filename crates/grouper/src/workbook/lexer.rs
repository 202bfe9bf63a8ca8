use super::{RuleError, RuleProblem};
use crate::definition::Comparison;

/// The escape of a carriage return that some spreadsheet libraries leave in the text.
const ESCAPED_RETURN: &str = "_x000D_";

/// One word of a rule and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Character in the cell, from one.
    pub(super) position: usize,
    pub(super) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or key word, as written.
    Word(String),
    /// Digits, as written.
    Number(String),
    Compare(Comparison),
    Open,
    Close,
    OpenBrace,
    CloseBrace,
    Comma,
    Intersection,
    End,
}

impl TokenKind {
    /// The token as a person wrote it, for messages.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Number(digits) => digits.clone(),
            Self::Compare(comparison) => super::comparison_sign(*comparison).to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::OpenBrace => "{".to_owned(),
            Self::CloseBrace => "}".to_owned(),
            Self::Comma => ",".to_owned(),
            Self::Intersection => "∩".to_owned(),
            Self::End => String::new(),
        }
    }
}

/// Splits a rule into words; the last one is always [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, RuleError> {
    let characters: Vec<char> = text.chars().collect();
    let escape: Vec<char> = ESCAPED_RETURN.chars().collect();
    let escaped_return = |at: usize| {
        characters.get(at..at + escape.len()).is_some_and(|part| {
            part.iter()
                .zip(&escape)
                .all(|(left, right)| left.eq_ignore_ascii_case(right))
        })
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        if escaped_return(at) {
            at += escape.len();
            continue;
        }
        let start = at;
        at += 1;
        let kind = match character {
            character if is_blank(character) => continue,
            '(' | '（' => TokenKind::Open,
            ')' | '）' => TokenKind::Close,
            '{' | '｛' => TokenKind::OpenBrace,
            '}' | '｝' => TokenKind::CloseBrace,
            ',' | '，' | '、' => TokenKind::Comma,
            '∩' => TokenKind::Intersection,
            '≥' => TokenKind::Compare(Comparison::GreaterOrEqual),
            '≤' => TokenKind::Compare(Comparison::LessOrEqual),
            '=' => TokenKind::Compare(Comparison::Equal),
            '<' | '>' => {
                let or_equal = characters.get(at) == Some(&'=');
                at += usize::from(or_equal);
                TokenKind::Compare(match (character, or_equal) {
                    ('<', false) => Comparison::Less,
                    ('<', true) => Comparison::LessOrEqual,
                    (_, false) => Comparison::Greater,
                    (_, true) => Comparison::GreaterOrEqual,
                })
            }
            character if is_word(character) => {
                while characters.get(at).copied().is_some_and(is_word) && !escaped_return(at) {
                    at += 1;
                }
                let word: String = characters[start..at].iter().collect();
                if word.chars().all(|character| character.is_ascii_digit()) {
                    TokenKind::Number(word)
                } else {
                    TokenKind::Word(word)
                }
            }
            other => {
                let problem = RuleProblem::Character(other);
                return Err(RuleError {
                    position: start + 1,
                    problem,
                });
            }
        };
        tokens.push(Token {
            position: start + 1,
            kind,
        });
    }
    tokens.push(Token {
        position: characters.len() + 1,
        kind: TokenKind::End,
    });
    Ok(tokens)
}

/// White space of any kind and the invisible characters that spreadsheets collect.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
        )
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
