export type Rating = 'up' | 'down'

export interface Feedback {
  turnId: string
  personId: string
  rating: Rating
  /** In the person's own words. */
  reason?: string
}

/** What people think of answers: one opinion of each person on each turn, the last one. */
export interface FeedbackStore {
  /** A rating that is given again keeps its reason, unless a new one comes with it. Returns false when there is no such turn. */
  record(tenantId: string, feedback: Feedback): Promise<boolean>
  /** Newest first. */
  list(tenantId: string, limit: number): Promise<(Feedback & { at: Date })[]>
}
