//! `biaochi user`, `token`, `roles`, `audit`: from the first administrator to a verified trail.

use std::path::Path;

use serde_json::Value;

use crate::run::{Run, biaochi};

const PASSWORD: &str = "Kq7-lan-shan";

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let run = biaochi(folder.path(), &["init", "workspace"], "");
    assert_eq!(run.code, 0, "{}", run.err);
    folder
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Run {
    biaochi(folder, arguments, input)
}

fn json(folder: &Path, arguments: &[&str], input: &str) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let run = biaochi(folder, &all, input);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn the_first_administrator_is_made_with_a_code_once() {
    let folder = workspace();
    let folder = folder.path();
    let url = "https://biaochi.example/";
    let made = json(
        folder,
        &["user", "setup", "--url", url, "--minutes", "15"],
        "",
    );
    let code = made["code"].as_str().expect("a code").to_owned();
    let link = made["link"].as_str().expect("a link");
    assert_eq!(link, format!("https://biaochi.example/setup#{code}"));
    let activate = [
        "user",
        "activate",
        "admin",
        "--title",
        "王管理员",
        "--password-stdin",
    ];
    let weak = run(folder, &activate, &format!("{code}\n12345\n"));
    assert_eq!(weak.code, 1);
    assert!(weak.err.contains("密码至少 10 个字符"), "{}", weak.err);
    let short = run(folder, &activate, &code);
    assert_eq!(short.code, 2, "{}", short.err);
    let wrong = run(folder, &activate, &format!("AAAA-BBBB\n{PASSWORD}\n"));
    assert!(wrong.err.contains("初始化码不正确"), "{}", wrong.err);
    let input = format!("{}\n{PASSWORD}\n", code.to_lowercase());
    let admin = json(folder, &activate, &input);
    assert_eq!(
        (&admin["name"], &admin["title"]),
        (&"admin".into(), &"王管理员".into())
    );
    let again = run(folder, &activate, &input);
    assert!(again.err.contains("初始化码不正确"), "{}", again.err);
    let more = run(folder, &["user", "setup"], "");
    assert_eq!(more.code, 1);
    assert!(more.err.contains("biaochi user add"), "{}", more.err);
    let checked = json(
        folder,
        &["user", "check", "ADMIN", "--password-stdin"],
        PASSWORD,
    );
    assert_eq!(checked["organisations"], "all");
    assert_eq!(checked["roles"][0], "administrator");
    assert_eq!(checked["must_change_password"], false);
}

