//! The folder in which one installation keeps its configuration, lake, rejects and own packs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_store::{AuditSeal, Store, StoreError};
use biaochi_warehouse::{WorkspaceKey, holds_records};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::both_languages::{InBothLanguages, in_language};
use crate::organisations::Directories;
use crate::server_config::ServerConfig;

/// Name of the configuration file in the root of a workspace.
pub const CONFIG_FILE: &str = "biaochi.toml";

/// What a person sets in `biaochi.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Scheme that imports are grouped with, such as `chs_drg_11`.
    pub scheme: String,
    /// Weight table used for CMI; without one weights are missing, never zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// Organisation code for files whose layout carries none (`n041`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Translate clinical-edition codes to the insurance edition before grouping.
    #[serde(default)]
    pub translate: bool,
    /// Pack of checks that imports run; the national one when it is left out, none when empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<String>,
    /// The operational store: a file or the address of a PostgreSQL database; a file in the workspace
    /// when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// What a weight of 1 pays; with it the price of a fault is also told in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_rate: Option<PaymentRate>,
    /// Roles, by id or title, whose holders sign in with a second factor only; none when it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second_factor_roles: Vec<String>,
    /// How the service listens and what it allows.
    #[serde(default, skip_serializing_if = "is_unset")]
    pub server: ServerConfig,
}

fn is_unset(server: &ServerConfig) -> bool {
    *server == ServerConfig::default()
}

/// Payment for a weight of 1 (费率), in yuan: above zero, in whole fen. Written as a text, because
/// money is a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentRate(Decimal);

impl PaymentRate {
    /// Yuan for a weight of 1.
    pub fn yuan(self) -> Decimal {
        self.0
    }

    /// What a difference of weights pays, in yuan, rounded to fen.
    pub fn pays(self, weight: Decimal) -> Decimal {
        (self.0 * weight).round_dp(2)
    }
}

impl TryFrom<String> for PaymentRate {
    type Error = InBothLanguages;

    fn try_from(text: String) -> Result<Self, InBothLanguages> {
        match text.parse::<Decimal>() {
            Ok(rate) if rate > Decimal::ZERO && rate.scale() <= 2 => Ok(Self(rate)),
            _ => Err(InBothLanguages::of(&NoPaymentRate { text: &text })),
        }
    }
}

/// A text that is no payment rate.
struct NoPaymentRate<'a> {
    text: &'a str,
}

impl Localized for NoPaymentRate<'_> {
    fn text(&self, language: Language) -> String {
        let text = self.text;
        match language {
            Language::Zh => {
                format!("费率“{text}”应为大于 0、最多两位小数的金额（元），如 \"9500.00\"")
            }
            Language::En => format!(
                "the payment rate is an amount in yuan above zero with two decimals at most, such as \"9500.00\", not `{text}`"
            ),
        }
    }
}

impl From<PaymentRate> for String {
    fn from(rate: PaymentRate) -> Self {
        rate.0.to_string()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            scheme: "chs_drg_11".to_owned(),
            weights: None,
            organisation: None,
            translate: false,
            checks: None,
            store: None,
            payment_rate: None,
            second_factor_roles: Vec::new(),
            server: ServerConfig::default(),
        }
    }
}

/// An opened workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    config: Config,
    /// The store that all use cases of a service share; commands open and close their own.
    shared: Option<Store>,
    directories: Directories,
}

/// Why a workspace could not be made or opened.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum WorkspaceError {
    #[error("{root} is not a workspace")]
    NotAWorkspace { root: PathBuf },
    #[error("{root} is already a workspace")]
    AlreadyExists { root: PathBuf },
    #[error("{file} is not valid")]
    Config {
        file: PathBuf,
        line: usize,
        column: usize,
        reason: String,
    },
    #[error("cannot use {path}")]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
}

