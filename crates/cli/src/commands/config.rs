//! `biaochi config`

use biaochi_app::Workspace;
use biaochi_app::server_config::{SecretText, ServerConfig};
use serde_json::json;

use super::open_workspace;
use crate::arguments::Global;
use crate::arguments::serve::Serve;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

impl Origin {
    fn code(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }

    fn words(self, screen: &Screen) -> &'static str {
        match self {
            Self::Flag => screen.say("命令行", "flag"),
            Self::Environment => screen.say("环境变量", "environment"),
            Self::File => screen.say("biaochi.toml", "biaochi.toml"),
            Self::Default => screen.say("默认", "default"),
        }
    }
}

struct Line {
    key: String,
    value: Option<String>,
    origin: Origin,
    variable: &'static str,
}

pub(crate) fn run(command: &Serve, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let file = &workspace.config().server;
    // Settings that do not go together are told here rather than at the next start.
    command.settings().over(file.clone()).settle()?;
    let mut lines = of_workspace(&workspace);
    lines.extend(of_server(&command.settings(), file));
    if screen.json() {
        let values = lines.iter().map(|line| {
            json!({
                "key": line.key, "value": line.value, "origin": line.origin.code(),
                "variable": line.variable,
            })
        });
        screen.value(&json!(values.collect::<Vec<_>>()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("设置", "setting"), Align::Left),
        (screen.say("生效的值", "value"), Align::Left),
        (screen.say("来自", "from"), Align::Left),
        (screen.say("环境变量", "variable"), Align::Left),
    ];
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.key.clone(),
                line.value.clone().unwrap_or_else(|| "—".to_owned()),
                line.origin.words(screen).to_owned(),
                line.variable.to_owned(),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

/// The settings above the table of the service. Addresses of databases are shown without user and password.
fn of_workspace(workspace: &Workspace) -> Vec<Line> {
    let config = workspace.config();
    let set = |value: &Option<String>| match value {
        Some(value) => (Some(value.clone()), Origin::File),
        None => (None, Origin::Default),
    };
    let store = Some(workspace.store_location().to_string());
    let store_from = match config.store {
        Some(_) => Origin::File,
        None => Origin::Default,
    };
    let checks = config.checks.clone();
    let checks = match checks {
        Some(id) => (Some(id), Origin::File),
        None => (
            Some(biaochi_app::check::NATIONAL.to_owned()),
            Origin::Default,
        ),
    };
    let rate = config.payment_rate.map(String::from);
    let roles = &config.second_factor_roles;
    let roles = (!roles.is_empty()).then(|| roles.join(", "));
    let lines = [
        ("scheme", (Some(config.scheme.clone()), Origin::File)),
        ("weights", set(&config.weights)),
        ("organisation", set(&config.organisation)),
        (
            "translate",
            (Some(config.translate.to_string()), Origin::File),
        ),
        ("checks", checks),
        ("store", (store, store_from)),
        ("payment_rate", set(&rate)),
        ("second_factor_roles", set(&roles)),
    ];
    lines
        .into_iter()
        .map(|(key, (value, origin))| Line {
            key: key.to_owned(),
            value,
            origin,
            variable: "",
        })
        .collect()
}

fn of_server(near: &ServerConfig, file: &ServerConfig) -> Vec<Line> {
    let defaults = ServerConfig::defaults().texts();
    let values = near.texts().into_iter().zip(file.texts()).zip(defaults);
    let keys = ServerConfig::KEYS.iter();
    keys.zip(values)
        .map(|((key, variable), ((near, file), default))| {
            let in_environment = std::env::var(variable).ok();
            let (value, origin) = match (near, file) {
                // What is masked cannot be compared; the nearest place that has it is named.
                (Some(value), _)
                    if same(in_environment.as_deref(), &value)
                        || (value == SecretText::MASK && in_environment.is_some()) =>
                {
                    (Some(value), Origin::Environment)
                }
                (Some(value), _) => (Some(value), Origin::Flag),
                (None, Some(value)) => (Some(value), Origin::File),
                (None, None) => (default, Origin::Default),
            };
            Line {
                key: format!("server.{key}"),
                value: value.map(|value| masked(&value)),
                origin,
                variable,
            }
        })
        .collect()
}

/// Whether the environment says the same: texts of networks are written out on the way.
fn same(environment: Option<&str>, value: &str) -> bool {
    environment.is_some_and(|text| {
        let networks = text.parse::<biaochi_app::server_config::Networks>();
        text == value || networks.is_ok_and(|networks| networks.to_string() == value)
    })
}

/// An address without user and password.
fn masked(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://***@{place}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_is_named_and_nothing_secret_shown() {
        let near = ServerConfig {
            workers: Some(9),
            ..ServerConfig::default()
        };
        let file = ServerConfig {
            public_url: Some("https://me:secret@biaochi.local".to_owned()),
            workers: Some(2),
            ..ServerConfig::default()
        };
        let lines = of_server(&near, &file);
        let line = |key: &str| {
            let key = format!("server.{key}");
            let found = lines.iter().find(|line| line.key == key);
            let found = found.expect("a setting");
            (found.value.as_deref(), found.origin)
        };
        assert_eq!(line("workers"), (Some("9"), Origin::Flag));
        assert_eq!(
            line("public_url"),
            (Some("https://***@biaochi.local"), Origin::File)
        );
        assert_eq!(line("listen"), (Some("127.0.0.1:8080"), Origin::Default));
        assert_eq!(line("tls_key"), (None, Origin::Default));
    }
}
