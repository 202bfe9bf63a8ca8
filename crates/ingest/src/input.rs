use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::sync::Arc;

use calamine::{Reader as _, Xlsx};
use zip::ZipArchive;

use crate::gzip::Gzip;
use crate::rewrite::TablePlace;
use crate::sheet::{HeaderRow, SheetBlocks, sheets_with_records};
use crate::text_blocks::TextBlocks;
use crate::unpacked::{MOST_BYTES, check_workbook, whole as read_whole};
use crate::{Block, Container, Encoding, FileError, Header, ReadOptions, detect};

trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

type Bytes = BufReader<Box<dyn ReadSeek>>;

/// A file of front pages: one table, or several when it is an archive or a workbook.
pub struct Input {
    file: String,
    source: Source,
    /// The workbook of which tables are being given, from an archive or the file itself.
    workbook: Option<Workbook>,
    options: ReadOptions,
}

enum Source {
    /// Text, perhaps within gzip, read from front to end.
    Stream(Box<dyn Read + Send>),
    Archive {
        archive: ZipArchive<Bytes>,
        members: VecDeque<usize>,
    },
    Done,
}

struct Workbook {
    file: String,
    /// Its position in an archive.
    member: Option<usize>,
    xlsx: Xlsx<Bytes>,
    sheets: VecDeque<(String, HeaderRow)>,
    /// Whether the sheet's name belongs into the table's name.
    several: bool,
}

/// One table of a file: a header and the rows below it.
pub struct Table<'a> {
    name: String,
    place: TablePlace,
    header: Arc<Header>,
    rows: Rows<'a>,
}

enum Rows<'a> {
    Text(Box<TextBlocks<'a>>),
    Sheet(Box<SheetBlocks<'a, Bytes>>),
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Input {
    /// Opens a file; `file` is its name as the person knows it.
    ///
    /// # Errors
    /// The file is unreadable, a broken archive or workbook, or of a kind that is not read here.
    pub fn open<R: Read + Seek + Send + 'static>(
        file: &str,
        mut reader: R,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let failed = |source| FileError::Read {
            file: file.into(),
            line: 0,
            source,
        };
        let start = peek(&mut reader).map_err(failed)?;
        reader.rewind().map_err(failed)?;
        let mut input = Self::empty(file, options);
        match detect(&start) {
            Container::Zip => input.set_archive(Box::new(reader))?,
            Container::Gzip => input.set_gzip(Box::new(reader))?,
            Container::Text => input.source = Source::Stream(Box::new(reader)),
            other => return Err(unreadable(file, other)),
        }
        Ok(input)
    }

    /// Opens something that cannot seek, such as standard input. An archive or workbook is held in
    /// memory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_stream<R: Read + Send + 'static>(
        file: &str,
        mut reader: R,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let failed = |source| FileError::Read {
            file: file.into(),
            line: 0,
            source,
        };
        let start = peek(&mut reader).map_err(failed)?;
        let container = detect(&start);
        let whole = Cursor::new(start).chain(reader);
        let mut input = Self::empty(file, options);
        match container {
            Container::Zip => {
                let bytes = read_whole(file, whole, MOST_BYTES)?;
                input.set_archive(Box::new(Cursor::new(bytes)))?;
            }
            Container::Gzip => input.set_gzip(Box::new(whole))?,
            Container::Text => input.source = Source::Stream(Box::new(whole)),
            other => return Err(unreadable(file, other)),
        }
        Ok(input)
    }

    fn empty(file: &str, options: &ReadOptions) -> Self {
        Self {
            file: file.into(),
            source: Source::Done,
            workbook: None,
            options: options.clone(),
        }
    }

    fn set_gzip(&mut self, reader: Box<dyn Read + Send>) -> Result<(), FileError> {
        let failed = |source| FileError::Read {
            file: self.file.clone(),
            line: 0,
            source,
        };
        let mut inner = Gzip::new(BufReader::new(reader));
        let start = peek(&mut inner).map_err(failed)?;
        let container = detect(&start);
        let whole = Cursor::new(start).chain(inner);
        match container {
            Container::Zip => {
                let bytes = read_whole(&self.file, whole, MOST_BYTES)?;
                self.set_archive(Box::new(Cursor::new(bytes)))?;
            }
            Container::Text => self.source = Source::Stream(Box::new(whole)),
            Container::Gzip => {
                return Err(FileError::Nested {
                    file: self.file.clone(),
                });
            }
            other => return Err(unreadable(&self.file, other)),
        }
        Ok(())
    }

    fn set_archive(&mut self, reader: Box<dyn ReadSeek>) -> Result<(), FileError> {
        let broken = |source| FileError::Zip {
            file: self.file.clone(),
            source,
        };
        let mut archive = ZipArchive::new(BufReader::new(reader)).map_err(broken)?;
        if archive.index_for_name("xl/workbook.xml").is_some() {
            let mut bytes = archive.into_inner();
            bytes.rewind().map_err(|source| FileError::Read {
                file: self.file.clone(),
                line: 0,
                source,
            })?;
            self.workbook = Some(Workbook::open(&self.file, bytes, None, &self.options)?);
            return Ok(());
        }
        let mut members = VecDeque::new();
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(broken)?;
            let name = member_name(member.name_raw());
            // Folders, and what file managers leave behind.
            let last = name.rsplit('/').next().unwrap_or_default();
            if !last.is_empty() && !last.starts_with('.') && !name.starts_with("__MACOSX/") {
                members.push_back(index);
            }
        }
        if members.is_empty() {
            return Err(FileError::Empty {
                file: self.file.clone(),
            });
        }
        self.source = Source::Archive { archive, members };
        Ok(())
    }

    /// The next table, `None` after the last. After an error the tables that follow can still be read.
    ///
    /// # Errors
    /// The table has no usable header, or its file cannot be read.
    pub fn next_table(&mut self) -> Result<Option<Table<'_>>, FileError> {
        let Self {
            file,
            source,
            workbook,
            options,
        } = self;
        if workbook
            .as_ref()
            .is_some_and(|workbook| workbook.sheets.is_empty())
        {
            *workbook = None;
        }
        if workbook.is_none() {
            match source {
                Source::Done => return Ok(None),
                Source::Stream(_) => {
                    let Source::Stream(reader) = std::mem::replace(source, Source::Done) else {
                        return Ok(None);
                    };
                    let place = TablePlace::default();
                    return Table::text(file, place, reader, options).map(Some);
                }
                Source::Archive { archive, members } => {
                    let Some(index) = members.pop_front() else {
                        return Ok(None);
                    };
                    let broken = |source| FileError::Zip {
                        file: file.clone(),
                        source,
                    };
                    let mut member = archive.by_index(index).map_err(broken)?;
                    let name = format!("{file}/{}", member_name(member.name_raw()));
                    let failed = |source| FileError::Read {
                        file: name.clone(),
                        line: 0,
                        source,
                    };
                    let start = peek(&mut member).map_err(failed)?;
                    let container = detect(&start);
                    let whole = Cursor::new(start).chain(member);
                    let place = TablePlace {
                        member: Some(index),
                        sheet: None,
                    };
                    match container {
                        Container::Text => {
                            return Table::text(&name, place, Box::new(whole), options).map(Some);
                        }
                        Container::Gzip => {
                            let mut inner = Gzip::new(BufReader::new(whole));
                            let start = peek(&mut inner).map_err(failed)?;
                            match detect(&start) {
                                Container::Text => {}
                                Container::Gzip | Container::Zip => {
                                    return Err(FileError::Nested { file: name });
                                }
                                other => return Err(unreadable(&name, other)),
                            }
                            let inner = Cursor::new(start).chain(inner);
                            return Table::text(&name, place, Box::new(inner), options).map(Some);
                        }
                        Container::Zip => {
                            let bytes = read_whole(&name, whole, MOST_BYTES)?;
                            let bytes: Box<dyn ReadSeek> = Box::new(Cursor::new(bytes));
                            let bytes = BufReader::new(bytes);
                            *workbook = Some(Workbook::open(&name, bytes, place.member, options)?);
                        }
                        other => return Err(unreadable(&name, other)),
                    }
                }
            }
        }
        match workbook {
            Some(workbook) => workbook.next_sheet(options),
            None => Ok(None),
        }
    }
}

