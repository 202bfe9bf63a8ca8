//! `docs/command-line.md` is made from the help texts and compared by a test.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Command, CommandFactory as _};

use crate::arguments::{Arguments, Lang};
use crate::language::localize;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/command-line.md");

const HEAD: &str = "# 命令行\n\n\
    由各命令的帮助生成（`BIAOCHI_UPDATE=1 cargo test -p biaochi-cli manual` 重写），请勿手工修改。\n\
    English: add `--lang en` to any command, or set `BIAOCHI_LANG=en`.\n\n\
    ## 退出码\n\n\
    | 码 | 含义 |\n|---|---|\n\
    | 0 | 成功 |\n\
    | 1 | 运行出错 |\n\
    | 2 | 命令写法有误 |\n\
    | 3 | 完成，但有拒收行、内容包错误或未达标的性能项 |\n\
    | 4 | 找不到所指的记录、方案或编码 |\n\
    | 5 | 工作区正被另一个导入占用 |\n\
    | 6 | 没有执行，须先确认（如整月替换后病案会少一半以上） |\n\n\
    ## 环境变量\n\n\
    | 变量 | 作用 |\n|---|---|\n\
    | `BIAOCHI_WORKSPACE` | 工作区文件夹，同 `--workspace` |\n\
    | `BIAOCHI_LANG` | `zh` 或 `en`，同 `--lang` |\n\
    | `BIAOCHI_LISTEN` 等 | 服务的设置，同 `biaochi serve` 的参数，见 operations.zh-CN.md |\n\
    | `NO_COLOR` | 设置后不用颜色；不在终端上时也不用 |\n\n";

fn write_command(command: &mut Command, path: &str, out: &mut String) {
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        out,
        "## {path}\n\n```text\n{}\n```\n\n",
        help.join("\n").trim()
    );
    for subcommand in command.get_subcommands_mut() {
        let path = format!("{path} {}", subcommand.get_name());
        write_command(subcommand, &path, out);
    }
}

#[test]
fn the_manual_says_what_the_help_says() {
    let mut command = localize(Arguments::command(), Lang::Zh).term_width(100);
    command.build();
    let mut manual = HEAD.to_owned();
    write_command(&mut command, "biaochi", &mut manual);
    if std::env::var_os("BIAOCHI_UPDATE").is_some() {
        std::fs::write(FILE, &manual).expect("docs can be written");
    }
    let committed = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    assert!(
        committed == manual,
        "docs/command-line.md is out of date: run BIAOCHI_UPDATE=1 cargo test -p biaochi-cli manual"
    );
}
