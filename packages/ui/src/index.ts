export { Badge, StateWord } from './badge.tsx'
export type { Tone } from './badge.tsx'
export { LayerBar, layerColour } from './bar.tsx'
export type { LayerSegment } from './bar.tsx'
export { Button, buttonClass } from './button.tsx'
export type { ButtonProps, ButtonSize, ButtonVariant } from './button.tsx'
export { copyText } from './copy-text.ts'
export { CopyLine } from './copy-line.tsx'
export { cx } from './cx.ts'
export { Dialog } from './dialog.tsx'
export type { DialogProps } from './dialog.tsx'
export { Empty } from './empty.tsx'
export { Checkbox, Field, Input, RadioCards, Select, TextArea } from './field.tsx'
export type { FieldControl, RadioOption } from './field.tsx'
export {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatLocal,
  formatPlural,
  formatShort,
  formatTick,
  formatTimeOfDay,
  formatUtc,
  quoteShell,
  showInvisible,
  truncate,
} from './format.ts'
export { Form, FormRow } from './form.tsx'
export { Icon } from './icon.tsx'
export type { IconName } from './icon.tsx'
export { IconButton } from './icon-button.tsx'
export { Kbd } from './kbd.tsx'
export { Menu } from './menu.tsx'
export type { MenuItem } from './menu.tsx'
export { FaultNotice, InlineStatus, Notice } from './notice.tsx'
export type { NoticeProps } from './notice.tsx'
export { OutsideText } from './outside-text.tsx'
export { nowMs, setClock, useNow } from './now.ts'
export { Progress } from './progress.tsx'
export { RelativeTime } from './relative-time.tsx'
export { makeOneStop, pressRowKey } from './row-keys.ts'
export type { RowWindow } from './row-keys.ts'
export { Card, FactRow, Facts, PageHead, Section } from './section.tsx'
export { Sparkline } from './sparkline.tsx'
export type { SparklineProps } from './sparkline.tsx'
export { Skeleton, Spinner } from './spinner.tsx'
export { ROW_CLASS, ROW_KEYS, Table, TBody, Td, Th, THead, Tr } from './table.tsx'
export { Tabs } from './tabs.tsx'
export type { Tab } from './tabs.tsx'
export { Tooltip, TooltipProvider } from './tooltip.tsx'