impl Localized for WorkspaceError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::NotAWorkspace { root }, Language::Zh) => format!(
                "“{0}”不是工作区(找不到 {CONFIG_FILE})。请先运行 biaochi init {0}，或用 --workspace 指定工作区",
                root.display()
            ),
            (Self::NotAWorkspace { root }, Language::En) => format!(
                "{0} is not a workspace (no {CONFIG_FILE}). Run `biaochi init {0}` first, or name one with --workspace",
                root.display()
            ),
            (Self::AlreadyExists { root }, Language::Zh) => {
                format!("“{}”已经是工作区，未作任何改动", root.display())
            }
            (Self::AlreadyExists { root }, Language::En) => {
                format!(
                    "{} is already a workspace; nothing was changed",
                    root.display()
                )
            }
            (
                Self::Config {
                    file,
                    line,
                    column,
                    reason,
                },
                Language::Zh,
            ) => format!(
                "配置文件“{}”第 {line} 行第 {column} 列有误：{}。请改正后重试",
                file.display(),
                in_language(reason, language)
            ),
            (
                Self::Config {
                    file,
                    line,
                    column,
                    reason,
                },
                Language::En,
            ) => format!(
                "configuration file {} line {line} column {column}: {}",
                file.display(),
                in_language(reason, language)
            ),
            (Self::Io { path, source }, Language::Zh) => {
                format!(
                    "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::Io { path, source }, Language::En) => {
                format!(
                    "cannot use {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
        }
    }
}

impl Workspace {
    /// Makes a new workspace; refuses to touch an existing one.
    pub fn init(root: &Path, config: Config) -> Result<Self, WorkspaceError> {
        let file = root.join(CONFIG_FILE);
        if file.exists() {
            return Err(WorkspaceError::AlreadyExists {
                root: root.to_owned(),
            });
        }
        let workspace = Self {
            root: root.to_owned(),
            config,
            shared: None,
            directories: Directories::default(),
        };
        for folder in [workspace.lake(), workspace.rejects(), workspace.packs()] {
            fs::create_dir_all(&folder).map_err(|source| io(&folder, source))?;
        }
        let text = workspace.config_text();
        replace_file(root, &text).map_err(|source| io(&file, source))?;
        Ok(workspace)
    }