#[test]
fn accounts_roles_and_locks_are_managed() {
    let folder = workspace();
    let folder = folder.path();
    let add = [
        "user",
        "add",
        "ZhangSan",
        "--title",
        "张三",
        "--password-stdin",
    ];
    let terminal = run(folder, &add[..5], "");
    assert_eq!(terminal.code, 2);
    assert!(
        terminal.err.contains("--password-stdin"),
        "{}",
        terminal.err
    );
    let added = json(folder, &add, PASSWORD);
    assert_eq!(added["name"], "zhangsan");
    assert_eq!(added["must_change_password"], true);
    let twice = run(folder, &add, PASSWORD);
    assert_ne!(twice.code, 0);
    let bad = run(folder, &["user", "add", "张 三", "--no-password"], "");
    assert_eq!(bad.code, 2);
    assert!(bad.err.contains("不能作为用户名"), "{}", bad.err);

    let grant = |role: &str, unit: &str| {
        let arguments = [
            "user",
            "role",
            "grant",
            "zhangsan",
            role,
            "--for",
            unit,
            "--from",
            "2024-01-01",
            "--actor",
            "admin",
            "--reason",
            "岗位",
        ];
        run(folder, &arguments, "")
    };
    let granted = grant("病案编码员", "hospital:45010000-1");
    assert_eq!(granted.code, 0, "{}", granted.err);
    assert!(
        granted.out.contains("coder hospital:45010000-1"),
        "{}",
        granted.out
    );
    let unknown = grant("国王", "all");
    assert_eq!(unknown.code, 4);
    assert!(unknown.err.contains("病案编码员"), "{}", unknown.err);
    let level = grant("科主任", "hospital:45010000-1");
    assert!(level.err.contains("可以授予：科室"), "{}", level.err);
    let nowhere = grant("县卫健委", "division:nowhere");
    assert_eq!(nowhere.code, 4, "{}", nowhere.err);
    let shown = json(folder, &["user", "show", "zhangsan"], "");
    assert_eq!(shown["roles"][0]["title"], "病案编码员");
    assert_eq!(shown["roles"][0]["organisations"][0], "45010000-1");
    assert_eq!(shown["roles"][0]["counts"], true);
    let before = json(
        folder,
        &["user", "show", "zhangsan", "--as-of", "2023-12-31"],
        "",
    );
    assert_eq!(before["roles"][0]["counts"], false);

    for _ in 0..5 {
        let wrong = run(
            folder,
            &["user", "check", "zhangsan", "--password-stdin"],
            "wrong",
        );
        assert!(wrong.err.contains("不正确"), "{}", wrong.err);
    }
    let waits = run(
        folder,
        &["user", "check", "zhangsan", "--password-stdin"],
        PASSWORD,
    );
    assert!(waits.err.contains("之后再试"), "{}", waits.err);
    let unlocked = run(
        folder,
        &["user", "unlock", "zhangsan", "--reason", "来访"],
        "",
    );
    assert_eq!(unlocked.code, 0, "{}", unlocked.err);
    let checked = json(
        folder,
        &["user", "check", "zhangsan", "--password-stdin"],
        PASSWORD,
    );
    assert_eq!(checked["must_change_password"], true);
    assert_eq!(checked["organisations"][0], "45010000-1");

    let ended = json(
        folder,
        &[
            "user",
            "role",
            "end",
            "zhangsan",
            "1",
            "--last-day",
            "2024-06-30",
        ],
        "",
    );
    assert_eq!(ended["last_day"], "2024-06-30");
    let reset = [
        "user",
        "password",
        "zhangsan",
        "--password-stdin",
        "--actor",
        "admin",
    ];
    let changed = json(folder, &reset, "Yun-ze-2024-xian");
    assert_eq!(changed["must_change_password"], true);
    let disabled = json(
        folder,
        &["user", "disable", "zhangsan", "--reason", "离职"],
        "",
    );
    assert_eq!(disabled["state"], "disabled");
    let out = run(
        folder,
        &["user", "check", "zhangsan", "--password-stdin"],
        "Yun-ze-2024-xian",
    );
    assert!(out.err.contains("不正确"), "{}", out.err);
    let missing = run(folder, &["user", "enable", "lisi"], "");
    assert_eq!(missing.code, 4, "{}", missing.err);
    let enabled = json(folder, &["user", "enable", "zhangsan"], "");
    assert_eq!(enabled["state"], "active");
    let started = json(folder, &["user", "totp", "start", "zhangsan"], "");
    assert_eq!(started["key"].as_str().map(str::len), Some(32));
    let wrong = run(folder, &["user", "totp", "confirm", "zhangsan", "abc"], "");
    assert!(wrong.err.contains("动态口令不正确"), "{}", wrong.err);
    let list = run(folder, &["user", "list"], "");
    assert!(
        list.out.contains("zhangsan") && list.out.contains("启用"),
        "{}",
        list.out
    );
}

#[test]
fn tokens_are_shown_once_and_revoked() {
    let folder = workspace();
    let folder = folder.path();
    json(folder, &["user", "add", "robot", "--no-password"], "");
    let create = [
        "token",
        "create",
        "robot",
        "--title",
        "取数",
        "--allow",
        "read:indicator",
    ];
    let made = json(folder, &create, "");
    let secret = made["token"].as_str().expect("a token");
    assert!(secret.starts_with("bct_") && secret.len() == 68, "{secret}");
    let id = made["id"].as_str().expect("an id");
    let wrong = run(
        folder,
        &[
            "token", "create", "robot", "--title", "x", "--allow", "eat:*",
        ],
        "",
    );
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("“eat:*”不是权限"), "{}", wrong.err);
    let listed = run(folder, &["token", "list"], "");
    assert!(
        listed.out.contains(id) && !listed.out.contains(secret),
        "{}",
        listed.out
    );
    let revoked = json(folder, &["token", "revoke", id, "--reason", "泄露"], "");
    assert!(revoked["revoked_at"].is_string());
    let again = run(folder, &["token", "revoke", id], "");
    assert_eq!(again.code, 4, "{}", again.err);
    // Neither the database nor the trail has it.
    let trail = run(folder, &["audit", "list", "--json"], "");
    assert!(!trail.out.contains(secret), "{}", trail.out);
    for file in ["store.sqlite", "store.sqlite-wal"] {
        let bytes = std::fs::read(folder.join("workspace").join(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(secret), "{file}");
    }
}

