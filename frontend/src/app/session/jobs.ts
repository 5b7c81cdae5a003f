import type { Job } from '../protocol/messages';

/** The running jobs after a notification: progress replaces, in the order in which they began. */
export function withProgress(jobs: readonly Job[], job: Job): readonly Job[] {
  const known = jobs.some((other) => other.job === job.job);
  return known ? jobs.map((other) => (other.job === job.job ? job : other)) : [...jobs, job];
}

export function without(jobs: readonly Job[], id: string): readonly Job[] {
  return jobs.filter((job) => job.job !== id);
}
