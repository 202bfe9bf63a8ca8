use biaochi_access::Resource;
use biaochi_access::secret::hex;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

biaochi_domain::coded! {
    /// What happened.
    pub enum AuditAction {
        /// Somebody signed in.
        SignedIn = "signed_in", "登录", "signed in";
        /// Somebody tried to.
        SignInRefused = "sign_in_refused", "登录被拒", "sign-in refused";
        /// Somebody signed out.
        SignedOut = "signed_out", "退出登录", "signed out";
        /// A code for the first administrator was made.
        SetUpCode = "set_up_code", "生成初始化码", "set-up code made";
        /// An account was made.
        AccountCreated = "account_created", "新建账号", "account created";
        /// An account was disabled.
        AccountDisabled = "account_disabled", "停用账号", "account disabled";
        /// A disabled account was enabled again.
        AccountEnabled = "account_enabled", "启用账号", "account enabled";
        /// The wait after failed attempts was ended.
        AccountUnlocked = "account_unlocked", "解除锁定", "account unlocked";
        /// A password was changed or set.
        PasswordChanged = "password_changed", "修改密码", "password changed";
        /// The second factor was turned on.
        SecondFactorOn = "second_factor_on", "启用动态口令", "second factor on";
        /// The second factor was turned off.
        SecondFactorOff = "second_factor_off", "停用动态口令", "second factor off";
        /// An account was linked to a person of the identity provider.
        IdentityLinked = "identity_linked", "绑定统一身份认证", "identity linked";
        /// It was written whom of the identity provider an account is for.
        IdentityExpected = "identity_expected", "指定统一身份账号", "identity expected";
        /// An account is no longer linked to a person of the identity provider.
        IdentityUnlinked = "identity_unlinked", "解除统一身份绑定", "identity unlinked";
        /// Somebody was given a role.
        RoleGranted = "role_granted", "授予角色", "role granted";
        /// A role ends.
        RoleEnded = "role_ended", "终止角色", "role ended";
        /// A token was made.
        TokenCreated = "token_created", "新建令牌", "token created";
        /// A token was revoked.
        TokenRevoked = "token_revoked", "撤销令牌", "token revoked";
        /// Somebody was refused something.
        Denied = "denied", "拒绝访问", "denied";
        /// Somebody saw direct identifiers.
        IdentifiedRead = "identified_read", "查看明文病案", "identified record read";
        /// Somebody took data out.
        Exported = "exported", "导出", "exported";
        /// A step with a task of a plan.
        TaskStep = "task_step", "任务台账操作", "step with a task";
        /// A step on the way to approval of what was filled in.
        SubmissionStep = "submission_step", "填报审核操作", "step with a submission";
        /// A step with an item of the worklist.
        WorklistStep = "worklist_step", "质控清单操作", "step with the worklist";
        /// A record was corrected.
        RecordCorrected = "record_corrected", "修改首页", "record corrected";
        /// A step with an assessment.
        AssessmentStep = "assessment_step", "绩效考核操作", "step with an assessment";
        /// Organisations were changed: with them, what division and alliance roles reach.
        OrganisationsChanged = "organisations_changed", "维护组织机构", "organisations changed";
        /// A content pack was edited, activated or rolled back.
        ContentChanged = "content_changed", "维护内容包", "content pack changed";
        /// The audit trail was verified.
        AuditVerified = "audit_verified", "核验审计日志", "audit trail verified";
        /// A translation of a code was proposed or reviewed.
        CodeChosen = "code_chosen", "核定编码对照", "translation of a code chosen";
        /// A job was wanted, begun, ended or cancelled.
        JobStep = "job_step", "后台作业", "step of a job";
        /// What identifies persons is sealed with a new key from now on, or was brought under it.
        KeyRotated = "key_rotated", "轮换密钥", "key rotated";
        /// A key that seals nothing any more was taken away.
        KeyRetired = "key_retired", "停用密钥", "key retired";
    }
}

biaochi_domain::coded! {
    /// How it ended.
    pub enum AuditOutcome {
        /// It was done.
        Done = "done", "完成", "done";
        /// It was refused.
        Refused = "refused", "拒绝", "refused";
    }
}

/// What is to be written; who, when and from where come from whoever writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// What happened.
    pub action: AuditAction,
    /// To what kind of thing.
    pub resource: Resource,
    /// To which one.
    pub subject: String,
    /// Whose it is; empty for what belongs to no organisation.
    pub organisation_code: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What was there before; may be empty.
    pub before: String,
    /// What is there now; may be empty.
    pub after: String,
    /// Why; may be empty.
    pub reason: String,
}

impl NewAuditEntry {
    /// Something that was done.
    pub fn done(action: AuditAction, resource: Resource, subject: impl Into<String>) -> Self {
        Self {
            action,
            resource,
            subject: subject.into(),
            organisation_code: String::new(),
            outcome: AuditOutcome::Done,
            before: String::new(),
            after: String::new(),
            reason: String::new(),
        }
    }

    /// Something that was refused.
    pub fn refused(action: AuditAction, resource: Resource, subject: impl Into<String>) -> Self {
        Self {
            outcome: AuditOutcome::Refused,
            ..Self::done(action, resource, subject)
        }
    }

    /// The same, belonging to an organisation.
    #[must_use]
    pub fn of(self, organisation_code: impl Into<String>) -> Self {
        Self {
            organisation_code: organisation_code.into(),
            ..self
        }
    }

    /// The same, with what was there before and is there now.
    #[must_use]
    pub fn change(self, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self {
            before: before.into(),
            after: after.into(),
            ..self
        }
    }

    /// The same, with a reason.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ..self
        }
    }
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who: the account; empty when a sign-in failed.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// What happened.
    pub entry: NewAuditEntry,
    /// The hash of the row before.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// The hash before the first row.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a row's hash is made of: every text with its length in front, so that no two rows read alike.
pub(super) fn hash(number: u64, at: i64, texts: [&str; 10], previous: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"biaochi audit 1");
    hash.update(previous.as_bytes());
    hash.update(number.to_be_bytes());
    hash.update(at.to_be_bytes());
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    hex(&digest)
}
