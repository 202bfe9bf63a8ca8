//! What a row says of a change, as people read it: the trail itself keeps stable codes.

use biaochi_access::{Action, Permission, Roles, Sensitivity};
use biaochi_domain::{Language, Localized};
use biaochi_store::{
    AccountState, AuditAction, EventState, JobKind, JobState, NewAuditEntry, Review, RunActionKind,
    State, Step, TaskState, TaskStep,
};

/// What was there before and is there now: steps, states, permissions and roles in words, all else as it was written
/// down.
pub fn change(entry: &NewAuditEntry, roles: &Roles, language: Language) -> (String, String) {
    let shown = |text: &str| match (language, entry.action) {
        (Language::En, _) => text.to_owned(),
        (_, AuditAction::RoleGranted | AuditAction::RoleEnded) => of_role(roles, text),
        (_, action) => in_words(action, text),
    };
    (shown(&entry.before), shown(&entry.after))
}

/// A granted role: which one, for which unit, from and until when.
fn of_role(roles: &Roles, text: &str) -> String {
    let (id, rest) = text.split_once(' ').unwrap_or((text, ""));
    match roles.role(id) {
        Some(role) => format!("{} {rest}", role.title),
        None => text.to_owned(),
    }
}

fn in_words(action: AuditAction, text: &str) -> String {
    // A step, and what came of it.
    if let Some((step, rest)) = text.split_once(": ")
        && let Some(step) = word(action, step)
    {
        return format!("{step}：{}", each(action, rest));
    }
    each(action, text)
}

fn each(action: AuditAction, text: &str) -> String {
    let words = text.split(' ').map(|one| {
        let two = || {
            let (left, right) = one.split_once(':')?;
            Some(format!("{}·{}", word(action, left)?, word(action, right)?))
        };
        word(action, one)
            .or_else(two)
            .unwrap_or_else(|| one.to_owned())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The word for a code where something of this kind is told; `None` for what is no code there.
fn word(action: AuditAction, code: &str) -> Option<String> {
    match action {
        AuditAction::Denied | AuditAction::IdentifiedRead => {
            zh(Action::from_code(code)).or_else(|| zh(Sensitivity::from_code(code)))
        }
        AuditAction::TokenCreated | AuditAction::TokenRevoked => {
            zh(code.parse::<Permission>().ok())
        }
        AuditAction::JobStep => {
            zh(JobState::from_code(code)).or_else(|| zh(JobKind::from_code(code)))
        }
        AuditAction::TaskStep => {
            name(&TaskStep::NAMES, code).or_else(|| zh(TaskState::from_code(code)))
        }
        AuditAction::WorklistStep => {
            name(&Step::NAMES, code).or_else(|| zh(State::from_code(code)))
        }
        AuditAction::SubmissionStep => zh(biaochi_datasets::Step::from_code(code))
            .or_else(|| zh(biaochi_datasets::State::from_code(code))),
        AuditAction::AssessmentStep => {
            zh(RunActionKind::from_code(code)).or_else(|| zh(EventState::from_code(code)))
        }
        AuditAction::CodeChosen => zh(Review::from_code(code)),
        AuditAction::AccountDisabled
        | AuditAction::AccountEnabled
        | AuditAction::AccountUnlocked
        | AuditAction::PasswordChanged
        | AuditAction::SecondFactorOn
        | AuditAction::SecondFactorOff => match code {
            "must-change-password" => Some("须先改密码".to_owned()),
            "second-factor" => Some("用动态口令".to_owned()),
            state => zh(AccountState::from_code(state)),
        },
        AuditAction::IdentityLinked
        | AuditAction::IdentityExpected
        | AuditAction::IdentityUnlinked => (code == "expected").then(|| "指定".to_owned()),
        AuditAction::KeyRotated | AuditAction::KeyRetired => {
            (code == "key").then(|| "密钥".to_owned())
        }
        AuditAction::AuditVerified => match code {
            "faults," => Some("处不符，共".to_owned()),
            "rows" => Some("条".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn zh(value: Option<impl Localized>) -> Option<String> {
    value.map(|one| one.text(Language::Zh))
}

fn name(names: &[(&'static str, &'static str)], code: &str) -> Option<String> {
    let found = names.iter().find(|(_, en)| *en == code)?;
    Some(found.0.to_owned())
}

#[cfg(test)]
mod tests {
    use biaochi_access::Resource;
    use biaochi_packs::RoleLibrary;

    use super::*;

    #[track_caller]
    fn check(action: AuditAction, (before, after): (&str, &str), expected: (&str, &str)) {
        let entry = NewAuditEntry::done(action, Resource::System, "x").change(before, after);
        let roles = RoleLibrary::embedded().load().expect("the built-in roles");
        let (zh_before, zh_after) = change(&entry, &roles, Language::Zh);
        assert_eq!((zh_before.as_str(), zh_after.as_str()), expected);
        let as_written = (before.to_owned(), after.to_owned());
        assert_eq!(change(&entry, &roles, Language::En), as_written);
    }

    #[test]
    fn codes_are_told_in_words() {
        let denied = AuditAction::Denied;
        check(denied, ("", "read:de-identified"), ("", "查看·脱敏病案"));
        check(denied, ("", "compute:aggregate"), ("", "计算·汇总"));
        let token = AuditAction::TokenCreated;
        check(
            token,
            ("", "read:indicator *:task"),
            ("", "指标·查看 任务台账·全部"),
        );
        let job = AuditAction::JobStep;
        check(
            job,
            ("queued", "running:import"),
            ("排队中", "进行中·导入病案"),
        );
        let task = AuditAction::TaskStep;
        check(
            task,
            ("#2", "break down: national/T3 assigned #3"),
            ("#2", "分解：national/T3 办理中 #3"),
        );
        let filled = AuditAction::SubmissionStep;
        check(
            filled,
            ("draft", "submit: submitted #3 (clerk)"),
            ("草稿", "提交：已提交 #3 (clerk)"),
        );
        let run = AuditAction::AssessmentStep;
        check(run, ("", "compute: ab12 #2"), ("", "计算：ab12 #2"));
        let account = AuditAction::PasswordChanged;
        check(
            account,
            ("active must-change-password", "active"),
            ("启用 须先改密码", "启用"),
        );
        check(
            AuditAction::RoleEnded,
            (
                "coder 12990121SYN0010100 2025-01-01..",
                "coder 12990121SYN0010100 2025-01-01..2025-06-30",
            ),
            (
                "病案编码员 12990121SYN0010100 2025-01-01..",
                "病案编码员 12990121SYN0010100 2025-01-01..2025-06-30",
            ),
        );
        let verified = AuditAction::AuditVerified;
        check(
            verified,
            ("", "0 faults, 30 rows"),
            ("", "0 处不符，共 30 条"),
        );
    }

    #[test]
    fn what_is_no_code_stays() {
        check(
            AuditAction::ContentChanged,
            ("", "read: submit"),
            ("", "read: submit"),
        );
        check(
            AuditAction::AssessmentStep,
            ("#1", "#2: 91.5"),
            ("#1", "#2: 91.5"),
        );
        check(AuditAction::JobStep, ("", "x:import"), ("", "x:import"));
        let granted = AuditAction::RoleGranted;
        check(granted, ("", "gone *"), ("", "gone *"));
    }
}
