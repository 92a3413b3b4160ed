import { cx } from './cx.ts'

const PATHS = {
  activity: 'M2 8h3l2-5 3 10 2-5h2',
  clock: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM8 4.5V8l2.5 1.5',
  arrowDown: 'M8 3v10M4 9l4 4 4-4',
  arrowUp: 'M8 13V3M4 7l4-4 4 4',
  check: 'M3 8.5 6.5 12 13 4.5',
  chevronDown: 'm4 6 4 4 4-4',
  chevronRight: 'm6 4 4 4-4 4',
  chevronLeft: 'm10 4-4 4 4 4',
  close: 'm4 4 8 8m0-8-8 8',
  command:
    'M5.5 5.5h5v5h-5zM5.5 5.5V4A1.75 1.75 0 1 0 4 5.5h1.5m5 0V4A1.75 1.75 0 1 1 12 5.5h-1.5m0 5H12a1.75 1.75 0 1 1-1.5 1.5v-1.5m-5 0V12A1.75 1.75 0 1 1 4 10.5h1.5',
  copy: 'M6 6V3.5h6.5V10H10M3.5 6H10v6.5H3.5z',
  external: 'M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  flag: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
  flame:
    'M8 14c2.8 0 4.5-1.8 4.5-4.2C12.5 7 10 5.8 9.6 2.5 7.5 3.6 6.8 5.4 7 7.2c-.9-.3-1.4-1-1.5-1.9C4.3 6.4 3.5 7.9 3.5 9.8 3.5 12.2 5.2 14 8 14Z',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.3 6.3A1.8 1.8 0 1 1 8.6 8c-.4.2-.6.5-.6 1M8 11v.3',
  history: 'M2.5 8a5.5 5.5 0 1 0 1.8-4.1M2.5 2.5v3h3M8 5v3.2l2.2 1.3',
  home: 'M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5v.3',
  layers: 'M8 2.5 14 6 8 9.5 2 6zM2.5 8.8 8 12l5.5-3.2M2.5 11.5 8 14.5l5.5-3',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3',
  mail: 'M2.5 4h11v8h-11zM2.5 4.5 8 9l5.5-4.5',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z',
  more: 'M3 8h.6M7.7 8h.6M12.4 8h.6',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5 12 8l-7 4.5z',
  plus: 'M8 3v10M3 8h10',
  process:
    'M8 5.5A2.5 2.5 0 1 0 8 10.5 2.5 2.5 0 0 0 8 5.5ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4',
  search: 'M7 11.5A4.5 4.5 0 1 0 7 2.5a4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14',
  signOut: 'M6.5 3H3v10h3.5M7 8h6.5M11 5.5 13.5 8 11 10.5',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  tree: 'M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5',
  trash: 'M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.5 8.5h6l.5-8.5M7 7v3.5M9 7v3.5',
  upload: 'M8 10.5V3M4.5 6.5 8 3l3.5 3.5M3 11v2.5h10V11',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.5v.3',
} as const

export type IconName = keyof typeof PATHS

/** A 16-unit line icon. Decorative: the word stands beside it, or the button carries the label. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      className={cx('shrink-0', className)}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
