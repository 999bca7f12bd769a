import type { Reporter } from './reporter.ts';
import { type FailedRoute, SetupFailed } from './setup-failed.ts';

/** One way to get a native part. */
export interface Route<T> {
  /** As it is named to the user: `wheel from PyPI`. */
  name: string;
  /** Gives the part, or nothing where the way does not lead here; throws when it should have worked. */
  take(): Promise<T | undefined>;
}

/** A native part that set-up brings. */
export interface Part<T> {
  name: string;
  /** What the user can do when no route works. */
  remedy: string;
  /** The best one first. */
  routes: readonly Route<T>[];
}

/**
 * Takes the first route that works. One that fails is told of, and the next is tried.
 * @throws {SetupFailed} when none works
 */
export async function firstRoute<T>(part: Part<T>, reporter: Reporter): Promise<T> {
  const tried: FailedRoute[] = [];
  for (const route of part.routes) {
    try {
      const found = await route.take();
      if (found !== undefined) return found;
    } catch (error) {
      const reason = reasonOf(error);
      reporter.say(`${part.name}: ${route.name} does not work here: ${reason}`);
      tried.push({ route: route.name, reason });
    }
  }
  throw new SetupFailed(part.name, tried, part.remedy);
}

/** One line that says why. What fetch throws hides the reason in its causes. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.message === 'fetch failed') return reasonOf(error.cause);
  return (error.message || error.name).replace(/\s*\n\s*/g, ' ').trim();
}
