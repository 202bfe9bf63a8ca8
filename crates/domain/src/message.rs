//! Messages with places for values of what they speak about: `年龄 {age_days} 天，出生体重未填写`.

/// What a person reads about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    parts: Vec<MessagePart>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePart {
    /// Text as it stands.
    Text(String),
    /// The value of this name.
    Value(String),
}

/// A brace that is never closed, or one without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAMessage {
    /// Character position, from zero.
    pub at: usize,
}

impl Message {
    /// Reads a message.
    pub fn parse(text: &str) -> Result<Self, NotAMessage> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let at = || NotAMessage {
                at: text.chars().count() - rest[open..].chars().count(),
            };
            let close = rest[open..].find('}').ok_or_else(at)?;
            let name = rest[open + 1..open + close].trim();
            if name.is_empty() || name.contains('{') {
                return Err(at());
            }
            if open > 0 {
                parts.push(MessagePart::Text(rest[..open].to_owned()));
            }
            parts.push(MessagePart::Value(name.to_owned()));
            rest = &rest[open + close + 1..];
        }
        if !rest.is_empty() {
            parts.push(MessagePart::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// The pieces, in order.
    pub fn parts(&self) -> &[MessagePart] {
        &self.parts
    }

    /// Names of the values, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.parts {
            if let MessagePart::Value(name) = part
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// The message with values; one that is missing reads 空.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                MessagePart::Text(part) => text.push_str(part),
                MessagePart::Value(name) => text.push_str(value(name).unwrap_or("空")),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_places() {
        let message =
            Message::parse("年龄 {age_days} 天，体重{ w }克，年龄 {age_days}").expect("a message");
        assert_eq!(message.names(), ["age_days", "w"]);
        let filled = message.fill(|name| (name == "age_days").then_some("3"));
        assert_eq!(filled, "年龄 3 天，体重空克，年龄 3");
    }

    #[test]
    fn open_braces_are_told_with_their_place() {
        assert_eq!(Message::parse("年龄{x"), Err(NotAMessage { at: 2 }));
        assert_eq!(Message::parse("{}"), Err(NotAMessage { at: 0 }));
    }
}
