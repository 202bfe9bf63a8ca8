use std::io::{Error, ErrorKind};

use crate::Language;

/// Why reading or writing failed, in words of the person's language where the reason is a common one.
pub fn io_reason(error: &Error, language: Language) -> String {
    let common = match error.kind() {
        ErrorKind::NotFound => Some(("文件或文件夹不存在", "no such file or folder")),
        ErrorKind::PermissionDenied => Some(("没有权限", "permission denied")),
        ErrorKind::IsADirectory => Some(("这是文件夹，不是文件", "it is a folder, not a file")),
        ErrorKind::NotADirectory => {
            Some(("路径中有一段不是文件夹", "part of the path is not a folder"))
        }
        ErrorKind::StorageFull => Some(("磁盘已满", "the disk is full")),
        ErrorKind::QuotaExceeded => Some(("超出磁盘配额", "the disk quota is exceeded")),
        ErrorKind::ReadOnlyFilesystem => Some(("磁盘是只读的", "the disk is read-only")),
        ErrorKind::FileTooLarge => Some(("文件过大", "the file is too large")),
        ErrorKind::AlreadyExists => Some(("已经存在", "it exists already")),
        ErrorKind::TimedOut => Some(("等得太久没有回应", "it took too long")),
        ErrorKind::ConnectionRefused => Some(("连接被拒绝", "the connection was refused")),
        ErrorKind::UnexpectedEof => Some(("文件不完整", "the file is cut off")),
        _ => None,
    };
    if error.kind() == ErrorKind::InvalidData && language == Language::Zh {
        // What is wrong with it only the library knows.
        return format!("内容已损坏或格式不对（{error}）");
    }
    match (common, language) {
        (Some((zh, _)), Language::Zh) => zh.to_owned(),
        (Some((_, en)), Language::En) => en.to_owned(),
        (None, _) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_reasons_are_told_in_both_languages_and_others_as_they_are() {
        let missing = Error::from(ErrorKind::NotFound);
        assert_eq!(io_reason(&missing, Language::Zh), "文件或文件夹不存在");
        assert_eq!(io_reason(&missing, Language::En), "no such file or folder");
        assert_eq!(io_reason(&Error::other("strange"), Language::Zh), "strange");
        let damaged = Error::new(ErrorKind::InvalidData, "bad");
        assert_eq!(
            io_reason(&damaged, Language::Zh),
            "内容已损坏或格式不对（bad）"
        );
        assert_eq!(io_reason(&damaged, Language::En), "bad");
    }
}
