import { Alert, Modal, Typography } from 'antd';

/** A secret that is shown once. */
export function Secret({
  title,
  secret,
  hint,
  onClose,
}: {
  title: string;
  secret: string | null;
  hint: string;
  onClose: () => void;
}) {
  return (
    <Modal
      open={secret !== null}
      title={title}
      onCancel={onClose}
      onOk={onClose}
      okText="已经记下"
      // There is nothing to cancel, and whatever else opens at the same time stays below.
      footer={(_, { OkBtn }) => <OkBtn />}
      zIndex={1100}
      mask={{ closable: false }}
    >
      <Alert type="warning" showIcon title="只显示这一次，关闭后无法再看" description={hint} />
      <Typography.Paragraph
        copyable={{ text: secret ?? '' }}
        code
        aria-label={title}
        style={{ fontSize: 18, marginTop: 16, wordBreak: 'break-all' }}
      >
        {secret}
      </Typography.Paragraph>
    </Modal>
  );
}
