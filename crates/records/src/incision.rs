//! Incision class and healing, which hqms811 writes as one code and the other layouts as two.

/// (joint code RC014, class RC014-1, healing RC014-2)
const CODES: [(&str, &str, &str); 13] = [
    ("0", "0", ""),
    ("1", "1", "1"),
    ("2", "1", "2"),
    ("3", "1", "3"),
    ("10", "1", "9"),
    ("4", "2", "1"),
    ("5", "2", "2"),
    ("6", "2", "3"),
    ("20", "2", "9"),
    ("7", "3", "1"),
    ("8", "3", "2"),
    ("9", "3", "3"),
    ("30", "3", "9"),
];

/// Class and healing of a joint code of RC014; healing is empty for class 0.
pub fn split_incision_code(joint: &str) -> Option<(&'static str, &'static str)> {
    CODES
        .iter()
        .find(|(code, ..)| *code == joint)
        .map(|&(_, class, healing)| (class, healing))
}

/// The joint code of class and healing, `None` when RC014 cannot say it (a class without healing).
pub fn joint_incision_code(class: &str, healing: &str) -> Option<&'static str> {
    CODES
        .iter()
        .find(|&&(_, c, h)| c == class && h == healing)
        .map(|(code, ..)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_joint_code_comes_apart_and_together() {
        for (joint, ..) in CODES {
            let (class, healing) = split_incision_code(joint).expect("listed");
            assert_eq!(joint_incision_code(class, healing), Some(joint));
        }
        assert_eq!(split_incision_code("20"), Some(("2", "9")));
        assert_eq!(split_incision_code("11"), None);
        assert_eq!(joint_incision_code("1", ""), None);
    }
}
