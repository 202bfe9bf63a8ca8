//! Front-page files in and out.
//!
//! Bytes of a file – CSV in several encodings and dialects, XLSX, each also in gzip or zip – become
//! [`Block`]s of whole records, and a [`RowParser`] per thread turns blocks into
//! [`FrontPage`](biaochi_records::FrontPage)s:
//!
//! ```
//! use std::io::Cursor;
//! use biaochi_ingest::{Input, ReadOptions, Row, RowParser};
//!
//! let file = "id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans\n\
//!             1,2,35,13076,,0903,6,1,0,T85.607|I21.210,,0\n";
//! let options = ReadOptions::default();
//! let mut input = Input::open("cases.csv", Cursor::new(file), &options)?;
//! while let Some(mut table) = input.next_table()? {
//!     let mut parser = RowParser::new(table.header());
//!     while let Some(block) = table.next_block()? {
//!         parser.parse(&block, |row| match row {
//!             Row::Record { page, .. } => assert_eq!(page.diagnoses[1].code, "I21.210"),
//!             Row::Reject { line, .. } => panic!("line {line}"),
//!         });
//!     }
//! }
//! # Ok::<(), biaochi_ingest::FileError>(())
//! ```
//!
//! Nothing is dropped: every line of a file ends in a record, in a reject with its reason, or is blank.
//! Only a file that cannot be read at all is an error ([`FileError`]). Parquet is recognised and left
//! to the caller, who feeds its rows through [`RowBlocks`].

mod block;
mod checks;
mod column_text;
mod container;
mod dates;
mod delimiter;
mod encoding;
mod error;
mod fields;
mod gzip;
mod header;
mod input;
mod line_ends;
mod numbers;
mod options;
mod parser;
mod plan;
mod problem;
mod reason;
mod recognise;
mod reject;
mod rewrite;
mod row_blocks;
mod scan;
mod sheet;
mod small_tables;
mod text_blocks;
mod unpacked;
mod value_text;
mod writer;

pub use block::{Block, LineUnit};
pub use container::{Container, detect};
pub use encoding::Encoding;
pub use error::FileError;
pub use header::{Header, HeadingPlace, Notice};
pub use input::{Input, Table};
pub use options::{KnownCode, ReadOptions};
pub use parser::{BlockCounts, Row, RowParser};
pub use problem::{Problem, ProblemKind, Severity};
pub use reject::RejectWriter;
pub use rewrite::{
    CellEdit, Edits, RewriteError, RowChange, RowEditor, TablePlace, Tidied, TidyKind, Unwritten,
    rewrite,
};
pub use row_blocks::RowBlocks;
pub use small_tables::read_sheets;
pub use value_text::is_unfilled;
pub use writer::{LayoutWriter, OutputEncoding, OutputFormat, Override};
