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

    fn is_valid(self, bytes: &[u8]) -> bool {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).is_ok(),
            Self::Gb18030 => encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(bytes)
                .is_some(),
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

/// Guesses the encoding by trial decoding, line by line. UTF-8 goes first: Chinese text in GB18030 is
/// hardly ever valid UTF-8, while most UTF-8 is valid GB18030 by chance.
pub(crate) fn guess(bytes: &[u8]) -> Guess {
    if bytes.is_ascii() {
        return Guess::Open;
    }
    if Encoding::Utf8.is_valid(bytes) {
        return Guess::Decided(Encoding::Utf8);
    }
    // Lines weigh by their bytes beyond ASCII: short ones are more often valid by chance.
    let (mut all, mut utf8, mut gb18030) = (0usize, 0usize, 0usize);
    for line in bytes.split(|&byte| byte == b'\n') {
        let weight = line.iter().filter(|byte| !byte.is_ascii()).count();
        all += weight;
        if weight > 0 && Encoding::Utf8.is_valid(line) {
            utf8 += weight;
        }
        if weight > 0 && Encoding::Gb18030.is_valid(line) {
            gb18030 += weight;
        }
    }
    if utf8 * 2 >= all {
        Guess::Decided(Encoding::Utf8)
    } else if gb18030 * 2 >= all {
        Guess::Decided(Encoding::Gb18030)
    } else {
        Guess::Hopeless
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
        let garbage: Vec<u8> = (0..4000u32)
            .map(|n| (n * 7919 % 251) as u8 | 0x80)
            .collect();
        assert_eq!(guess(&garbage), Guess::Hopeless);
    }
}
