//! Questions about codes that checks ask by the hundred – `any_code(diagnoses, 'I20-I25')`,
//! `code_in(principal_diagnosis, 'O')` – answered for all checks in one pass over the codes.
//!
//! A check names the answer like a column. What remains of most checks are then a few operations on
//! columns of bits.

use std::collections::HashMap;
use std::sync::Arc;

use biaochi_checks::{CodeClasses, CodeRanges};
use datafusion::arrow::array::{Array as _, ArrayRef, BooleanArray};
use datafusion::arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, Expr};

use super::functions::{ANY_CODE, CODE_IN, ListOfTexts, Ranges, texts};

/// How the names of answers begin.
const LIST_ANSWER: &str = "any_code(";
const CODE_ANSWER: &str = "code_in(";

/// Whether a column is an answer about a list, which is never NULL.
pub(super) fn is_list_answer(column: &str) -> bool {
    column.starts_with(LIST_ANSWER)
}

/// All questions of a set of checks.
#[derive(Debug, Default)]
pub(crate) struct Membership {
    /// Answers as columns, behind those of the record and the terms.
    fields: Vec<FieldRef>,
    known: HashMap<String, usize>,
    asked: Vec<Asked>,
}

/// The questions about one column.
#[derive(Debug)]
struct Asked {
    column: usize,
    list: bool,
    questions: Vec<Question>,
    classes: CodeClasses,
}

/// A question: is a code in these ranges, or one of the codes from an element on?
#[derive(Debug)]
struct Question {
    /// Place of its answer among all answers.
    answer: usize,
    ranges: Arc<CodeRanges>,
    /// The element, from zero, with which it begins.
    first: usize,
}

impl Membership {
    /// Puts the answers in the place of the questions of an expression over `schema`.
    pub(crate) fn take_from(
        &mut self,
        expression: Expr,
        schema: &DFSchema,
        ranges: &Ranges,
    ) -> Result<Expr> {
        let taken =
            expression.transform_up(|node| match self.answer_to(&node, schema, ranges)? {
                Some(column) => Ok(Transformed::yes(Expr::Column(column))),
                None => Ok(Transformed::no(node)),
            })?;
        Ok(taken.data)
    }

    fn answer_to(
        &mut self,
        node: &Expr,
        schema: &DFSchema,
        ranges: &Ranges,
    ) -> Result<Option<Column>> {
        let Expr::ScalarFunction(call) = node else {
            return Ok(None);
        };
        let list = match call.func.name() {
            ANY_CODE => true,
            CODE_IN => false,
            _ => return Ok(None),
        };
        let (column, text, first) = match call.args.as_slice() {
            [Expr::Column(column), Expr::Literal(text, _)] => (column, text, 1),
            [
                Expr::Column(column),
                Expr::Literal(text, _),
                Expr::Literal(ScalarValue::Int64(Some(first @ 1..)), _),
            ] if list => (column, text, *first),
            _ => return Ok(None),
        };
        let (Some(index), ScalarValue::Utf8(Some(text))) =
            (schema.index_of_column_by_name(None, &column.name), text)
        else {
            return Ok(None);
        };
        let name = format!(
            "{}{}, {text:?}, {first})",
            if list { LIST_ANSWER } else { CODE_ANSWER },
            column.name
        );
        if !self.known.contains_key(&name) {
            let question = Question {
                answer: self.fields.len(),
                ranges: ranges.get(text)?,
                first: usize::try_from(first).unwrap_or(usize::MAX) - 1,
            };
            self.known.insert(name.clone(), question.answer);
            self.fields
                .push(Arc::new(Field::new(&name, DataType::Boolean, true)));
            let same = |asked: &&mut Asked| asked.column == index && asked.list == list;
            match self.asked.iter_mut().find(same) {
                Some(asked) => asked.questions.push(question),
                None => self.asked.push(Asked {
                    column: index,
                    list,
                    questions: vec![question],
                    classes: CodeClasses::default(),
                }),
            }
        }
        Ok(Some(Column::new_unqualified(name)))
    }

