/** What can be sent: values with the semantics of structured clone, without functions and instances of user classes. */
export type MessageValue = unknown
