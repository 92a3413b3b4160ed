import type { PinReason } from '@strata/runtime'

/** Why something holds a generation, in words. */
export const PIN_REASONS: Readonly<Record<PinReason, string>> = {
  frame: 'a frame on its stack',
  timer: 'a timer, immediate or microtask',
  callback: 'a callback it gave away',
  iterator: 'an async generator it began; counts until it ends or is collected',
  declared: 'declared pinned',
  generation: 'was built with this class or value',
  in_flight: 'a spawn or move under way',
}
