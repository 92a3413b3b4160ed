/** Why, where the code alone would not say it. */
const REASONS: Readonly<Record<string, string>> = {
  held: 'somebody else holds it',
  forbidden: 'their role does not allow it',
  approval_required: 'a second person had not approved it',
  came_by_link: 'the account had come in by a link of the plan’s maker',
  same_person: 'it takes another person',
  still_read: 'what was built with it would break',
  current_generation: 'it is the current generation',
  marked_bad: 'its content is marked bad',
  changed_meanwhile: 'it had changed meanwhile',
  not_purged: 'old generations are still loaded',
  plan_renewed: 'the plan had been made anew since it was looked at',
  plan_used: 'the plan had been executed already',
  plan_expired: 'the plan had expired',
  plan_required: 'it needs a plan',
  unknown_plan: 'there is no such plan',
  unknown_module: 'there is no such module',
  unknown_generation: 'there is no such generation',
  unknown_pid: 'there is no such process',
  too_many_plans: 'too many plans were open',
  invalid_input: 'the request was not understood',
  not_durable: 'the store could not be written',
  nothing_to_do: 'there was nothing to do',
  safe_mode: 'the system is in safe mode',
  store_away: 'the store could not be read',
  runtime_down: 'the runtime was away',
  scheduler_held: 'a scheduler was held',
  too_many_requests: 'too many were asked at once',
  stopping: 'the server was stopping',
  internal: 'the server failed',
}

/** Why an act was refused, for who reads it later. A code without words of its own stands as it is. */
export function refusalReason(code: string): string {
  return REASONS[code] ?? code.replaceAll('_', ' ')
}
