/** Where in the events a stream is: an event's number in one life of this server. */
export interface EventPlace {
  /** `undefined`: the present life. */
  readonly life: string | undefined
  readonly seq: number
}

export function formatEventId(life: string, seq: number): string {
  return `${life}-${seq}`
}

/** Reads `LIFE-SEQ`, or a bare number of the present life; `undefined` for anything else. */
export function parseEventId(text: string): EventPlace | undefined {
  const parts = /^(?:([a-z0-9]{1,32})-)?(\d{1,15})$/.exec(text)
  return parts === null ? undefined : { life: parts[1], seq: Number(parts[2]) }
}
