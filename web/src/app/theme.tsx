import { App, ConfigProvider, theme as themes } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

dayjs.locale('zh-cn');

/** What the person chose; `system` follows the computer. */
export type ThemeChoice = 'light' | 'dark' | 'system';

interface Theme {
  choice: ThemeChoice;
  setChoice: (choice: ThemeChoice) => void;
  dark: boolean;
}

const KEY = 'biaochi/theme';

const ThemeContext = createContext<Theme>({ choice: 'system', setChoice: () => {}, dark: false });

/** The theme and how to change it. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}

/** Colours of both themes. All reach 4.5:1 on the page and on cards of their theme. */
export const palettes = {
  light: {
    accent: '#0f6b66',
    good: '#1a7044',
    warn: '#8f5100',
    bad: '#b3261e',
    info: '#1f5fae',
    neutral: '#57606a',
    text: '#1c2226',
    quiet: '#57606a',
    line: '#d5dbde',
    page: '#f4f6f6',
    card: '#ffffff',
    raised: '#ffffff',
    accentSoft: '#e3f1ef',
    goodSoft: '#e4f3ea',
    warnSoft: '#fbf0dc',
    badSoft: '#fbe9e7',
    infoSoft: '#e6effa',
  },
  dark: {
    accent: '#3fb5ab',
    good: '#57c486',
    warn: '#e2a24a',
    bad: '#f58a80',
    info: '#7db4f5',
    neutral: '#a3adb3',
    text: '#e3e8ea',
    quiet: '#a3adb3',
    line: '#38444a',
    page: '#12181b',
    card: '#1a2226',
    raised: '#202a2f',
    accentSoft: '#17332f',
    goodSoft: '#16301f',
    warnSoft: '#332712',
    badSoft: '#3a1f1c',
    infoSoft: '#172a40',
  },
} as const;

const FONT = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif";

function stored(): ThemeChoice {
  const choice = localStorage.getItem(KEY);
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}

/** Whether the computer is set up so. */
function useSystem(setting: '(prefers-color-scheme: dark)' | '(prefers-reduced-motion: reduce)'): boolean {
  const query = useMemo(() => window.matchMedia(setting), [setting]);
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const changed = () => setMatches(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

/** Theme, language and the places for messages. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setStored] = useState(stored);
  const systemDark = useSystem('(prefers-color-scheme: dark)');
  const still = useSystem('(prefers-reduced-motion: reduce)');
  const dark = choice === 'system' ? systemDark : choice === 'dark';
  const colours = dark ? palettes.dark : palettes.light;
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  const theme = useMemo<Theme>(
    () => ({
      choice,
      dark,
      setChoice: (next) => {
        localStorage.setItem(KEY, next);
        setStored(next);
      },
    }),
    [choice, dark],
  );
  return (
    <ThemeContext.Provider value={theme}>
      <ConfigProvider
        locale={zhCN}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: dark ? themes.darkAlgorithm : themes.defaultAlgorithm,
          token: {
            // The algorithm darkens it; as text it has to reach 4.5:1 after that.
            colorPrimary: dark ? '#4fd6cb' : colours.accent,
            colorLink: colours.accent,
            colorSuccess: colours.good,
            colorWarning: colours.warn,
            colorError: colours.bad,
            colorInfo: colours.info,
            colorBgLayout: colours.page,
            colorBgContainer: colours.card,
            colorBgElevated: colours.raised,
            colorSuccessBg: colours.goodSoft,
            colorWarningBg: colours.warnSoft,
            colorErrorBg: colours.badSoft,
            colorInfoBg: colours.infoSoft,
            colorText: colours.text,
            colorTextSecondary: colours.quiet,
            colorTextDescription: colours.quiet,
            colorTextTertiary: colours.quiet,
            colorTextPlaceholder: dark ? '#8f9aa0' : '#667079',
            colorBorder: dark ? '#4a585f' : '#b9c2c7',
            colorBorderSecondary: colours.line,
            fontFamily: FONT,
            fontSize: 14,
            lineHeight: 1.65,
            borderRadius: 4,
            wireframe: false,
            motion: !still,
          },
          components: {
            Layout: { headerBg: colours.card, siderBg: colours.card, bodyBg: colours.page, headerHeight: 52 },
            Menu: {
              itemBorderRadius: 4,
              itemMarginInline: 8,
              itemHeight: 36,
              activeBarBorderWidth: 0,
              itemSelectedBg: colours.accentSoft,
              itemSelectedColor: colours.accent,
              subMenuItemSelectedColor: colours.accent,
              subMenuItemBg: 'transparent',
            },
            Button: {
              primaryShadow: 'none',
              defaultShadow: 'none',
              dangerShadow: 'none',
              // White words stand on it, so it is darker than the accent of words.
              ...(dark
                ? {
                    colorPrimary: '#1f7a72',
                    colorPrimaryHover: '#238077',
                    colorPrimaryActive: '#1a6862',
                    defaultHoverColor: colours.accent,
                    defaultHoverBorderColor: colours.accent,
                    defaultActiveColor: colours.accent,
                    defaultActiveBorderColor: colours.accent,
                  }
                : {}),
            },
            Table: { cellPaddingBlockSM: 5, cellPaddingInlineSM: 8 },
          },
        }}
      >
        <App>{children}</App>
      </ConfigProvider>
    </ThemeContext.Provider>
  );
}
