//! What a template can reach: itself, its data, the assets given with it, and our fonts.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};

use crate::error::{Mistake, TypesetError};
use crate::fonts::{BOOK, FONTS};
use crate::{DATA, Manuscript};

/// Name of the template, as messages of Typst show it.
const TEMPLATE: &str = "template.typ";

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The world of one document.
pub(crate) struct Desk {
    template: Source,
    files: HashMap<FileId, Bytes>,
    today: Datetime,
}

impl Desk {
    pub(crate) fn new(manuscript: &Manuscript<'_>) -> Result<Self, TypesetError> {
        let template = Source::new(file(TEMPLATE)?, manuscript.template.to_owned());
        let data = Bytes::from_string(manuscript.data.to_string());
        let mut files = HashMap::from([(file(DATA)?, data)]);
        for (name, bytes) in manuscript.assets {
            files.insert(file(name)?, Bytes::new(bytes.to_vec()));
        }
        Ok(Self {
            template,
            files,
            today: datetime(manuscript.today)?,
        })
    }

    pub(crate) fn today(&self) -> Datetime {
        self.today
    }

    /// What Typst found, with the places in the template.
    pub(crate) fn mistakes(&self, found: &[SourceDiagnostic]) -> Vec<Mistake> {
        found.iter().map(|found| self.mistake(found)).collect()
    }

    fn mistake(&self, found: &SourceDiagnostic) -> Mistake {
        let own = found.span.id() == Some(self.template.id());
        let range = own.then(|| self.range(found.span)).flatten();
        let place = range.and_then(|range| self.template.lines().byte_to_line_column(range.start));
        Mistake {
            place: place.map(|(line, column)| (line + 1, column + 1)),
            reason: found.message.to_string(),
            hints: found.hints.iter().map(|hint| hint.v.to_string()).collect(),
        }
    }
}

fn file(name: &str) -> Result<FileId, TypesetError> {
    let path = VirtualPath::new(name).map_err(|_| TypesetError::AssetName {
        name: name.to_owned(),
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn datetime(date: Date) -> Result<Datetime, TypesetError> {
    let parts = (u8::try_from(date.month()), u8::try_from(date.day()));
    let (Ok(month), Ok(day)) = parts else {
        return Err(TypesetError::Date { date });
    };
    Datetime::from_ymd(i32::from(date.year()), month, day).ok_or(TypesetError::Date { date })
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            return Ok(self.template.clone());
        }
        let bytes = self.files.get(&id).ok_or_else(|| absent(id))?;
        let text = std::str::from_utf8(bytes).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}

/// The only answer about anything else: packages and the machine's files are not there.
fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