    /// Opens an existing workspace and reads its configuration.
    pub fn open(root: &Path) -> Result<Self, WorkspaceError> {
        let file = root.join(CONFIG_FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(WorkspaceError::NotAWorkspace {
                    root: root.to_owned(),
                });
            }
            Err(source) => return Err(io(&file, source)),
        };
        let config = toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start).min(text.len());
            let before = &text.as_bytes()[..offset];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            let column = before
                .iter()
                .rev()
                .take_while(|&&byte| byte != b'\n')
                .count()
                + 1;
            WorkspaceError::Config {
                file,
                line,
                column,
                reason: error.message().to_owned(),
            }
        })?;
        Ok(Self {
            root: root.to_owned(),
            config,
            shared: None,
            directories: Directories::default(),
        })
    }

    /// The same workspace, whose use cases share this open store.
    #[must_use]
    pub fn sharing(&self, store: Store) -> Self {
        Self {
            shared: Some(store),
            ..self.clone()
        }
    }

    /// Opens the store with the seal of its audit trail.
    ///
    /// # Errors
    /// The store cannot be opened, or the workspace key is missing although it sealed something before.
    pub async fn open_store(&self) -> Result<Store, StoreError> {
        let store = Store::open(&self.store_location()).await?;
        let in_use = holds_records(&self.lake()) || store.holds_sealed().await?;
        match WorkspaceKey::open_or_create(&self.key_file(), in_use) {
            Ok(key) => Ok(store.with_seal(AuditSeal::new(key.audit_key()))),
            Err(error) => {
                store.close().await;
                Err(StoreError::Key {
                    reason: error.text(Language::Zh),
                })
            }
        }
    }

    /// Opens the store and does something with it; the shared one stays open.
    pub(crate) async fn with_store<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&Store) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(store) = &self.shared {
            return work(store).await;
        }
        let store = self.open_store().await?;
        let result = work(&store).await;
        store.close().await;
        result
    }

    /// The organisations that were read.
    pub(crate) fn directories(&self) -> &Directories {
        &self.directories
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `biaochi.toml` says.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Folder of the Delta tables.
    pub fn lake(&self) -> PathBuf {
        self.root.join("lake")
    }

    /// Folder of the reject files, one for each import that had any.
    pub fn rejects(&self) -> PathBuf {
        self.root.join("rejects")
    }

    /// Folder of the institution's own packs; they add to and override the built-in ones.
    pub fn packs(&self) -> PathBuf {
        self.root.join("packs")
    }

    /// Key that seals direct identifiers and derives person keys. Losing it loses them.
    pub fn key_file(&self) -> PathBuf {
        self.root.join("workspace.key")
    }

    /// Names another pack of checks in `biaochi.toml`; everything else in the file stays as it is.
    pub fn set_checks(&mut self, id: &str) -> Result<(), WorkspaceError> {
        let file = self.root.join(CONFIG_FILE);
        let text = fs::read_to_string(&file).map_err(|source| io(&file, source))?;
        let line = format!("checks = {}", quoted(id));
        let is_set = |line: &str| key_of(line) == Some("checks");
        // A commented line shows where the key belongs.
        let is_hint = |line: &str| {
            let comment = line.trim_start().strip_prefix('#');
            comment.is_some_and(is_set)
        };
        let place = text.lines().position(is_set);
        let place = place.or_else(|| text.lines().position(is_hint));
        let mut lines: Vec<&str> = text.lines().collect();
        match place {
            Some(place) => lines[place] = &line,
            // Behind the head of a table it would belong to that table.
            None => {
                let table = lines
                    .iter()
                    .position(|line| line.trim_start().starts_with('['));
                lines.insert(table.unwrap_or(lines.len()), &line);
            }
        }
        let changed = lines.join("\n") + "\n";
        let wanted = Config {
            checks: Some(id.to_owned()),
            ..self.config.clone()
        };
        if toml::from_str::<Config>(&changed).ok().as_ref() != Some(&wanted) {
            let source = std::io::Error::from(std::io::ErrorKind::InvalidData);
            return Err(io(&file, source));
        }
        replace_file(&self.root, &changed).map_err(|source| io(&file, source))?;
        self.config = wanted;
        Ok(())
    }

    fn config_text(&self) -> String {
        let Config {
            scheme,
            weights,
            organisation,
            translate,
            checks,
            store,
            payment_rate,
            second_factor_roles,
            server,
        } = &self.config;
        let payment_rate = payment_rate.map(String::from);
        let second_factor_roles = match second_factor_roles.as_slice() {
            [] => "# second_factor_roles = [\"administrator\", \"it\"]\n".to_owned(),
            roles => {
                let roles: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
                format!("second_factor_roles = [{}]\n", roles.join(", "))
            }
        };
        let optional = |key: &str, value: &Option<String>, example: &str| match value {
            Some(value) => format!("{key} = {}\n", quoted(value)),
            None => format!("# {key} = {}\n", quoted(example)),
        };
        format!(
            "# 标尺工作区配置。改动后下一条命令即生效。\n\n\
             # 入库时使用的分组方案；可选方案见 biaochi schemes\n\
             scheme = {}\n\n\
             # 计算 CMI 用的权重表；不设则权重为空，不会当作 0。可选权重表见 biaochi schemes --weights\n\
             {}\n\
             # 文件中没有机构代码时(n041 版式)使用的机构代码\n\
             {}\n\
             # 分组前是否把国临版编码转换为医保版\n\
             translate = {translate}\n\n\
             # 入库时运行的质控规则包；不设则用国家规则，设为空则不检查。可选规则包见 biaochi pack list\n\
             {}\n\
             # 工作清单等业务数据存放处：文件或 PostgreSQL 地址；不设则为工作区中的 store.sqlite\n\
             {}\n\
             # 权重 1 支付多少元（费率）；设了以后，工作清单按金额说明每个问题的影响\n\
             {}\n\
             # 登录必须用动态口令的角色，没有启用的人登录后先启用；不设则自愿。角色见 biaochi roles\n\
             {second_factor_roles}\n\
             {}",
            quoted(scheme),
            optional("weights", weights, "haerbin-2022"),
            optional("organisation", organisation, "本机构的组织机构代码"),
            optional("checks", checks, "front-page-checks"),
            optional("store", store, "postgres://用户@主机/数据库"),
            optional("payment_rate", &payment_rate, "9500.00"),
            server_text(server),
        )
    }
}

