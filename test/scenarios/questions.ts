/** A question that every installation answers, what stands in the answer, and the label of its source. */
export const COST = 'what does phase 2 cost in infrastructure?'
export const PHASE_2 = /phase 2 .*\$200K a month/s
export const SOURCE = '[1] Growth phases › Phase 2 Growth › Technology › Infrastructure cost'
