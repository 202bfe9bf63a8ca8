//! Why a packed file or a workbook cannot be read, in words. What the libraries say is kept behind them.

use std::io::{self, ErrorKind};

use biaochi_domain::{Language, io_reason};
use calamine::XlsxError;
use zip::result::ZipError;

/// What is wrong, and what to do about it.
pub(crate) type Reason = (String, &'static str);

/// Why reading ended early. What unpacks says "invalid" of what was damaged on its way.
pub(crate) fn of_reading(error: &io::Error, language: Language) -> String {
    match (error.kind(), language) {
        (ErrorKind::InvalidData | ErrorKind::InvalidInput, Language::Zh) => {
            format!("内容已损坏，与校验值不符或解不开，技术信息：{error}")
        }
        _ => io_reason(error, language),
    }
}

/// Why an archive cannot be read, in Chinese.
pub(crate) fn of_archive(error: &ZipError) -> Reason {
    const AGAIN: &str = "请重新复制或重新压缩后再导入";
    const OPEN: &str = "请去掉密码，或解压后再导入";
    const PLAIN: &str = "请解压，或用普通的 ZIP 方式重新压缩后再导入";
    match error {
        ZipError::Io(error) => (of_reading(error, Language::Zh), AGAIN),
        ZipError::InvalidArchive(detail) => (
            format!("已损坏、没有复制完整，或不是 ZIP 压缩包，技术信息：{detail}"),
            AGAIN,
        ),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ("设有密码".to_owned(), OPEN)
        }
        ZipError::UnsupportedArchive(detail) => {
            (format!("用了不支持的压缩格式，技术信息：{detail}"), PLAIN)
        }
        ZipError::CompressionMethodNotSupported(method) => {
            (format!("用了不支持的压缩方式（编号 {method}）"), PLAIN)
        }
        ZipError::FileNotFound => ("缺少应有的内容".to_owned(), AGAIN),
        other => (format!("不能解开，技术信息：{other}"), AGAIN),
    }
}

const SAVE: &str = "请在 Excel 中打开并另存后再导入";

/// Why the archive that a workbook is cannot be read, in Chinese: whoever saved a workbook knows of no archive.
pub(crate) fn of_workbook_archive(error: &ZipError) -> Reason {
    match error {
        ZipError::InvalidArchive(detail) => (
            format!("已损坏、没有复制完整，或不是 Excel 工作簿，技术信息：{detail}"),
            SAVE,
        ),
        other => (of_archive(other).0, SAVE),
    }
}

/// Why a workbook cannot be read, in Chinese.
pub(crate) fn of_workbook(error: &XlsxError) -> Reason {
    const OPEN: &str = "请在 Excel 中去掉密码、另存后再导入";
    match error {
        XlsxError::Io(error) => (of_reading(error, Language::Zh), SAVE),
        XlsxError::Zip(error) => of_workbook_archive(error),
        XlsxError::Password => ("设有密码".to_owned(), OPEN),
        XlsxError::FileNotFound(part) => (
            format!("缺少必需的部分“{part}”，可能没有保存完整，或不是 Excel 工作簿"),
            SAVE,
        ),
        XlsxError::RelationshipNotFound => (
            "缺少必需的部分，可能没有保存完整，或不是 Excel 工作簿".to_owned(),
            SAVE,
        ),
        other => (format!("内部结构已损坏，技术信息：{other}"), SAVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check((reason, todo): Reason, expected: &str, to_do: &str) {
        assert!(reason.contains(expected), "{reason}");
        assert!(todo.contains(to_do), "{todo}");
    }

    #[test]
    fn reasons_are_told_in_the_words_of_the_person() {
        let cut = ZipError::InvalidArchive("Could not find EOCD".into());
        check(of_archive(&cut), "不是 ZIP 压缩包", "重新复制");
        check(of_archive(&cut), "Could not find EOCD", "");
        let closed = ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED);
        check(of_archive(&closed), "密码", "去掉密码");
        let method = ZipError::CompressionMethodNotSupported(14);
        check(of_archive(&method), "压缩方式（编号 14）", "普通的 ZIP");
        check(of_workbook(&XlsxError::Password), "密码", "去掉密码");
        check(of_workbook(&XlsxError::Zip(cut)), "不是 Excel", "另存");
        let sum = io::Error::new(ErrorKind::InvalidData, "Invalid checksum");
        let told = of_reading(&sum, Language::Zh);
        assert!(
            told.starts_with("内容已损坏") && told.ends_with("Invalid checksum"),
            "{told}"
        );
        assert_eq!(of_reading(&sum, Language::En), "Invalid checksum");
        let end = io::Error::from(ErrorKind::UnexpectedEof);
        assert_eq!(of_reading(&end, Language::Zh), "文件不完整");
    }
}
