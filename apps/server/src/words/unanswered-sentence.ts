/** What a list lacks, of whose schedulers some do not answer; empty where all do. */
export function unansweredSentence(what: 'processes' | 'supervisors', unanswered: readonly number[]): string {
  if (unanswered.length === 0) return ''
  const [who, whose] =
    unanswered.length === 1
      ? [`Scheduler ${unanswered[0]} does not answer`, 'its']
      : [`Schedulers ${unanswered.join(', ')} do not answer`, 'their']
  return `${who}: ${whose} ${what} are missing here`
}