/// The table of the service: what is set, and what could be as hints.
fn server_text(server: &ServerConfig) -> String {
    let mut text = "# 服务（biaochi serve）的设置。命令行参数和环境变量 BIAOCHI_… 优先；\
        实际生效的值见 biaochi config\n[server]\n"
        .to_owned();
    text += &toml::to_string(server).unwrap_or_default();
    for (key, hint) in [
        ("listen", "\"127.0.0.1:8080\""),
        ("public_url", "\"https://biaochi.hospital.local\""),
        ("tls_certificate", "\"/etc/biaochi/证书.pem\""),
        ("tls_key", "\"/etc/biaochi/私钥.pem\""),
        ("trusted_proxies", "[\"10.0.0.1\"]"),
        ("drop_folder", "\"/srv/biaochi/收件\""),
    ] {
        let is_set = text.lines().any(|line| key_of(line) == Some(key));
        if !is_set {
            text += &format!("# {key} = {hint}\n");
        }
    }
    text
}

/// A TOML string literal, whatever the text holds.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Writes the configuration under another name first, so that an interruption leaves no half file.
fn replace_file(root: &Path, text: &str) -> std::io::Result<()> {
    let draft = root.join(format!("{CONFIG_FILE}.new"));
    let mut out = fs::File::create(&draft)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    fs::rename(&draft, root.join(CONFIG_FILE))
}

/// The key of a line `key = value`.
fn key_of(line: &str) -> Option<&str> {
    line.split_once('=').map(|(key, _)| key.trim())
}

