//! What is sent with files: fields by name, and the files that prove something.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;

use crate::problem::{Code, Problem};
use crate::tasks::evidence::{broken, fits};

/// Files of one entry or event.
const MOST_FILES: usize = 10;

/// Characters of a field that is no file.
const LONGEST: usize = 4000;

/// A form as it was sent.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
    /// What is kept of the files that were there before, by their hash.
    pub(super) kept: Vec<String>,
    /// Name and bytes of the files.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// Reads a form; who sends something else is told so.
    pub(super) async fn read(sent: Result<Multipart, MultipartRejection>) -> Result<Self, Problem> {
        let mut sent = sent
            .map_err(|_| Problem::new(Code::Unsupported, "请以表单（multipart/form-data）提交"))?;
        let mut form = Self::default();
        while let Some(part) = sent.next_field().await.map_err(|error| broken(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                let file = part.file_name().unwrap_or_default();
                let file = file.rsplit(['/', '\\']).next().unwrap_or_default().trim();
                let file: String = file.chars().take(120).collect();
                let bytes = part.bytes().await.map_err(|error| broken(&error))?;
                if bytes.is_empty() {
                    return Err(Problem::invalid("file", "文件是空的。请选择文件后再传"));
                }
                fits(&file, &bytes)?;
                form.files.push((file, bytes.to_vec()));
                if form.files.len() > MOST_FILES {
                    let message = format!("一次最多 {MOST_FILES} 份佐证材料，请合并后再传");
                    return Err(Problem::invalid("file", message));
                }
                continue;
            }
            let text = part.text().await.map_err(|error| broken(&error))?;
            let text: String = text.trim().chars().take(LONGEST).collect();
            match name.as_str() {
                "keep" => form.kept.push(text),
                _ => {
                    form.fields.insert(name, text);
                }
            }
        }
        Ok(form)
    }

    /// A field; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// A field that has to be there.
    pub(super) fn required(&self, name: &str, missing: &str) -> Result<String, Problem> {
        match self.text(name) {
            "" => Err(Problem::invalid(name, missing)),
            text => Ok(text.to_owned()),
        }
    }

    /// A number that has to be there.
    pub(super) fn number(&self, name: &str) -> Result<u64, Problem> {
        let number = self.text(name).parse();
        number.map_err(|_| Problem::invalid(name, "没有写明看到的是哪一版，请刷新后再提交"))
    }
}
