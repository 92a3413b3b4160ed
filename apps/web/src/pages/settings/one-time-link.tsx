import { Button, CopyLine, Notice } from '@strata/ui'

/** A link that is shown once, and then never again. */
export function OneTimeLink({ person, url, onDone }: { person: string; url: string; onDone: () => void }) {
  return (
    <Notice
      tone="accent"
      live="status"
      title={`${person} gets in by this link, once, within a week`}
      actions={
        <Button size="sm" onClick={onDone}>
          I have it
        </Button>
      }
    >
      <CopyLine label="Hand it over yourself: it is not shown again, and whoever has it is them." command={url} />
    </Notice>
  )
}
