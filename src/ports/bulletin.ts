/** Tells all processes of this store what they may no longer believe. Posts are short, and hold ids only. */
export interface Bulletin {
  post(text: string): Promise<void>
  /** `onMissed` tells that posts may have been missed; it is called at the beginning too. */
  read(onPost: (text: string) => void, onMissed: () => void): Promise<{ close(): Promise<void> }>
}
