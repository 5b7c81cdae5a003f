import type { SessionDescription } from '../protocol/messages';

/** A session as tests see it. */
export const TRIPS: SessionDescription = {
  session: 'a',
  name: 'trips.csv',
  state: 'ready',
  version: 4,
  rows: 300,
  columns: [
    { name: 'fare', type: 'decimal', missing: 1 },
    { name: 'city', type: 'text', missing: 0 },
  ],
  can_undo: false,
  can_redo: false,
  saved: true,
  jobs: [],
  source: { name: 'trips.csv', bytes: 10, options: {} },
};
