import { Input, QRCode, Typography } from 'antd';
import type { FactorDraft } from './wire';

/** What an authenticator app reads, and the field for the first code that it shows. */
export function FactorScan({
  draft,
  code,
  onCode,
}: {
  draft: FactorDraft;
  code: string;
  onCode: (code: string) => void;
}) {
  return (
    <div style={{ display: 'grid', gap: 12, justifyItems: 'center' }}>
      <QRCode
        value={draft.address}
        type="svg"
        bordered={false}
        bgColor="#ffffff"
        color="#000000"
        aria-label="动态口令的二维码"
      />
      <p className="bc-quiet">扫不了时，把这个密钥录入应用：</p>
      <Typography.Text code style={{ wordBreak: 'break-all' }}>
        {draft.key}
      </Typography.Text>
      <Input
        aria-label="六位数字"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={8}
        placeholder="应用显示的六位数字"
        value={code}
        onChange={(event) => onCode(event.target.value)}
        style={{ width: 220 }}
      />
    </div>
  );
}
