//! Delimited text cut into blocks of whole records.

use std::io::{self, Read};
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use crate::delimiter::{DELIMITERS, first_record};
use crate::encoding::{Guess, guess};
use crate::line_ends::{ReturnsAsFeeds, TextForm, Utf16};
use crate::recognise::{Match, best_match, unknown_header};
use crate::scan::whole_records;
use crate::{Block, Encoding, FileError, Header, LineUnit, ReadOptions};

/// Bytes that are looked at to find the header and guess the encoding. A header must end within them.
const PROBE: usize = 256 * 1024;
/// U+FEFF in UTF-8 and in GB18030.
const UTF8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
const GB18030_MARK: [u8; 4] = [0x84, 0x31, 0x95, 0x33];
/// Lines that may stand before the header, such as a title.
const LINES_BEFORE_HEADER: usize = 10;
/// A record that is longer is cut at the end of its first line, so that memory stays bounded; its pieces become
/// rejects. A line that is longer is no line of a table, and ends the file.
const LONGEST_RECORD: usize = 16 * 1024 * 1024;

pub(crate) struct TextBlocks<'a> {
    file: String,
    reader: Box<dyn Read + Send + 'a>,
    form: TextForm,
    /// Everything before the first record: marks, a title, the header.
    preamble: Vec<u8>,
    /// Read but not given yet; begins with a record.
    rest: Vec<u8>,
    block_size: usize,
    delimiter: u8,
    encoding: Option<Encoding>,
    line: u64,
    index: u64,
    finished: bool,
    /// Why reading ended early; told after the records before it.
    fault: Option<io::Error>,
}

impl<'a> TextBlocks<'a> {
    /// Reads the start of a file and recognises its header.
    pub(crate) fn open(
        file: &str,
        reader: Box<dyn Read + Send + 'a>,
        options: &ReadOptions,
    ) -> Result<(Self, Arc<Header>), FileError> {
        let failed = |source| FileError::Read {
            file: file.into(),
            line: 0,
            source,
        };
        let mut start = Vec::new();
        let mut reader = probe(reader, &mut start).map_err(failed)?;
        let mut is_cut = start.len() >= PROBE;
        let mut form = TextForm::default();
        let mut preamble = Vec::new();
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            let little_endian = start[0] == 0xff;
            form.utf16 = Some(little_endian);
            let whole = io::Cursor::new(start.split_off(2)).chain(reader);
            start = Vec::new();
            reader =
                probe(Box::new(Utf16::new(whole, little_endian)), &mut start).map_err(failed)?;
            is_cut = start.len() >= PROBE;
        }
        // Whatever the encoding, the mark is no part of the first heading.
        for mark in [&UTF8_MARK[..], &GB18030_MARK[..]] {
            if start.starts_with(mark) {
                preamble.extend(start.drain(..mark.len()));
            }
        }
        if start.iter().all(u8::is_ascii_whitespace) {
            return Err(FileError::Empty { file: file.into() });
        }
        if memchr(b'\n', &start).is_none() && memchr(b'\r', &start).is_some() {
            start
                .iter_mut()
                .filter(|byte| **byte == b'\r')
                .for_each(|byte| *byte = b'\n');
            reader = Box::new(ReturnsAsFeeds(reader));
            form.returns = true;
        }
        // A character may be cut at the end of the probe: judge whole lines when there are any.
        let lines_end = memchr::memrchr(b'\n', &start).map_or(0, |end| end + 1);
        let lines = if lines_end == 0 {
            start.len()
        } else {
            lines_end
        };
        let encoding = match guess(&start[..lines]) {
            Guess::Open => None,
            Guess::Decided(encoding) => Some(encoding),
            Guess::Hopeless => {
                return Err(FileError::Encoding {
                    file: file.into(),
                    line: 1,
                });
            }
        };
        let text = encoding
            .unwrap_or(Encoding::Utf8)
            .decode_lossy(&start[..lines]);
        let ends = memchr_iter(b'\n', &start).count();
        let too_long = |line: u64| FileError::LineTooLong {
            file: file.into(),
            line,
            limit: PROBE as u64,
        };
        let found = find_header(file, &text, options).map_err(|error| {
            // Zero bytes are UTF-16 without its mark, or no text at all.
            if memchr(0, &start).is_some() {
                FileError::Encoding {
                    file: file.into(),
                    line: 1,
                }
            } else if is_cut && ends <= LINES_BEFORE_HEADER && start.len() - lines_end >= PROBE / 2
            {
                // The header may be the line that has no end.
                too_long(ends as u64 + 1)
            } else {
                error
            }
        })?;
        if is_cut && (ends as u64) < found.lines_through {
            return Err(too_long(found.line));
        }
        let header = Header::new(
            file,
            &found.headings,
            found.line,
            found.delimiter,
            found.matched,
            options,
        )?;
        let after = skip_lines(&start, found.lines_through);
        preamble.extend(start.drain(..after));
        let blocks = Self {
            file: file.into(),
            reader,
            form,
            preamble,
            rest: start,
            block_size: options.block_size.max(1),
            delimiter: found.delimiter,
            encoding,
            line: found.lines_through + 1,
            index: 0,
            finished: false,
            fault: None,
        };
        Ok((blocks, Arc::new(header)))
    }

    /// How the bytes of blocks stand in the file.
    pub(crate) fn form(&self) -> TextForm {
        self.form
    }

    /// What stands before the first record, in the form of blocks.
    pub(crate) fn preamble(&self) -> &[u8] {
        &self.preamble
    }

    pub(crate) fn next_block(&mut self) -> Result<Option<Block>, FileError> {
        let mut wanted = self.block_size;
        let whole = loop {
            if !self.finished {
                match fill(&mut self.reader, &mut self.rest, wanted) {
                    Ok(more) => self.finished = !more,
                    Err(source) => {
                        self.finished = true;
                        self.fault = Some(source);
                    }
                }
            }
            if self.finished {
                break match self.fault {
                    None => self.rest.len(),
                    // The last record may be cut off.
                    Some(_) => whole_records(&self.rest, self.delimiter),
                };
            }
            match whole_records(&self.rest, self.delimiter) {
                0 if self.rest.len() >= LONGEST_RECORD => {
                    let Some(end) = memchr(b'\n', &self.rest) else {
                        self.finished = true;
                        self.rest = Vec::new();
                        return Err(FileError::LineTooLong {
                            file: self.file.clone(),
                            line: self.line,
                            limit: LONGEST_RECORD as u64,
                        });
                    };
                    break end + 1;
                }
                0 => wanted = (self.rest.len() * 2).min(LONGEST_RECORD),
                whole => break whole,
            }
        };
        if whole == 0 {
            let Some(source) = self.fault.take() else {
                return Ok(None);
            };
            self.rest.clear();
            return Err(FileError::Read {
                file: self.file.clone(),
                line: self.line.saturating_sub(1),
                source,
            });
        }
        let mut bytes = Vec::with_capacity((self.rest.len() - whole).max(self.block_size) + 4096);
        bytes.extend_from_slice(&self.rest[whole..]);
        std::mem::swap(&mut bytes, &mut self.rest);
        bytes.truncate(whole);
        let first_line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        // A block of which nothing can be made becomes rejects; the next one may tell.
        if self.encoding.is_none()
            && let Guess::Decided(encoding) = guess(&bytes)
        {
            self.encoding = Some(encoding);
        }
        let index = self.index;
        self.index += 1;
        Ok(Some(Block {
            index,
            first_line,
            bytes,
            encoding: self.encoding.unwrap_or(Encoding::Utf8),
            line_unit: LineUnit::Line,
        }))
    }
}

