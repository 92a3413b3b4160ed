const COLOURS = { accent: 'bg-accent', warn: 'bg-warn', bad: 'bg-bad' } as const

/** A share of a whole as a bar, with its figure in words. */
export function Meter({ label, share, text, tone }: { label: string; share: number; text: string; tone: keyof typeof COLOURS }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div className="min-w-0">
      <div className="mb-1 flex flex-wrap justify-between gap-x-4 text-[13px]">
        <span className="text-muted">{label}</span>
        <span className="tabular-nums">{text}</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className="h-1.5 overflow-hidden rounded-full bg-idle-soft"
      >
        <div className={`h-full rounded-full ${COLOURS[tone]}`} style={{ width: `${percent}%` }} />
      </div>
    </div>
  )
}
