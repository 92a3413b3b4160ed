/** Messages with the order that is defined: between two marks each sender's own, those of different senders by their names. */
export function inDefinedOrder(outcome: string): string {
  if (!outcome.startsWith('[')) return outcome
  const segments = outcome
    .slice(1, -1)
    .split('|')
    .map((segment) =>
      segment
        .split(' ')
        .filter((message) => message !== '')
        .toSorted((one, other) => senderOf(one).localeCompare(senderOf(other)))
        .join(' '),
    )
  return `[${segments.join(' | ')}]`
}

function senderOf(message: string): string {
  return /\((\w+),/.exec(message)?.[1] ?? ''
}
