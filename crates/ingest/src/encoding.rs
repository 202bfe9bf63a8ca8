use std::fmt;

/// Encoding of a text file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8; a byte-order mark has been taken away.
    Utf8,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
        })
    }
}

impl Encoding {
    /// Appends the text of `bytes` to `out`; `false` when some bytes are not of this encoding,
    /// `out` then holds anything.
    pub(crate) fn decode(self, bytes: &[u8], out: &mut String) -> bool {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_str(text);
                    true
                }
                Err(_) => false,
            },
            Self::Gb18030 => {
                let decoded =
                    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes);
                decoded.is_some_and(|text| {
                    out.push_str(&text);
                    true
                })
            }
        }
    }

    /// The text of `bytes` with `�` for what is not of this encoding.
    pub(crate) fn decode_lossy(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Gb18030 => encoding_rs::GB18030
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        }
    }
}

/// What the bytes of whole lines tell about a file's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guess {
    /// Only ASCII: every encoding fits.
    Open,
    /// Decided, perhaps with some broken lines.
    Decided(Encoding),
    /// Neither encoding fits most of the lines that matter.
    Hopeless,
}

/// Guesses the encoding by trial decoding. UTF-8 goes first: Chinese text in GB18030 hardly ever looks
/// like UTF-8, while most UTF-8 is valid GB18030 by chance.
///
/// Exports cut names to a number of bytes, so that in either encoding many lines may hold half a
/// character; those become rejects, and only a file of which most lines are broken is refused.
pub(crate) fn guess(bytes: &[u8]) -> Guess {
    if bytes.is_ascii() {
        return Guess::Open;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Guess::Decided(Encoding::Utf8);
    }
    // Pairs of bytes are often UTF-8 by chance; Chinese characters have three.
    let fitting: usize = bytes
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().map(char::len_utf8))
        .filter(|&length| length > 2)
        .sum();
    let beyond_ascii = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if fitting * 2 >= beyond_ascii {
        return Guess::Decided(Encoding::Utf8);
    }
    let (mut lines, mut broken) = (0usize, 0usize);
    for line in bytes.split(|&byte| byte == b'\n') {
        lines += usize::from(!line.is_empty());
        let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(line);
        broken += usize::from(text.is_none());
    }
    if broken * 2 > lines {
        Guess::Hopeless
    } else {
        Guess::Decided(Encoding::Gb18030)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn guesses_by_trial_decoding() {
        assert_eq!(guess(b"A01,A02\n1,2\n"), Guess::Open);
        assert_eq!(
            guess("姓名,性别\n张三,1\n".as_bytes()),
            Guess::Decided(Encoding::Utf8)
        );
        assert_eq!(
            guess(&gb("姓名,性别\n张三,1\n")),
            Guess::Decided(Encoding::Gb18030)
        );
        assert_eq!(guess(&gb("㐀𠀀\n")), Guess::Decided(Encoding::Gb18030));
    }

    #[test]
    fn a_few_broken_lines_do_not_decide() {
        let mut bytes = "张三,1\n李四,2\n王五,1\n".as_bytes().to_vec();
        bytes.extend(gb("赵六,1\n"));
        assert_eq!(guess(&bytes), Guess::Decided(Encoding::Utf8));
        // Names cut within their last character.
        let cut = |text: &[u8]| [b"A11,A12\n", text, b",1\n", text, b",2\n1,3\n"].concat();
        let (utf8, gb) = ("欧阳小明".as_bytes(), gb("欧阳小明"));
        assert_eq!(guess(&cut(&utf8[..11])), Guess::Decided(Encoding::Utf8));
        assert_eq!(guess(&cut(&gb[..7])), Guess::Decided(Encoding::Gb18030));
        let garbage: Vec<u8> = (0..4000u32)
            .map(|n| (n * 7919 % 251) as u8 | 0x80)
            .collect();
        assert_eq!(guess(&garbage), Guess::Hopeless);
    }
}
