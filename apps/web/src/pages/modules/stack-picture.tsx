import type { GenerationView } from '@strata/runtime'
import { layerColour } from '@strata/ui'
import { layerState } from './generation-words.ts'

/** Further layers are counted. */
const LAYERS_DRAWN_MAX = 7

/** A stack in little: newest on top, width by pins, the current one marked, drained ones hollow. */
export function StackPicture({ layers }: { layers: readonly GenerationView[] }) {
  const drawn = layers.slice(0, LAYERS_DRAWN_MAX)
  const most = Math.max(1, ...layers.map(({ pins }) => pins))
  const words = layers.map((layer) => `${layer.number} ${layerState(layer)}, pinned by ${layer.pins}`).join('; ')
  return (
    <div role="img" aria-label={words === '' ? 'No layer' : words} className="flex w-52 flex-col phone:w-36 gap-[3px] py-0.5">
      {drawn.map((layer) => (
        <span key={layer.number} className="flex h-2.5 items-center gap-1.5">
          <span className="w-5 shrink-0 text-right font-mono text-[10px] leading-none text-faint">{layer.number}</span>
          <span
            className="h-2 shrink-0 rounded-[2px] border"
            style={{
              // Beside its number and the word behind it.
              width: `calc((100% - 5.5rem) * ${0.2 + 0.8 * (layer.pins / most)})`,
              borderColor: layerColour(layer.number),
              background: layer.pins === 0 && layer.status !== 'current' ? 'transparent' : layerColour(layer.number),
            }}
          />
          {layer.status === 'current' && <span className="text-[10px] leading-none whitespace-nowrap text-good">◂ current</span>}
        </span>
      ))}
      {layers.length > drawn.length && <span className="pl-6.5 text-[11px] text-muted">+{layers.length - drawn.length} more</span>}
    </div>
  )
}
