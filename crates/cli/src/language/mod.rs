//! Help in two languages: Chinese stands in `arguments`, English in the tables here.

mod accounts;
mod assessments;
mod content;
mod datasets;
mod indicators;
mod organisations;
mod plans;
mod records;
mod service;
mod worklist;
mod workspace;

use clap::{Arg, ArgAction, Command};

use crate::arguments::Lang;

/// `path of commands` or `path of commands#argument` → English help.
type English = (&'static str, &'static str);

/// The help of every command and argument, by what the commands are for.
const ENGLISH: &[&[English]] = &[
    workspace::ENGLISH,
    records::ENGLISH,
    worklist::ENGLISH,
    indicators::ENGLISH,
    organisations::ENGLISH,
    datasets::ENGLISH,
    assessments::ENGLISH,
    plans::ENGLISH,
    content::ENGLISH,
    accounts::ENGLISH,
    service::ENGLISH,
];

fn english(path: &str) -> Option<&'static str> {
    ENGLISH
        .iter()
        .copied()
        .flatten()
        .find(|(key, _)| *key == path)
        .map(|(_, text)| *text)
}

/// Puts help texts and headings of a command and all below it into the language.
pub(crate) fn localize(command: Command, lang: Lang) -> Command {
    let path = command.get_name().to_owned();
    walk(command, &path, lang)
}

fn walk(command: Command, path: &str, lang: Lang) -> Command {
    let arguments: Vec<String> = command
        .get_arguments()
        .map(|argument| argument.get_id().to_string())
        .collect();
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    let zh = lang == Lang::Zh;
    let mut command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(if zh { "命令" } else { "Commands" })
        .subcommand_value_name(if zh { "命令" } else { "COMMAND" })
        .help_template(if zh {
            "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}"
        } else {
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}"
        });
    for id in arguments {
        let text = english(&format!("{path}#{id}"));
        command = command.mut_arg(&id, |argument| {
            let argument = match text {
                Some(text) if !zh => argument.help(text),
                _ => argument,
            };
            with_values(headed(argument, zh), zh)
        });
    }
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(if zh { "显示帮助" } else { "Show help" });
    command = command.arg(headed(help, zh));
    if command.get_version().is_some() {
        let version = Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help(if zh {
                "显示版本"
            } else {
                "Show the version"
            });
        command = command.disable_version_flag(true).arg(headed(version, zh));
    }
    if !zh && let Some(text) = english(path) {
        command = command.about(text);
    }
    for name in subcommands {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |subcommand| walk(subcommand, &path, lang));
    }
    command
}

/// The values that may be given and the default one, said in the help text's own language.
fn with_values(argument: Arg, zh: bool) -> Arg {
    if !argument.get_action().takes_values() {
        return argument;
    }
    let named = |values: Vec<String>| values.join(if zh { "、" } else { ", " });
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let mut help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    if !possible.is_empty() {
        help += &match zh {
            true => format!("（可选：{}）", named(possible)),
            false => format!(" (one of {})", named(possible)),
        };
    }
    if !defaults.is_empty() {
        help += &match zh {
            true => format!("（默认：{}）", named(defaults)),
            false => format!(" (default: {})", named(defaults)),
        };
    }
    argument
        .help(help)
        .hide_default_value(true)
        .hide_possible_values(true)
}

fn headed(argument: Arg, zh: bool) -> Arg {
    let heading = match (argument.is_positional(), zh) {
        (true, true) => "参数",
        (true, false) => "Arguments",
        (false, true) => "选项",
        (false, false) => "Options",
    };
    argument.help_heading(heading).hide_env(true)
}

/// The language asked for, found before parsing so that help and usage errors follow it.
pub(crate) fn requested(mut arguments: impl Iterator<Item = String>) -> Lang {
    let mut lang = std::env::var("BIAOCHI_LANG").ok();
    while let Some(argument) = arguments.next() {
        if argument == "--lang" {
            lang = arguments.next();
        } else if let Some(value) = argument.strip_prefix("--lang=") {
            lang = Some(value.to_owned());
        }
    }
    if lang.as_deref() == Some("en") {
        Lang::En
    } else {
        Lang::Zh
    }
}

/// A usage error in Chinese: what is wrong and what to do. `None` for help and version output.
pub(crate) fn usage_error(error: &clap::Error) -> Option<String> {
    use clap::error::{ContextKind, ErrorKind};

    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let valid = context(ContextKind::ValidValue);
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => format!("没有选项或参数“{argument}”"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!(
                "{argument} 不能与 {} 同时使用",
                context(ContextKind::PriorArg)
            )
        }
        ErrorKind::InvalidValue if !valid.is_empty() => {
            format!("{argument} 不能是“{value}”，可以是：{valid}")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match range_of(error) {
            Some((low, high)) => {
                format!("{argument} 的值“{value}”不对，应在 {low} 到 {high} 之间")
            }
            None => format!("{argument} 的值“{value}”无效"),
        },
        _ => error.to_string(),
    };
    Some(format!(
        "{text}。用法见 biaochi --help 或 biaochi 命令 --help"
    ))
}

/// The bounds that a number has to lie between, where that is what is wrong with it.
fn range_of(error: &clap::Error) -> Option<(String, String)> {
    let cause = std::error::Error::source(error)?.to_string();
    let (_, range) = cause.split_once(" is not in ")?;
    let (low, high) = range.trim().split_once("..=")?;
    Some((low.to_owned(), high.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn paths(command: &Command, path: &str, found: &mut Vec<String>) {
        found.push(path.to_owned());
        for argument in command.get_arguments() {
            let id = argument.get_id();
            if id != "help" && !(path == "biaochi" && id == "version") {
                found.push(format!("{path}#{id}"));
            }
        }
        for subcommand in command.get_subcommands() {
            paths(
                subcommand,
                &format!("{path} {}", subcommand.get_name()),
                found,
            );
        }
    }

    #[test]
    fn a_number_beyond_its_range_is_told_with_the_range() {
        let words = "biaochi plan task report A/p/R01 --progress 160 --text x";
        let error = Arguments::command()
            .try_get_matches_from(words.split(' '))
            .expect_err("beyond the range");
        let told = usage_error(&error).expect("an error");
        assert!(told.contains("应在 0 到 100 之间"), "{told}");
    }

    #[test]
    fn every_command_and_argument_has_english_help_and_none_is_left_over() {
        let mut found = Vec::new();
        paths(&Arguments::command(), "biaochi", &mut found);
        let english = ENGLISH.iter().copied().flatten();
        let mut listed: Vec<String> = english.map(|(path, _)| (*path).to_owned()).collect();
        found.sort();
        listed.sort();
        assert_eq!(listed, found);
    }

    #[test]
    fn both_languages_are_valid_commands() {
        for lang in [Lang::Zh, Lang::En] {
            localize(Arguments::command(), lang).debug_assert();
        }
    }

    #[test]
    fn the_language_is_found_before_parsing() {
        let arguments = ["biaochi", "schemes", "--lang", "en"].map(str::to_owned);
        assert_eq!(requested(arguments.into_iter()), Lang::En);
        assert_eq!(requested(["biaochi".to_owned()].into_iter()), Lang::Zh);
    }
}