/// Reads the start of a file. A fault behind it is kept for when reading comes there.
fn probe<'a>(
    mut reader: Box<dyn Read + Send + 'a>,
    start: &mut Vec<u8>,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    match fill(&mut reader, start, PROBE) {
        Ok(_) => Ok(reader),
        Err(source) if start.is_empty() => Err(source),
        Err(source) => Ok(Box::new(Fault(Some(source)))),
    }
}

/// Fails once.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Reads until `bytes` holds at least `wanted` bytes; `false` at the end of the data.
fn fill(reader: &mut dyn Read, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<bool> {
    if bytes.len() >= wanted {
        return Ok(true);
    }
    let missing = (wanted - bytes.len()) as u64;
    let read = reader.take(missing).read_to_end(bytes)?;
    Ok(read as u64 == missing)
}

struct Found {
    headings: Vec<String>,
    matched: Match,
    delimiter: u8,
    /// Line on which the header begins.
    line: u64,
    /// Lines up to the end of the header.
    lines_through: u64,
}

/// The line and delimiter that give the most known columns among the first lines.
fn find_header(file: &str, text: &str, options: &ReadOptions) -> Result<Found, FileError> {
    let mut best: Option<Found> = None;
    let mut first_headings = Vec::new();
    let mut at = 0;
    let mut line = 1;
    for _ in 0..=LINES_BEFORE_HEADER {
        if at >= text.len() {
            break;
        }
        for delimiter in DELIMITERS {
            let (headings, length) = first_record(&text[at..], delimiter);
            if first_headings.is_empty()
                && headings.iter().any(|heading| !heading.trim().is_empty())
            {
                first_headings.clone_from(&headings);
            }
            let Some(matched) = best_match(&headings, options.layout) else {
                continue;
            };
            if best
                .as_ref()
                .is_none_or(|best| matched.recognised > best.matched.recognised)
            {
                let lines = text[at..at + length].matches('\n').count().max(1) as u64;
                best = Some(Found {
                    headings,
                    matched,
                    delimiter,
                    line,
                    lines_through: line + lines - 1,
                });
            }
        }
        // A line of which most is known is the header; data below it need not be looked at.
        if best
            .as_ref()
            .is_some_and(|best| best.matched.recognised * 2 > best.headings.len())
        {
            break;
        }
        at += text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
        line += 1;
    }
    best.ok_or_else(|| unknown_header(file, &first_headings))
}

/// Position after the first `count` lines.
fn skip_lines(bytes: &[u8], count: u64) -> usize {
    let last = usize::try_from(count)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    memchr_iter(b'\n', bytes)
        .nth(last)
        .map_or(bytes.len(), |end| end + 1)
}
