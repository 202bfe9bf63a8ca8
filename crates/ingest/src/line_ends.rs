//! Readers that bring unusual text into the usual form: UTF-8 from UTF-16, line feeds from returns.

use std::io::{self, Read};

use encoding_rs::Decoder;

/// UTF-16 as UTF-8.
pub(crate) struct Utf16<R> {
    reader: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// Bytes of `input` that are not decoded yet.
    pending: usize,
    output: Vec<u8>,
    given: usize,
    finished: bool,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(reader: R, little_endian: bool) -> Self {
        let encoding = if little_endian {
            encoding_rs::UTF_16LE
        } else {
            encoding_rs::UTF_16BE
        };
        Self {
            reader,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; 32 * 1024],
            pending: 0,
            output: vec![0; 128 * 1024],
            given: 0,
            finished: false,
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == 0 && !self.finished {
            let read = self.reader.read(&mut self.input[self.pending..])?;
            self.finished = read == 0;
            let end = self.pending + read;
            // 32 KiB of UTF-16 give at most 48 KiB of UTF-8: the output always has room.
            self.output.resize(128 * 1024, 0);
            let (_, consumed, written, _) =
                self.decoder
                    .decode_to_utf8(&self.input[..end], &mut self.output, self.finished);
            self.input.copy_within(consumed..end, 0);
            self.pending = end - consumed;
            self.output.truncate(written);
            if written == 0 && !self.finished {
                return self.read(buffer);
            }
            if written == 0 {
                return Ok(0);
            }
        }
        if self.finished && self.given >= self.output.len() {
            return Ok(0);
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        if self.given == self.output.len() && !self.finished {
            self.given = 0;
        }
        Ok(count)
    }
}

/// Text whose lines end with a carriage return alone, with line feeds instead.
pub(crate) struct ReturnsAsFeeds<R>(pub(crate) R);

impl<R: Read> Read for ReturnsAsFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        for byte in &mut buffer[..count] {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
        Ok(count)
    }
}

/// What was done to a text to bring it into the usual form, and how to take it back.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TextForm {
    /// It is UTF-16; whether the low byte comes first.
    pub(crate) utf16: Option<bool>,
    /// Its lines end with a carriage return alone.
    pub(crate) returns: bool,
}

impl TextForm {
    /// Appends what stands in front of such a file.
    pub(crate) fn start(self, out: &mut Vec<u8>) {
        match self.utf16 {
            Some(true) => out.extend_from_slice(&[0xff, 0xfe]),
            Some(false) => out.extend_from_slice(&[0xfe, 0xff]),
            None => {}
        }
    }

    /// Appends text of the usual form as it stands in the file.
    pub(crate) fn restore(self, text: &[u8], out: &mut Vec<u8>) {
        let feed = |byte: u8| {
            if self.returns && byte == b'\n' {
                b'\r'
            } else {
                byte
            }
        };
        let Some(little_endian) = self.utf16 else {
            if self.returns {
                out.extend(text.iter().map(|byte| feed(*byte)));
            } else {
                out.extend_from_slice(text);
            }
            return;
        };
        let text: Vec<u8> = text.iter().map(|byte| feed(*byte)).collect();
        for unit in String::from_utf8_lossy(&text).encode_utf16() {
            out.extend(if little_endian {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_of_any_length_becomes_utf8() {
        for text in ["", "姓名\n", &"张三,男\n😀".repeat(20_000)] {
            for little_endian in [true, false] {
                let bytes: Vec<u8> = text
                    .encode_utf16()
                    .flat_map(|unit| {
                        if little_endian {
                            unit.to_le_bytes()
                        } else {
                            unit.to_be_bytes()
                        }
                    })
                    .collect();
                let mut decoded = String::new();
                Utf16::new(bytes.as_slice(), little_endian)
                    .read_to_string(&mut decoded)
                    .expect("valid UTF-8");
                assert_eq!(decoded, text);
            }
        }
    }

    #[test]
    fn returns_become_feeds() {
        let mut text = String::new();
        ReturnsAsFeeds("a\rb\r".as_bytes())
            .read_to_string(&mut text)
            .expect("text");
        assert_eq!(text, "a\nb\n");
    }
}
