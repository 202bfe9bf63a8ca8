//! Typesets documents: a template in Typst's language and its data in, a PDF out.
//!
//! Nothing but the template decides what a document looks like, and nothing but the data what it
//! says. A template reads the data with `json("data.json")`; texts of the data appear as they are,
//! whatever they hold, because they never become source text. Templates see no file but their own,
//! no network, no clock, and only the fonts in this crate, so the same input gives the same bytes on
//! every machine.
//!
//! ```
//! use biaochi_typeset::{Manuscript, typeset};
//!
//! let manuscript = Manuscript {
//!     template: r#"#let data = json("data.json")
//! #set text(font: "Noto Sans SC")
//! 本月 #data.pages 份"#,
//!     data: &serde_json::json!({"pages": "1,200"}),
//!     assets: &[],
//!     today: jiff::civil::date(2025, 1, 5),
//! };
//! let document = typeset(&manuscript)?;
//! assert!(document.pdf.starts_with(b"%PDF-"));
//! assert!(document.pages[0].contains("1,200"));
//! # Ok::<(), biaochi_typeset::TypesetError>(())
//! ```

mod desk;
mod error;
mod fonts;

use jiff::civil::Date;
use serde_json::Value;
use typst::comemo;
use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst_pdf::{PdfOptions, Timestamp};

use self::desk::Desk;
pub use self::error::{Mistake, TypesetError};

/// Name under which a template finds its data.
pub const DATA: &str = "data.json";

/// How many documents a memory of earlier work outlives.
const MEMORY: usize = 4;

/// What is typeset.
#[derive(Debug, Clone, Copy)]
pub struct Manuscript<'a> {
    /// The template, in Typst's language.
    pub template: &'a str,
    /// What it says; the template reads it from [`DATA`].
    pub data: &'a Value,
    /// Pictures and other files that the template names, each with its name. Names are remembered as
    /// long as the program runs, so they are fixed ones.
    pub assets: &'a [(&'a str, &'a [u8])],
    /// The date of the document.
    pub today: Date,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typeset {
    /// The bytes of the file.
    pub pdf: Vec<u8>,
    /// The text of each page, in the order in which it was laid out.
    pub pages: Vec<String>,
    /// What the template did that may not be meant, such as naming a font that is not there.
    pub warnings: Vec<Mistake>,
}

/// Typesets a document. A character without a glyph shows as an empty box and is no mistake.
pub fn typeset(manuscript: &Manuscript<'_>) -> Result<Typeset, TypesetError> {
    let desk = Desk::new(manuscript)?;
    let compiled = typst::compile(&desk);
    let warnings = desk.mistakes(&compiled.warnings);
    let failed = |mistakes| TypesetError::Template { mistakes };
    let document = compiled
        .output
        .map_err(|found| failed(desk.mistakes(&found)))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Biaochi".to_owned())),
        timestamp: Some(Timestamp::new_utc(desk.today())),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|found| failed(desk.mistakes(&found)))?;
    let pages = document.pages().iter().map(|page| {
        let mut text = String::new();
        read(&page.frame, &mut text);
        text
    });
    let pages = pages.collect();
    comemo::evict(MEMORY);
    Ok(Typeset {
        pdf,
        pages,
        warnings,
    })
}

/// Appends what stands in a frame. Every line is a frame of its own.
fn read(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Text(run) => text.push_str(&run.text),
            FrameItem::Group(group) => {
                read(&group.frame, text);
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