    /// The place and field of an answer, by the name that stands for it.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &FieldRef)> {
        let place = *self.known.get(name)?;
        Some((place, &self.fields[place]))
    }

    /// The answers as fields, in the order of their places.
    pub(crate) fn fields(&self) -> &[FieldRef] {
        &self.fields
    }

    /// Makes ready to answer; no questions can be added any more.
    pub(crate) fn complete(mut self) -> Self {
        for asked in &mut self.asked {
            let questions = asked.questions.iter();
            asked.classes = CodeClasses::new(questions.map(|question| &*question.ranges));
        }
        self
    }

    /// Answers all questions about columns of the record and the terms.
    pub(crate) fn answers(&self, columns: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let mut answers = vec![None; self.fields.len()];
        for asked in &self.asked {
            for (question, answer) in asked.questions.iter().zip(asked.answer(columns)?) {
                answers[question.answer] = Some(answer);
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }
}

impl Asked {
    /// An answer for each question.
    fn answer(&self, columns: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let column = &columns[self.column];
        let rows = column.len();
        let argument = ColumnarValue::Array(Arc::clone(column));
        let mut bits = vec![vec![0_u64; rows.div_ceil(64)]; self.questions.len()];
        let mut take = |row: usize, element: usize, code: &str| {
            for &question in self.classes.of(code) {
                let question = question as usize;
                if element >= self.questions[question].first {
                    bits[question][row / 64] |= 1 << (row % 64);
                }
            }
        };
        let mut nulls = None;
        if self.list {
            let list = ListOfTexts::new(&argument, rows, "code")?;
            for row in 0..rows {
                for (element, code) in list.elements(row, 1) {
                    take(row, element, code);
                }
            }
        } else {
            let codes = texts(&argument, rows)?;
            for row in (0..rows).filter(|row| codes.is_valid(*row)) {
                take(row, 0, codes.value(row));
            }
            nulls = codes.nulls().cloned();
        }
        let answers = bits.into_iter().map(|bits| column_of(bits, rows, &nulls));
        Ok(answers.collect())
    }
}

fn column_of(bits: Vec<u64>, rows: usize, nulls: &Option<NullBuffer>) -> ArrayRef {
    let bits = BooleanBuffer::new(Buffer::from_vec(bits), 0, rows);
    Arc::new(BooleanArray::new(bits, nulls.clone()))
}

#[cfg(test)]
mod tests {
    use biaochi_checks::CodeRanges;
    use datafusion::arrow::array::{ListBuilder, RecordBatch, StringArray, StringBuilder};
    use datafusion::arrow::datatypes::Schema;
    use datafusion::logical_expr::ScalarUDF;
    use datafusion::prelude::SessionContext;

    use super::super::functions::code_functions;
    use super::*;

    const LISTS: [Option<&[Option<&str>]>; 6] = [
        Some(&[Some("I21.001"), Some("E11.900"), None, Some("I50.900")]),
        Some(&[None, Some("I25.103")]),
        Some(&[]),
        None,
        Some(&[Some("E11.900"), Some("E11.900x001")]),
        Some(&[Some("Z51.1"), Some("C34.9"), Some("I20.0")]),
    ];
    const CODES: [Option<&str>; 6] = [
        Some("I21.001"),
        None,
        Some("C34.9"),
        Some(""),
        Some("E11.900"),
        Some("Z51.1"),
    ];

    /// Rows enough that bits of an answer lie in several words.
    fn records() -> RecordBatch {
        let mut lists = ListBuilder::new(StringBuilder::new());
        let mut codes = Vec::new();
        for row in 0..150 {
            match LISTS[row % LISTS.len()] {
                Some(list) => lists.append_value(list.iter().copied()),
                None => lists.append_null(),
            }
            codes.push(CODES[(row / 2) % CODES.len()]);
        }
        let columns: [(&str, ArrayRef); 2] = [
            ("codes", Arc::new(lists.finish())),
            ("code", Arc::new(StringArray::from(codes))),
        ];
        RecordBatch::try_from_iter(columns).expect("two columns of one length")
    }

    #[test]
    fn shared_answers_equal_those_of_the_functions() {
        let named = HashMap::from([(
            "tumours".to_owned(),
            CodeRanges::parse("C00-C97").expect("ranges"),
        )]);
        let ranges = Arc::new(Ranges::named(named));
        let context = SessionContext::new();
        let functions: Vec<ScalarUDF> = code_functions(&ranges);
        functions
            .into_iter()
            .for_each(|function| context.register_udf(function));
        let batch = records();
        let schema = DFSchema::try_from(batch.schema()).expect("a schema");
        let questions = [
            "any_code(codes, 'I20-I25')",
            "any_code(codes, 'I20-I25', 2)",
            "any_code(codes, 'I20-I25', 3) or any_code(codes, 'E11')",
            "any_code(codes, '@tumours, Z51')",
            "code_in(code, '@tumours')",
            "not code_in(code, 'I21,E11') and any_code(codes, 'E11')",
        ];
        let mut membership = Membership::default();
        let taken = questions.map(|sql| {
            let read = context.parse_sql_expr(sql, &schema).expect(sql);
            membership.take_from(read, &schema, &ranges).expect(sql)
        });
        let membership = membership.complete();
        let answers = membership.answers(batch.columns()).expect("answers");
        // The same ranges from the same element on are asked once.
        assert_eq!(answers.len(), 7);
        let fields = batch.schema().fields().iter().cloned().collect::<Vec<_>>();
        let all: Vec<_> = fields
            .into_iter()
            .chain(membership.fields.iter().cloned())
            .collect();
        let columns = batch.columns().iter().chain(&answers).cloned().collect();
        let with_answers = RecordBatch::try_new(Arc::new(Schema::new(all)), columns)
            .expect("answers are as long as the records");
        let wide = DFSchema::try_from(with_answers.schema()).expect("a schema");
        for (sql, taken) in questions.into_iter().zip(taken) {
            let columns = taken.column_refs();
            assert!(
                columns.iter().all(|column| column.name.contains('(')),
                "{taken}"
            );
            let asked = context.parse_sql_expr(sql, &schema).expect(sql);
            let evaluate = |expression, schema: &DFSchema, batch: &RecordBatch| {
                let physical = context.create_physical_expr(expression, schema);
                let value = physical.expect(sql).evaluate(batch).expect(sql);
                value.into_array(batch.num_rows()).expect(sql)
            };
            assert_eq!(
                &evaluate(taken, &wide, &with_answers),
                &evaluate(asked, &schema, &batch),
                "{sql}"
            );
        }
    }
}
