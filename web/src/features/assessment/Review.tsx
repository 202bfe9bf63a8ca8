import { Alert, Button, Form, type FormInstance, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useMay, useMe } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { useStep } from './useStep';
import type { RunBody } from './wire';
import { whyClosed } from './words';

/** What one person brings up about an institution in a run, and another one settles. */
interface Brought {
  number: number;
  organisation: string;
  organisation_name: string;
}

interface ReviewTableProps<T> {
  found: RunBody;
  rows: readonly T[];
  /** Only those of one institution. */
  organisation?: string | undefined;
  /** What they are called. */
  label: string;
  /** Between the institution and what can be done. */
  columns: readonly Column<T>[];
  empty: ReactNode;
  /** What bringing one up is called, and why it cannot be done; empty when it can. */
  begin: { verb: string; whyNot: string; form: (open: boolean, close: () => void) => ReactNode };
  /** What settling one is called. */
  settle: {
    verb: string;
    waits: (row: T) => boolean;
    broughtBy: (row: T) => string;
    form: (number: number | null, close: () => void) => ReactNode;
  };
}

/** A table of what was brought up: another person settles it, as long as the run is open. */
export function ReviewTable<T extends Brought>(props: ReviewTableProps<T>) {
  const { found, organisation, label, empty, begin, settle } = props;
  const me = useMe();
  const maySettle = useMay('approve', 'assessment') && found.is_whole && whyClosed(found.run) === '';
  const [beginning, setBeginning] = useState(false);
  const [settling, setSettling] = useState<number | null>(null);
  const act = (row: T) => {
    if (!maySettle || !settle.waits(row)) return '';
    const own = settle.broughtBy(row) === me.name;
    return (
      <Button
        size="small"
        disabled={own}
        title={own ? `您是提出人，须由另一人${settle.verb}` : undefined}
        onClick={() => setSettling(row.number)}
      >
        {settle.verb}
      </Button>
    );
  };
  const columns: Column<T>[] = [
    { key: 'number', title: '编号', align: 'right', width: 60 },
    { key: 'organisation_name', title: '机构', width: 180, sortable: true },
    ...props.columns,
    { key: 'act', title: '办理', width: 80, value: () => null, render: act },
  ];
  return (
    <>
      <DataTable
        rows={props.rows.filter((one) => !organisation || one.organisation === organisation)}
        columns={columns}
        rowKey={(row) => String(row.number)}
        label={label}
        exportName={label}
        toolbar={
          <Button disabled={begin.whyNot !== ''} title={begin.whyNot || undefined} onClick={() => setBeginning(true)}>
            {begin.verb}
          </Button>
        }
        empty={empty}
      />
      {begin.form(beginning, () => setBeginning(false))}
      {settle.form(settling, () => setSettling(null))}
    </>
  );
}

interface StepDialogProps<V> {
  open: boolean;
  title: string;
  verb: string;
  /** Said when the step is taken. */
  done: string;
  initial: Partial<V>;
  send: (values: V) => Promise<unknown>;
  onClose: () => void;
  /** For fields that fill in others. */
  form?: FormInstance<V>;
  /** What stands above the fields. */
  above?: ReactNode;
  /** What another person did meanwhile; the step cannot be taken any more. */
  settled?: { title: string; description: string } | undefined;
  children: ReactNode;
}

/** The form of a step; when another person was faster, it says so and keeps what was typed. */
export function StepDialog<V extends object>(props: StepDialogProps<V>) {
  const { open, title, verb, done, initial, send, onClose, above, settled, children } = props;
  const [form] = Form.useForm<V>(props.form);
  const { attempt, busy, conflict, forget } = useStep();
  const close = () => {
    forget();
    onClose();
  };
  const finish = async (values: V) => {
    if (await attempt(() => send(values), done)) close();
  };
  return (
    <Modal
      open={open}
      title={title}
      okText={verb}
      cancelText={settled ? '关闭' : '取消'}
      confirmLoading={busy}
      okButtonProps={{ disabled: settled !== undefined }}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={close}
    >
      {above}
      {(conflict || settled) && (
        <Alert type="warning" showIcon title={conflict || settled?.title} description={settled?.description} />
      )}
      <Form<V>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={initial}
        onFinish={(values) => void finish(values)}
      >
        {children}
      </Form>
    </Modal>
  );
}
