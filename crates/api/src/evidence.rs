//! Files that prove something: sent with a form, kept, and given out.

use std::collections::BTreeMap;

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::StatusCode;
use biaochi_app::Workspace;
use biaochi_app::evidence::{EvidenceError, attach_bytes, read};
use biaochi_store::Evidence;

use crate::problem::{Code, Problem};

/// Bytes of a file at most.
const LARGEST: usize = 20 << 20;

/// Kinds of files that are taken, and how they begin; an empty beginning is text.
const KINDS: [(&str, &[u8]); 9] = [
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", b"\xff\xd8\xff"),
    ("jpeg", b"\xff\xd8\xff"),
    ("docx", b"PK\x03\x04"),
    ("xlsx", b"PK\x03\x04"),
    ("pptx", b"PK\x03\x04"),
    ("csv", b""),
    ("txt", b""),
];

/// Files of one form.
const MOST_FILES: usize = 10;

/// Characters of a field that is no file.
const LONGEST: usize = 4000;

/// A form as it was sent.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: BTreeMap<String, String>,
    /// What is kept of the files that were there before, by their hash.
    pub(crate) kept: Vec<String>,
    /// Name and bytes of the files.
    files: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// Reads a form; who sends something else is told so.
    pub(crate) async fn read(sent: Result<Multipart, MultipartRejection>) -> Result<Self, Problem> {
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

    /// Whether a file was sent.
    pub(crate) fn has_file(&self) -> bool {
        !self.files.is_empty()
    }

    /// A field, if it was sent.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// A field; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// A field that has to be there.
    pub(crate) fn required(&self, name: &str, missing: &str) -> Result<String, Problem> {
        match self.text(name) {
            "" => Err(Problem::invalid(name, missing)),
            text => Ok(text.to_owned()),
        }
    }

    /// A number that has to be there.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Problem> {
        let number = self.text(name).parse();
        number.map_err(|_| Problem::invalid(name, "没有写明看到的是哪一版，请刷新后再提交"))
    }

    /// Keeps the files at a place of the workspace, `most` of them.
    pub(crate) fn attach(
        &self,
        workspace: &Workspace,
        place: [&str; 3],
        most: usize,
    ) -> Result<Vec<Evidence>, EvidenceError> {
        let files = self.files.iter().take(most);
        let kept = files.map(|(name, bytes)| attach_bytes(workspace, place, name, bytes));
        kept.collect()
    }
}

/// Lets a form through whose files are as large as they may be.
pub(crate) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST + (1 << 16))
}

/// The bytes of a file that was kept.
pub(crate) fn bytes_of(workspace: &Workspace, kept: &Evidence) -> Result<Vec<u8>, Problem> {
    read(workspace, kept).map_err(|error| match error {
        EvidenceError::Unnamed { .. } => Problem::not_found("这份材料只登记了名称，没有存文件"),
        EvidenceError::Io { .. } => {
            tracing::error!(error = %error, "evidence cannot be read");
            Problem::not_found("这份材料的文件不在了，请联系信息科从备份恢复")
        }
    })
}

/// Why an upload was not received.
fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            Code::TooLarge,
            "文件太大，每份最多 20 MB。请压缩或拆分后再传",
        ),
        _ => Problem::invalid("file", "上传没有完成，请重新选择文件再传"),
    }
}

/// Refuses what is not what its name says.
fn fits(name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let unsupported = || {
        let message = format!("“{name}”不是能收的文件。佐证材料可用：{}", kinds.join("、"));
        Problem::new(Code::Unsupported, message)
    };
    if bytes.len() > LARGEST {
        let message = "文件太大，每份最多 20 MB。请压缩或拆分后再传";
        return Err(Problem::new(Code::TooLarge, message));
    }
    let end = name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    let end = end.ok_or_else(unsupported)?;
    let (_, begins) = KINDS
        .iter()
        .find(|(kind, _)| *kind == end)
        .ok_or_else(unsupported)?;
    let is_text = begins.is_empty();
    if bytes.starts_with(begins) && !(is_text && bytes.contains(&0)) {
        return Ok(());
    }
    Err(unsupported())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says() {
        assert!(fits("批文.pdf", b"%PDF-1.7").is_ok());
        assert!(fits("表.csv", "机构,值".as_bytes()).is_ok());
        for (name, bytes) in [
            ("批文.pdf", &b"MZ\x90"[..]),
            ("表.csv", b"a\0b"),
            ("程序.exe", b"MZ"),
            ("没有后缀", b"%PDF-"),
        ] {
            let refused = fits(name, bytes).expect_err("not what it says");
            assert_eq!(refused.code(), Code::Unsupported, "{name}");
        }
    }
}
