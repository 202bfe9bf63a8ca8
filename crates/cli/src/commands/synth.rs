//! `biaochi synth`

use biaochi_app::synthesise::{Files, ORGANISATIONS_FOLDER, Written, synthesise};
use biaochi_app::{DefectRates, OutputEncoding, SynthOptions};
use biaochi_domain::{Language, Month};

use crate::arguments::synth::{Encoding, Synth};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, Unit, count};

pub(crate) fn run(command: &Synth, screen: &Screen) -> Outcome {
    let options = SynthOptions {
        seed: command.seed,
        discharges: command.records,
        from: month(&command.from)?,
        to: month(&command.to)?,
        institutions: command.institution.iter().cloned().collect(),
        defects: if command.clean {
            DefectRates::none()
        } else {
            DefectRates::default()
        },
        ..SynthOptions::default()
    };
    let files = if command.single_file {
        Files::Single
    } else {
        Files::MonthByMonth
    };
    let encoding = match command.encoding {
        Encoding::Utf8 => OutputEncoding::Utf8,
        Encoding::Gb18030 => OutputEncoding::Gb18030,
    };
    let bar = screen.progress(Some(command.records), Unit::Records);
    bar.set_message(screen.say("生成", "generating").to_owned());
    let written = synthesise(options, &command.out, files, encoding, &|records| {
        bar.inc(records)
    })?;
    bar.finish_and_clear();
    if screen.json() {
        screen.value(&serde_json::json!({
            "folder": command.out.display().to_string(),
            "files": written.files,
            "records": written.records,
            "defective": written.defective,
            "bytes": written.bytes,
        }))?;
    } else {
        screen.line(&text(&written, command, screen.language()))?;
    }
    Ok(Exit::Done)
}

fn month(text: &str) -> Result<Month, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是月份，写法如 2024-03"),
            format!("{text:?} is not a month such as 2024-03"),
        )
    })
}

fn text(written: &Written, command: &Synth, language: Language) -> String {
    let folder = command.out.display();
    let (files, records, defective) = (
        count(written.files),
        count(written.records),
        count(written.defective),
    );
    match language {
        Language::Zh => format!(
            "已在“{folder}”写出 {files} 个首页文件，共 {records} 条记录，其中 {defective} 条植入了已知缺陷；\
             每条记录的真实情况见 {folder}/truth.csv；组织机构在 {folder}/{ORGANISATIONS_FOLDER}，可用 biaochi org import 导入"
        ),
        Language::En => format!(
            "wrote {files} front-page files with {records} records to {folder}, {defective} of them with \
             known defects; the truth of each is in {folder}/truth.csv; the organisations are in {folder}/{ORGANISATIONS_FOLDER} for biaochi org import"
        ),
    }
}
