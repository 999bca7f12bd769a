import { type Reporter, reporter } from './reporter.ts';

/** A native part that set-up brings. */
export interface Part<T> {
  name: string;
  /** What the user can do when no route works. */
  remedy: string;
  /**
   * Ways to get it by their names (`a wheel from PyPI`), the best one first. One gives the part, or nothing where it does
   * not lead here, and throws when it should have worked.
   */
  routes: Record<string, () => Promise<T | undefined>>;
}

/** None of the ways to get a native part works on this machine. The message names each, why it failed, and the remedy. */
export class SetupFailed extends Error {
  override readonly name = 'SetupFailed';
}

/**
 * Takes the first route that works. One that fails is told of, and the next is tried.
 * @throws {SetupFailed} when none works
 */
export async function firstRoute<T>(
  { name, remedy, routes }: Part<T>,
  { say }: Pick<Reporter, 'say'> = reporter,
): Promise<T> {
  const tried: string[] = [];
  for (const [route, take] of Object.entries(routes)) {
    try {
      const found = await take();
      if (found !== undefined) return found;
    } catch (error) {
      const reason = reasonOf(error);
      say(`${name}: ${route} does not work here: ${reason}`);
      tried.push(`${route}: ${reason}`);
    }
  }
  throw new SetupFailed(`${name}: no way to get it works here (${tried.join('; ')}). ${remedy}`);
}

/** One line that says why. What fetch throws hides the reason in its causes. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.message === 'fetch failed') return reasonOf(error.cause);
  return (error.message || error.name).replace(/\s*\n\s*/g, ' ').trim();
}