#[test]
fn roles_are_listed_without_a_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let listed = run(folder, &["roles"], "");
    assert!(
        listed.out.contains("病案编码员"),
        "{}{}",
        listed.out,
        listed.err
    );
    let roles = json(folder, &["roles", "list"], "");
    assert!(roles.as_array().is_some_and(|roles| roles.len() >= 15));
    let shown = run(folder, &["roles", "show", "审计员"], "");
    assert!(shown.out.contains("read:audit"), "{}", shown.out);
    let unknown = run(folder, &["roles", "show", "国王"], "");
    assert_eq!(unknown.code, 4);
    let matrix = run(folder, &["roles", "matrix"], "");
    assert!(matrix.out.contains("| 质控办 |"), "{}", matrix.out);
}

#[test]
fn the_trail_is_searched_verified_and_exported() {
    let folder = workspace();
    let folder = folder.path();
    let user = "=cmd";
    json(
        folder,
        &[
            "user",
            "add",
            "robot",
            "--title",
            user,
            "--no-password",
            "--actor",
            "@admin",
        ],
        "",
    );
    json(
        folder,
        &["user", "disable", "robot", "--reason", "=1+1"],
        "",
    );
    let listed = json(
        folder,
        &["audit", "list", "--action", "account_disabled"],
        "",
    );
    let entries = listed["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["reason"], "=1+1");
    let none = json(folder, &["audit", "list", "--refused"], "");
    assert_eq!(none["entries"].as_array().map(Vec::len), Some(0));
    let unknown = run(folder, &["audit", "list", "--action", "dance"], "");
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("signed_in"), "{}", unknown.err);

    let whole = json(folder, &["audit", "verify"], "");
    assert_eq!(
        (&whole["whole"], &whole["entries"]),
        (&true.into(), &2.into())
    );
    let end = whole["end"].as_str().expect("an end").to_owned();
    let exported = run(folder, &["audit", "export", "-o", "日志.csv"], "");
    assert_eq!(exported.code, 0, "{}", exported.err);
    let csv = std::fs::read_to_string(folder.join("日志.csv")).expect("a file");
    assert!(csv.contains("'=1+1") && csv.contains("'@admin"), "{csv}");
    let exported = run(folder, &["audit", "export", "-o", "日志.xlsx"], "");
    assert_eq!(exported.code, 0, "{}", exported.err);
    let bytes = std::fs::read(folder.join("日志.xlsx")).expect("a file");
    assert!(bytes.starts_with(b"PK"));
    // Both exports stand in the trail, and the end that was noted is still in it.
    let later = json(folder, &["audit", "verify", "--noted", &end], "");
    assert_eq!(
        (&later["whole"], &later["entries"]),
        (&true.into(), &4.into())
    );
    let other = format!("1:{}", "0".repeat(64));
    let wrong = run(folder, &["audit", "verify", "--noted", &other], "");
    assert_eq!(wrong.code, 3);
    assert!(
        wrong.out.contains("第 1 条与先前核验时留存的哈希不一致"),
        "{}",
        wrong.out
    );
    let typed = run(folder, &["audit", "verify", "--noted", "x"], "");
    assert_eq!(typed.code, 2);
}

#[test]
fn people_change_their_own_password_and_typing_errors_are_told() {
    let folder = workspace();
    let folder = folder.path();
    let (first, own) = ("Kq7-lan-shan\n", "Kq7-lan-shan\nYun-ze-2024-xian\n");
    let add = ["user", "add", "zhangsan", "--password-stdin"];
    assert_eq!(run(folder, &add, first).code, 0);
    let change = ["user", "password", "ZhangSan", "--own", "--password-stdin"];
    let wrong = run(folder, &change, "Wrong-1234-x\nYun-ze-2024-xian\n");
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("原密码不正确"), "{}", wrong.err);
    let changed = run(folder, &change, own);
    assert_eq!(changed.code, 0, "{}", changed.err);
    let check = ["user", "check", "zhangsan", "--password-stdin"];
    assert_eq!(run(folder, &check, "Yun-ze-2024-xian\n").code, 0);
    assert_ne!(run(folder, &check, first).code, 0);
    let refused = json(folder, &["audit", "list", "--refused"], "");
    let actions: Vec<&str> = refused["entries"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    assert_eq!(actions, ["sign_in_refused", "password_changed"]);
    for (arguments, told) in [
        (vec!["user", "show", "nobody"], "没有这个账号、角色或令牌"),
        (
            vec!["user", "add", "\u{430}dmin", "--no-password"],
            "英文字母、汉字",
        ),
    ] {
        let refused = run(folder, &arguments, "");
        assert!(
            refused.code != 0 && refused.err.contains(told),
            "{}",
            refused.err
        );
    }
}

