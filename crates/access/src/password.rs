//! Passwords: what they must be, and their argon2id hashes.

use std::collections::BTreeSet;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use biaochi_domain::{Language, Localized};

/// Characters that a password has at least.
pub const SHORTEST: usize = 10;

/// Characters that a password has at most: enough for a sentence, and a bound to the work of hashing.
pub const LONGEST: usize = 128;

/// What is wrong with a password that somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// It is too short.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// It is too long.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// It has fewer than three kinds of characters, and is no long sentence either.
    #[error(
        "a password below 16 characters has three of: small letters, capital letters, digits, others"
    )]
    Uniform,
    /// It is made of few characters.
    #[error("a password has at least five different characters")]
    Repetitive,
    /// It is one that everybody tries.
    #[error("this password is one of those that are tried first")]
    Common,
    /// It has the name of the account or person in it.
    #[error("a password does not have the name of the account in it")]
    HasName,
    /// It is the one before.
    #[error("the new password is the old one")]
    Same,
}

impl Localized for Weakness {
    fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::TooShort => format!("密码至少 {SHORTEST} 个字符，请加长"),
            Self::TooLong => format!("密码最多 {LONGEST} 个字符，请缩短"),
            Self::Uniform => {
                "密码不足 16 个字符时，大写字母、小写字母、数字、其他字符至少要有三种".to_owned()
            }
            Self::Repetitive => "密码至少要有 5 个不同的字符".to_owned(),
            Self::Common => "这个密码过于常见，请换一个".to_owned(),
            Self::HasName => "密码中不能有用户名".to_owned(),
            Self::Same => "新密码与原密码相同，请换一个".to_owned(),
        }
    }
}

/// Words that are tried first, as they are and with digits and signs around them.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "1qaz",
    "1qaz2wsx",
    "1qaz@wsx",
    "zaq12wsx",
    "abc",
    "abcd",
    "abcdef",
    "admin",
    "administrator",
    "root",
    "letmein",
    "welcome",
    "iloveyou",
    "woaini",
    "biaochi",
    "yiyuan",
    "hospital",
    "mima",
    "test",
    "guest",
    "changeme",
    "123",
    "1234",
    "12345",
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "5201314",
    "888888",
    "666666",
];

/// Looks whether a password may be used for an account.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &str, account: &str) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weakness::TooShort);
    }
    if length > LONGEST {
        return Err(Weakness::TooLong);
    }
    if password.chars().collect::<BTreeSet<char>>().len() < 5 {
        return Err(Weakness::Repetitive);
    }
    let lower = password.to_lowercase();
    let account = account.to_lowercase();
    if account.chars().count() >= 3 && lower.contains(&account) {
        return Err(Weakness::HasName);
    }
    if is_common(&lower) {
        return Err(Weakness::Common);
    }
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_numeric(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric(),
    ];
    let kinds = kinds.iter().filter(|kind| password.chars().any(**kind));
    if length < 16 && kinds.count() < 3 {
        return Err(Weakness::Uniform);
    }
    Ok(())
}

/// Whether nothing is left but a common word once digits and signs around it are away, or two of them.
fn is_common(lower: &str) -> bool {
    let is_word = |text: &str| text.is_empty() || COMMON.contains(&text);
    let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
    let signs = |c: char| !c.is_alphanumeric();
    let plain = lower.trim_matches(signs);
    if COMMON.contains(&bare) || COMMON.contains(&plain) {
        return true;
    }
    COMMON.iter().any(|word| {
        let rest = lower.strip_prefix(word);
        rest.is_some_and(|rest| is_word(rest.trim_matches(signs)))
    })
}

/// The work of hashing: 19 MiB and two passes, what OWASP recommends as the least for argon2id.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The hash of a password with 16 random bytes of salt, as a PHC string that names its own parameters.
///
/// # Panics
/// Never: the parameters are fixed and allowed.
pub fn hash(password: &str, salt: &[u8; 16]) -> String {
    argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("the parameters are allowed")
        .to_string()
}

/// Whether a password is the one of a hash. A text that is no hash fits none.
pub fn verify(password: &str, hash: &str) -> bool {
    if password.chars().nth(LONGEST).is_some() {
        return false;
    }
    argon2().verify_password(password.as_bytes(), hash).is_ok()
}

/// A hash that no password fits, for verifying against when there is no such account: it costs the same.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdC4uLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_policy(password: &str, expected: Result<(), Weakness>) {
        assert_eq!(check(password, "zhangsan"), expected, "{password}");
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        check_policy("Kq7-lan-shan", Ok(()));
        check_policy("四月的云泽县下着小雨而山上还有一点雪", Ok(()));
        check_policy("correct horse battery", Ok(()));
        check_policy("Kq7-lan", Err(Weakness::TooShort));
        check_policy(&"Kq7-lan-".repeat(17), Err(Weakness::TooLong));
        check_policy("kqlanshanxx", Err(Weakness::Uniform));
        check_policy("aaaaaaaaaaaaaaaaaa", Err(Weakness::Repetitive));
        check_policy("Password123!", Err(Weakness::Common));
        check_policy("Admin@123456", Err(Weakness::Common));
        check_policy("Biaochi@2024", Err(Weakness::Common));
        check_policy("1qaz@WSX1qaz", Err(Weakness::Common));
        check_policy("ZhangSan-2024", Err(Weakness::HasName));
    }

    #[test]
    fn a_hash_fits_its_password_only() {
        let stored = hash("Kq7-lan-shan", b"0123456789abcdef");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify("Kq7-lan-shan", &stored));
        assert!(!verify("Kq7-lan-shaN", &stored));
        assert!(!verify("", &stored) && !verify("Kq7-lan-shan", "no hash"));
        assert_ne!(stored, hash("Kq7-lan-shan", b"0123456789abcdeg"));
    }

    #[test]
    fn verifying_against_nobody_does_the_work_and_fails() {
        let real = hash("x", b"0123456789abcdef");
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(parameters(NOBODY), parameters(&real));
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("", NOBODY) && !verify("nobody", NOBODY));
    }

    /// The reference implementation's own vector.
    #[test]
    fn hashes_of_the_reference_implementation_are_known() {
        let reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", reference) && !verify("sassword", reference));
    }
}
