import { Form, Input, Modal, Radio } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';

const USUAL = ['编码复核', '质控问题核实', '医保申诉举证', '临床反馈核对'] as const;
const OTHER = '其他';

interface Reason {
  /** The reason that was given; identified reads send it. */
  reason: string | undefined;
  /** Asks for one, unless one was given already; `null` when the person does not want to give one. */
  ask: () => Promise<string | null>;
  /** Forgets it: names are hidden again. */
  forget: () => void;
}

const ReasonContext = createContext<Reason>({
  reason: undefined,
  ask: () => Promise.resolve(null),
  forget: () => {},
});

/** Why identified records are looked at. It holds until the page is loaded anew or somebody else signs in. */
export function useReason(): Reason {
  return useContext(ReasonContext);
}

/** The dialog that asks why. Every look is written down with the reason. */
export function ReasonProvider({ children }: { children: ReactNode }) {
  const [reason, setReason] = useState<string>();
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<string>(USUAL[0]);
  const [text, setText] = useState('');
  const waiting = useRef<((reason: string | null) => void)[]>([]);
  const ask = useCallback(() => {
    if (reason) return Promise.resolve(reason);
    setOpen(true);
    return new Promise<string | null>((resolve) => waiting.current.push(resolve));
  }, [reason]);
  const forget = useCallback(() => setReason(undefined), []);
  const given = choice === OTHER ? text.trim() : choice;
  const close = (answer: string | null) => {
    setOpen(false);
    if (answer) setReason(answer);
    for (const resolve of waiting.current.splice(0)) resolve(answer);
  };
  const value = useMemo(() => ({ reason, ask, forget }), [reason, ask, forget]);
  return (
    <ReasonContext.Provider value={value}>
      {children}
      <Modal
        open={open}
        title="查看明文病案的理由"
        okText="查看"
        cancelText="取消"
        okButtonProps={{ disabled: given === '' }}
        onOk={() => close(given)}
        onCancel={() => close(null)}
      >
        <p className="bc-quiet">姓名、证件号等只在工作需要时查看。理由和每次查看都会写入审计日志。</p>
        <Form layout="vertical">
          <Form.Item label="理由">
            <Radio.Group
              vertical
              value={choice}
              onChange={(event) => setChoice(event.target.value as string)}
              options={[...USUAL, OTHER].map((one) => ({ value: one, label: one }))}
            />
          </Form.Item>
          {choice === OTHER && (
            <Form.Item label="请写明" htmlFor="reason-text">
              <Input
                id="reason-text"
                value={text}
                maxLength={200}
                onChange={(event) => setText(event.target.value)}
                onPressEnter={() => given && close(given)}
              />
            </Form.Item>
          )}
        </Form>
      </Modal>
    </ReasonContext.Provider>
  );
}
