//! As much of XML as the parts of a workbook need: tags and their attributes.

use std::io::{self, BufRead};

/// Reads markup piece by piece: the text before a tag, and the tag.
pub(super) struct Pieces<R> {
    reader: R,
    piece: Vec<u8>,
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            piece: Vec::new(),
        }
    }

    /// The next piece: whatever comes up to the end of a tag. `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.piece.clear();
        if self.reader.read_until(b'>', &mut self.piece)? == 0 {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.piece)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        // A `>` may stand in a text: such a piece has no tag.
        let tag = text.rfind('<').map_or("", |start| &text[start..]);
        Ok(Some(Piece { text, tag }))
    }
}

/// A piece of markup.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    /// All of it.
    pub(super) text: &'a str,
    /// The tag at its end, from `<` to `>`.
    pub(super) tag: &'a str,
}

impl<'a> Piece<'a> {
    /// Name of the tag without its prefix; a closing tag begins with `/`.
    pub(super) fn name(&self) -> &'a str {
        let inside = self.tag.trim_start_matches('<').trim_end_matches('>');
        let (closing, inside) = match inside.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inside),
        };
        let end = inside
            .find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(inside.len());
        let name = &inside[..end];
        let local = name.rsplit(':').next().unwrap_or(name);
        if closing {
            // The slash belongs to the name: `/row`. Prefixes stand between them, so they are told apart.
            match local {
                "row" => "/row",
                "c" => "/c",
                _ => "/",
            }
        } else {
            local
        }
    }

    /// The tag's prefix with its colon, empty when it has none.
    pub(super) fn prefix(&self) -> &'a str {
        let inside = self.tag.trim_start_matches(['<', '/']);
        let end = inside
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
            .unwrap_or(inside.len());
        inside[..end]
            .rfind(':')
            .map_or("", |colon| &inside[..=colon])
    }

    /// Whether the tag has no content: `<row r="1"/>`.
    pub(super) fn is_empty(&self) -> bool {
        self.tag.ends_with("/>")
    }

    /// The value of an attribute, as it stands in the tag; `local` compares the name without its prefix.
    pub(super) fn attribute(&self, wanted: &str, local: bool) -> Option<&'a str> {
        let mut rest = self.tag;
        while let Some(equals) = rest.find('=') {
            let name = rest[..equals].trim_end();
            let name = name
                .rfind(|c: char| c.is_ascii_whitespace())
                .map_or(name, |at| &name[at + 1..]);
            let value = rest[equals + 1..].trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let end = value[1..].find(quote)?;
            let found = if local {
                name.rsplit(':').next() == Some(wanted) && name.contains(':')
            } else {
                name == wanted
            };
            if found {
                return Some(&value[1..=end]);
            }
            rest = &value[end + 2..];
        }
        None
    }
}

/// A text with its entities replaced.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        let Some(length) = rest[start..].find(';') else {
            break;
        };
        let entity = &rest[start + 1..start + length];
        let numeric = |digits: &str, radix| {
            u32::from_str_radix(digits, radix)
                .ok()
                .and_then(char::from_u32)
        };
        let character = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match entity.strip_prefix('#') {
                Some(number) => match number.strip_prefix('x') {
                    Some(hex) => numeric(hex, 16),
                    None => numeric(number, 10),
                },
                None => None,
            },
        };
        plain.extend(character);
        rest = &rest[start + length + 1..];
    }
    plain.push_str(rest);
    plain
}

/// A text as it may stand between tags. What XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\t' | '\n' | '\r' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_apart() {
        let markup = "<x:row  r=\"3\" spans='1:2'><c r=\"A3\"/>text > more</c></x:row>tail";
        let mut pieces = Pieces::new(markup.as_bytes());
        let mut names = Vec::new();
        let mut whole = String::new();
        while let Some(piece) = pieces.next().expect("memory") {
            names.push(piece.name().to_owned());
            whole.push_str(piece.text);
            if piece.name() == "row" {
                assert_eq!(piece.prefix(), "x:");
                assert_eq!(piece.attribute("r", false), Some("3"));
                assert_eq!(piece.attribute("spans", false), Some("1:2"));
                assert_eq!(piece.attribute("t", false), None);
            }
        }
        assert_eq!(names, ["row", "c", "", "/c", "/row", ""]);
        assert_eq!(whole, markup);
    }

    #[test]
    fn texts_go_in_and_out() {
        assert_eq!(unescaped("a&amp;b &#x4e00;&#49;&lt;"), "a&b 一1<");
        assert_eq!(escaped("a<b>&\u{1}c"), "a&lt;b&gt;&amp;c");
    }
}
