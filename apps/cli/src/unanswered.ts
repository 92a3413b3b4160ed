/** A line for people where a list lacks what is on schedulers that could not answer. */
export function unansweredLine(what: 'processes' | 'supervisors', unanswered: readonly number[] = []): string {
  if (unanswered.length === 0) return ''
  const [who, whose] =
    unanswered.length === 1 ? [`scheduler ${unanswered[0]} does`, 'its'] : [`schedulers ${unanswered.join(', ')} do`, 'their']
  return `${who} not answer: ${whose} ${what} are missing here (strata schedulers tells why)\n`
}