impl Workbook {
    fn open(
        file: &str,
        bytes: Bytes,
        member: Option<usize>,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let mut archive = ZipArchive::new(bytes).map_err(|source| FileError::Zip {
            file: file.into(),
            source,
        })?;
        if archive.index_for_name("xl/workbook.xml").is_none() {
            return Err(FileError::Nested { file: file.into() });
        }
        check_workbook(file, &mut archive, MOST_BYTES)?;
        let mut bytes = archive.into_inner();
        bytes.rewind().map_err(|source| FileError::Read {
            file: file.into(),
            line: 0,
            source,
        })?;
        let mut xlsx = Xlsx::new(bytes).map_err(|source| FileError::Workbook {
            file: file.into(),
            source: Box::new(source),
        })?;
        let sheets: VecDeque<_> = sheets_with_records(file, &mut xlsx, options)?.into();
        Ok(Self {
            file: file.into(),
            member,
            xlsx,
            several: sheets.len() > 1,
            sheets,
        })
    }

    fn next_sheet(&mut self, options: &ReadOptions) -> Result<Option<Table<'_>>, FileError> {
        let Some((sheet, header)) = self.sheets.pop_front() else {
            return Ok(None);
        };
        let name = if self.several {
            format!("{}[{sheet}]", self.file)
        } else {
            self.file.clone()
        };
        let (rows, header) = SheetBlocks::open(&name, &mut self.xlsx, &sheet, &header, options)?;
        let place = TablePlace {
            member: self.member,
            sheet: Some(sheet),
        };
        Ok(Some(Table {
            name,
            place,
            header,
            rows: Rows::Sheet(Box::new(rows)),
        }))
    }
}

impl<'a> Table<'a> {
    fn text(
        name: &str,
        place: TablePlace,
        reader: Box<dyn Read + Send + 'a>,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let (rows, header) = TextBlocks::open(name, reader, options)?;
        Ok(Self {
            name: name.into(),
            place,
            header,
            rows: Rows::Text(Box::new(rows)),
        })
    }

    /// Name to show: the file's, with the archive member or the sheet where there are several.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lies in the file.
    pub fn place(&self) -> &TablePlace {
        &self.place
    }

    /// The recognised header; each parser gets it.
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// The next records, `None` at the end.
    ///
    /// # Errors
    /// Reading failed, for instance in a truncated archive. Blocks given before are good.
    pub fn next_block(&mut self) -> Result<Option<Block>, FileError> {
        match &mut self.rows {
            Rows::Text(rows) => rows.next_block(),
            Rows::Sheet(rows) => rows.next_block(),
        }
    }
}

pub(crate) fn unreadable(file: &str, container: Container) -> FileError {
    match container {
        Container::Parquet => FileError::Parquet { file: file.into() },
        _ => FileError::LegacyExcel { file: file.into() },
    }
}

/// The name of an archive's member. Chinese Windows writes names in GBK without saying so.
pub(crate) fn member_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => Encoding::Gb18030.decode_lossy(raw),
    }
}

/// The first bytes, enough to recognise the container.
pub(crate) fn peek(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(8);
    reader.take(8).read_to_end(&mut start)?;
    Ok(start)
}
