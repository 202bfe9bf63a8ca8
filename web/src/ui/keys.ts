import { useEffect, useRef, useSyncExternalStore } from 'react';

/** What keys do, by the key as it is written: `j`, `ctrl+s`, `?`, `arrowdown`. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

/** What keys do in words, by the same names. */
export type KeyHelp = Record<string, string>;

const helps = new Set<KeyHelp>();
const listeners = new Set<() => void>();
let all: KeyHelp = {};

function changed(): void {
  all = Object.assign({}, ...helps);
  for (const listener of listeners) listener();
}

/** The keys of everything that is on the page now, for the overlay. */
export function useKeyHelp(): KeyHelp {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
}

/** The name of what was pressed. Shift counts for what is no sign of its own. */
export function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const ctrl = event.ctrlKey || event.metaKey ? 'ctrl+' : '';
  const alt = event.altKey ? 'alt+' : '';
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key)) ? 'shift+' : '';
  return `${ctrl}${alt}${shift}${key === ' ' ? 'space' : key}`;
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select, [role="combobox"]');
}

/** Keys of a page. While somebody types, only those with Ctrl or Alt, function keys and Escape count. */
export function useKeys(map: KeyMap, help?: KeyHelp): void {
  const current = useRef(map);
  useEffect(() => {
    current.current = map;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const name = nameOf(event);
      const action = Object.entries(current.current).find(([key]) => key.toLowerCase() === name)?.[1];
      const whileTyping = /^(ctrl\+|alt\+)/.test(name) || /^f\d+$/.test(name) || name === 'escape';
      if (!action || (typing(event.target) && !whileTyping)) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
  const text = JSON.stringify(help ?? {});
  useEffect(() => {
    const own = JSON.parse(text) as KeyHelp;
    if (Object.keys(own).length === 0) return;
    helps.add(own);
    changed();
    return () => {
      helps.delete(own);
      changed();
    };
  }, [text]);
}
