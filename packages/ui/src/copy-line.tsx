import { useState } from 'react'
import { copyText } from './copy-text.ts'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

/** The command that does the same, ready to copy. */
export function CopyLine({ command, label = 'Same from a terminal', className }: { command: string; label?: string; className?: string }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no')
  const copy = async () => setCopied((await copyText(command)) ? 'yes' : 'failed')
  return (
    <div className={cx('min-w-0', className)}>
      <p className="mb-1 text-xs text-muted">{label}</p>
      <div className="flex min-w-0 items-stretch rounded-md border border-line bg-sunken">
        <code tabIndex={0} className="min-w-0 flex-1 self-center overflow-x-auto px-2.5 py-1.5 text-[12.5px] whitespace-pre">
          {command}
        </code>
        <button
          type="button"
          onClick={() => void copy()}
          onBlur={() => setCopied('no')}
          className="inline-flex min-h-8 shrink-0 cursor-pointer items-center gap-1.5 rounded-r-md border-l border-line px-2.5 text-xs text-muted hover:bg-hover hover:text-text phone:min-h-11"
        >
          <Icon name={copied === 'yes' ? 'check' : 'copy'} className="size-3.5" />
          <span role="status">{copied === 'yes' ? 'Copied' : copied === 'failed' ? 'Select it by hand' : 'Copy'}</span>
        </button>
      </div>
    </div>
  )
}