#[test]
fn links_to_the_identity_provider_are_listed_made_and_ended() {
    let folder = workspace();
    let folder = folder.path();
    for name in ["zhangsan", "lisi"] {
        json(folder, &["user", "add", name, "--no-password"], "");
    }
    assert_eq!(json(folder, &["user", "links"], ""), Value::Array(vec![]));
    let link = |name: &str| {
        let arguments = [
            "user", "link", name, " 0417 ", "--reason", "入职", "--actor", "admin",
        ];
        run(folder, &arguments, "")
    };
    let made = link("ZhangSan");
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(
        made.out.contains("zhangsan：第一个以“0417”"),
        "{}",
        made.out
    );
    assert!(made.err.contains("oidc_name_claim"), "{}", made.err);
    let twice = link("lisi");
    assert_eq!(twice.code, 1, "{}", twice.err);
    assert!(
        twice.err.contains("“0417”已经指定给别的账号"),
        "{}",
        twice.err
    );
    let nobody = link("wangwu");
    assert_eq!(nobody.code, 4, "{}", nobody.err);
    let listed = json(folder, &["user", "links"], "");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let one = &listed[0];
    assert_eq!(
        (&one["account"], &one["external_name"], &one["linked"]),
        (&"zhangsan".into(), &"0417".into(), &false.into())
    );
    assert_eq!(one["linked_by"], "admin");
    let of_one = run(folder, &["user", "links", "zhangsan"], "");
    assert!(of_one.out.contains("等待首次登录"), "{}", of_one.out);
    let of_other = json(folder, &["user", "links", "lisi"], "");
    assert_eq!(of_other, Value::Array(vec![]));
    assert_eq!(run(folder, &["user", "links", "wangwu"], "").code, 4);
    let unlink = ["user", "unlink", "zhangsan", "--reason", "离职"];
    let ended = run(folder, &unlink, "");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let again = run(folder, &unlink, "");
    assert_eq!(again.code, 4, "{}", again.err);
    assert!(again.err.contains("没有绑定"), "{}", again.err);
    let now = link("lisi");
    assert_eq!(now.code, 0, "{}", now.err);
    let trail = json(
        folder,
        &["audit", "list", "--action", "identity_unlinked"],
        "",
    );
    assert_eq!(trail["entries"][0]["reason"], "离职", "{trail}");
}

#[test]
fn a_role_that_asks_for_a_second_factor_is_named() {
    let folder = workspace();
    let folder = folder.path();
    let file = folder.join("workspace").join("biaochi.toml");
    let text = std::fs::read_to_string(&file).expect("own folder");
    let asking = |roles: &str| {
        let text = format!("second_factor_roles = [{roles}]\n{text}");
        std::fs::write(&file, text).expect("own folder");
    };
    asking("\"国王\"");
    let add = ["user", "add", "zhangsan", "--password-stdin"];
    let refused = run(folder, &add, PASSWORD);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.err.contains("second_factor_roles") && refused.err.contains("administrator"),
        "{}",
        refused.err
    );
    asking("\"系统管理员\"");
    json(folder, &add, PASSWORD);
    let check = ["user", "check", "zhangsan", "--password-stdin"];
    let plain = json(folder, &check, PASSWORD);
    assert_eq!(plain["must_set_up_second_factor"], false, "{plain}");
    let grant = [
        "user",
        "role",
        "grant",
        "zhangsan",
        "administrator",
        "--for",
        "all",
    ];
    json(folder, &grant, "");
    let asked = json(folder, &check, PASSWORD);
    assert_eq!(asked["must_set_up_second_factor"], true, "{asked}");
    let config = run(folder, &["config"], "");
    assert!(config.out.contains("系统管理员"), "{}", config.out);
}