fn io(path: &Path, source: std::io::Error) -> WorkspaceError {
    WorkspaceError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn init_then_open_gives_the_same_configuration() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config {
            scheme: "chs_drg_20".into(),
            weights: Some("带\"引号\"的表".into()),
            organisation: Some("TEST0001".into()),
            translate: true,
            checks: Some("hospital-checks".into()),
            store: Some("/var/lib/biaochi/store.sqlite".into()),
            payment_rate: Some(PaymentRate::try_from("9500.50".to_owned()).expect("a rate")),
            second_factor_roles: vec!["administrator".into(), "病案编码员".into()],
            server: ServerConfig {
                workers: Some(3),
                trusted_proxies: "10.0.0.0/8".parse().ok(),
                drop_folder: Some("/srv/收件".into()),
                ..ServerConfig::default()
            },
        };
        Workspace::init(folder.path(), config.clone()).expect("a new workspace");
        let opened = Workspace::open(folder.path()).expect("an existing workspace");
        assert_eq!(opened.config(), &config);
    }

    #[test]
    fn another_pack_of_checks_changes_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let mut workspace = Workspace::init(root, Config::default()).expect("a new workspace");
        let before = fs::read_to_string(root.join(CONFIG_FILE)).expect("own folder");
        for id in ["本院\"规则\"", "front-page-checks"] {
            workspace.set_checks(id).expect("sets");
            let opened = Workspace::open(root).expect("an existing workspace");
            assert_eq!(opened.config().checks.as_deref(), Some(id));
            assert_eq!(opened.config(), workspace.config());
            let after = fs::read_to_string(root.join(CONFIG_FILE)).expect("own folder");
            let others = |text: &str| {
                let lines = text.lines().filter(|line| !line.contains("checks ="));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(others(&after), others(&before));
            assert_eq!(after.lines().count(), before.lines().count());
        }
        // Somebody's own file, without the hint and without a last line end.
        fs::write(root.join(CONFIG_FILE), "scheme = \"chs_drg_11\"").expect("own folder");
        let mut workspace = Workspace::open(root).expect("an existing workspace");
        workspace.set_checks("x").expect("sets");
        let after = fs::read_to_string(root.join(CONFIG_FILE)).expect("own folder");
        assert_eq!(after, "scheme = \"chs_drg_11\"\nchecks = \"x\"\n");
        let table = "scheme = \"chs_drg_11\"\n[server]\nworkers = 2\n";
        fs::write(root.join(CONFIG_FILE), table).expect("own folder");
        let mut workspace = Workspace::open(root).expect("an existing workspace");
        workspace.set_checks("x").expect("sets");
        let opened = Workspace::open(root).expect("an existing workspace");
        assert_eq!(opened.config().checks.as_deref(), Some("x"));
        assert_eq!(opened.config().server.workers, Some(2));
    }

    #[test]
    fn init_never_touches_an_existing_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        Workspace::init(folder.path(), Config::default()).expect("a new workspace");
        let second = Workspace::init(folder.path(), Config::default());
        assert!(matches!(second, Err(WorkspaceError::AlreadyExists { .. })));
    }

    #[test]
    fn a_mistake_in_the_configuration_is_located() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            folder.path().join(CONFIG_FILE),
            "scheme = \"chs_drg_11\"\nwieghts = \"x\"\n",
        )
        .expect("written");
        let error = Workspace::open(folder.path()).expect_err("an unknown key");
        let WorkspaceError::Config { line, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*line, 2);
        assert!(error.text(Language::Zh).contains("第 2 行"));
    }

    #[test]
    fn a_mistake_in_the_configuration_is_told_in_the_language_of_the_reader() {
        let folder = tempfile::tempdir().expect("a folder");
        for (wrong, zh, en) in [
            ("payment_rate = \"0\"", "费率“0”", "the payment rate is"),
            (
                "[server]\nlog_format = \"xml\"",
                "日志格式“xml”",
                "not `xml`",
            ),
            (
                "[server]\nmetrics_from = [\"here\"]",
                "“here”不是网络地址",
                "`here` is no network",
            ),
        ] {
            let text = format!("scheme = \"chs_drg_11\"\n{wrong}\n");
            fs::write(folder.path().join(CONFIG_FILE), text).expect("written");
            let error = Workspace::open(folder.path()).expect_err(wrong);
            let (chinese, english) = (error.text(Language::Zh), error.text(Language::En));
            assert!(chinese.contains(zh) && !chinese.contains(en), "{chinese}");
            assert!(english.contains(en) && !english.contains(zh), "{english}");
        }
    }

    #[test]
    fn a_payment_rate_is_money_above_zero() {
        let rate = PaymentRate::try_from("9500.50".to_owned()).expect("a rate");
        let weight = "0.1234".parse().expect("a weight");
        assert_eq!(rate.pays(weight).to_string(), "1172.36");
        for wrong in ["0", "-1", "9500.505", "9500元", ""] {
            let error = PaymentRate::try_from(wrong.to_owned()).expect_err(wrong);
            let error = error.to_string();
            assert!(
                in_language(&error, Language::Zh).starts_with("费率"),
                "{error}"
            );
            assert!(in_language(&error, Language::En).starts_with("the payment rate"));
        }
    }

    #[test]
    fn a_folder_without_configuration_says_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = Workspace::open(folder.path()).expect_err("no workspace");
        assert!(error.text(Language::Zh).contains("biaochi init"));
    }
}
