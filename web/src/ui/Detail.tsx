import { Drawer } from 'antd';
import type { ReactNode } from 'react';

/** Detail beside a list, so that the place in the list is not lost. */
export interface DetailProps {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  width?: number;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A drawer on the right. */
export function Detail({ open, title, onClose, width = 560, actions, children }: DetailProps) {
  return (
    <Drawer
      open={open}
      title={title}
      onClose={onClose}
      size={width}
      extra={actions}
      destroyOnHidden
      mask={false}
      rootClassName="bc-detail"
    >
      {children}
    </Drawer>
  );
}
