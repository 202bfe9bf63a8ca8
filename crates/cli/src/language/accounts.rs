//! Accounts, tokens, roles and the audit trail.

use super::English;

pub(super) const ENGLISH: &[English] = &[
    (
        "biaochi user",
        "Accounts: set-up, new ones, roles, passwords, second factor, disabling",
    ),
    (
        "biaochi user setup",
        "Make the code for the first administrator: shown once, holds for a while, not needed once there are accounts",
    ),
    (
        "biaochi user setup#minutes",
        "How many minutes the code holds",
    ),
    (
        "biaochi user setup#url",
        "Address of the web application; shows a link",
    ),
    (
        "biaochi user activate",
        "Make the account of the first administrator with the set-up code; code and password are asked for",
    ),
    ("biaochi user activate#name", "User name"),
    (
        "biaochi user activate#title",
        "How the person is called (default: the user name)",
    ),
    (
        "biaochi user activate#password_stdin",
        "Read code and password, a line each, from standard input",
    ),
    (
        "biaochi user add",
        "Make an account; the password is asked for and has to be changed at the first sign-in",
    ),
    (
        "biaochi user add#name",
        "User name: Latin letters, Chinese characters, digits, dot, hyphen, underscore; case does not matter",
    ),
    (
        "biaochi user add#title",
        "How the person is called (default: the user name)",
    ),
    (
        "biaochi user add#organisation",
        "Code of the institution that manages it (default: those who manage everything)",
    ),
    (
        "biaochi user add#no_password",
        "Without password: a program that uses tokens only",
    ),
    (
        "biaochi user add#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    (
        "biaochi user add#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user list", "List accounts"),
    (
        "biaochi user show",
        "Show an account: state, roles, what it reaches",
    ),
    ("biaochi user show#name", "User name"),
    (
        "biaochi user show#as_of",
        "By the roles and organisations of this day (default: today)",
    ),
    ("biaochi user role", "Grant or end roles"),
    (
        "biaochi user role grant",
        "Grant a role: which, for which unit, from when until when",
    ),
    ("biaochi user role grant#name", "User name"),
    ("biaochi user role grant#role", "Id or name of the role"),
    (
        "biaochi user role grant#unit",
        "all, division:CODE, alliance:ID, hospital:CODE or department:CODE/CODE",
    ),
    ("biaochi user role grant#from", "First day (default: today)"),
    ("biaochi user role grant#until", "Last day (default: open)"),
    (
        "biaochi user role grant#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user role grant#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user role end", "End a role"),
    ("biaochi user role end#name", "User name"),
    (
        "biaochi user role end#number",
        "Number of the role, see biaochi user show",
    ),
    (
        "biaochi user role end#last_day",
        "Last day (default: yesterday, so that it does not count today)",
    ),
    (
        "biaochi user role end#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user role end#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user disable",
        "Disable an account; its sessions end",
    ),
    ("biaochi user disable#name", "User name"),
    (
        "biaochi user disable#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user disable#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user enable", "Enable an account again"),
    ("biaochi user enable#name", "User name"),
    (
        "biaochi user enable#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user enable#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user password",
        "Set another password, which has to be changed at the next sign-in",
    ),
    (
        "biaochi user password#own",
        "By its owner: the old password is verified",
    ),
    (
        "biaochi user password#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    ("biaochi user password#name", "User name"),
    (
        "biaochi user password#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user password#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp",
        "The second factor (six digits of an authenticator app)",
    ),
    (
        "biaochi user totp start",
        "Make a key for the app; it is asked for once confirmed",
    ),
    ("biaochi user totp start#name", "User name"),
    (
        "biaochi user totp start#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp confirm",
        "Confirm with the six digits that the app shows",
    ),
    ("biaochi user totp confirm#name", "User name"),
    ("biaochi user totp confirm#code", "The six digits"),
    (
        "biaochi user totp confirm#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp off",
        "Turn the second factor off, as for another telephone",
    ),
    ("biaochi user totp off#name", "User name"),
    (
        "biaochi user totp off#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user totp off#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user links",
        "List who accounts are to the identity provider: all accounts, or one",
    ),
    (
        "biaochi user links#name",
        "User name (default: all accounts)",
    ),
    (
        "biaochi user link",
        "Say whom of the identity provider an account is for: whoever comes under the name first is linked; an earlier link ends",
    ),
    ("biaochi user link#name", "User name"),
    (
        "biaochi user link#external_name",
        "What the identity provider calls the person, such as an employee number",
    ),
    ("biaochi user link#reason", "Why; goes into the audit trail"),
    (
        "biaochi user link#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user unlink",
        "End the link of an account to a person of the identity provider, or expect nobody any more",
    ),
    ("biaochi user unlink#name", "User name"),
    (
        "biaochi user unlink#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user unlink#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user unlock", "End the wait after failed sign-ins"),
    ("biaochi user unlock#name", "User name"),
    (
        "biaochi user unlock#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user unlock#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user check",
        "Try to sign in, show what the account may do, and leave",
    ),
    ("biaochi user check#name", "User name"),
    ("biaochi user check#code", "Code of the second factor"),
    (
        "biaochi user check#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    (
        "biaochi token",
        "Tokens of programs: limited in what they may do and how long, revocable",
    ),
    (
        "biaochi token create",
        "Make a token for a program that acts in the name of an account; shown once",
    ),
    ("biaochi token create#name", "User name"),
    ("biaochi token create#title", "What it is for"),
    (
        "biaochi token create#allow",
        "Permission, written action:resource; may be repeated",
    ),
    ("biaochi token create#days", "How many days it holds"),
    (
        "biaochi token create#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi token list",
        "List tokens: whose, for what, until when, last used",
    ),
    ("biaochi token revoke", "Revoke a token at once"),
    (
        "biaochi token revoke#token",
        "Id of the token, see biaochi token list",
    ),
    (
        "biaochi token revoke#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi token revoke#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi roles",
        "Roles: duties, what they may do, the matrix",
    ),
    ("biaochi roles list", "List roles and duties"),
    ("biaochi roles show", "Show what a role may do"),
    ("biaochi roles show#role", "Id or name of the role"),
    (
        "biaochi roles matrix",
        "The matrix of roles, actions and resources (Markdown)",
    ),
    ("biaochi audit", "The audit trail: search, verify, export"),
    (
        "biaochi audit list",
        "Search the audit trail, the newest first",
    ),
    ("biaochi audit list#limit", "How many rows at most"),
    ("biaochi audit list#before", "Go on before this number"),
    ("biaochi audit list#actor", "Who did it (user name)"),
    (
        "biaochi audit list#action",
        "What was done, such as signed_in; may be repeated",
    ),
    (
        "biaochi audit list#resource",
        "Kind of thing, such as account",
    ),
    ("biaochi audit list#subject", "Which one"),
    (
        "biaochi audit list#organisation",
        "Of which institution (code)",
    ),
    ("biaochi audit list#refused", "Only what was refused"),
    ("biaochi audit list#from", "From this day on"),
    ("biaochi audit list#until", "To this day, included"),
    (
        "biaochi audit verify",
        "Verify the audit trail: name rows that were changed, removed or moved",
    ),
    (
        "biaochi audit verify#noted",
        "“number:hash” as an earlier verification showed it",
    ),
    (
        "biaochi audit export",
        "Export the audit trail: .xlsx as a workbook, else CSV",
    ),
    ("biaochi audit export#output", "Output file"),
    (
        "biaochi audit export#exported_by",
        "Who exports (default: the system); goes into the trail as well",
    ),
    ("biaochi audit export#actor", "Who did it (user name)"),
    (
        "biaochi audit export#action",
        "What was done, such as signed_in; may be repeated",
    ),
    (
        "biaochi audit export#resource",
        "Kind of thing, such as account",
    ),
    ("biaochi audit export#subject", "Which one"),
    (
        "biaochi audit export#organisation",
        "Of which institution (code)",
    ),
    ("biaochi audit export#refused", "Only what was refused"),
    ("biaochi audit export#from", "From this day on"),
    ("biaochi audit export#until", "To this day, included"),
];
