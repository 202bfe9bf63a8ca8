import { Modal } from 'antd';
import { useKeyHelp } from '../ui/keys';

const NAMES: Record<string, string> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: 'Shift',
  enter: 'Enter',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  space: '空格',
};

function caps(key: string): string[] {
  return key.split('+').map((part) => NAMES[part.toLowerCase()] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** The keys of this page. */
export function KeysOverlay({ open, onClose }: { open: boolean; onClose: () => void }) {
  const help = useKeyHelp();
  const rows = Object.entries({ ...help, 'arrowup / arrowdown': '在表格中上下移动', enter: '打开表格中的一行' });
  return (
    <Modal open={open} onCancel={onClose} footer={null} title="快捷键" width={440}>
      <dl className="bc-keys">
        {rows.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split(' / ').map((one) => (
                <span key={one}>
                  {caps(one).map((cap) => (
                    <kbd key={cap}>{cap}</kbd>
                  ))}
                </span>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
