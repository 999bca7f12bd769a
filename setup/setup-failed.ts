/** A way to get a native part that was tried, and why it did not work. */
export interface FailedRoute {
  route: string;
  reason: string;
}

/** None of the ways to get a native part works on this machine. The message names each, why it failed, and the remedy. */
export class SetupFailed extends Error {
  override readonly name = 'SetupFailed';
  /** What is missing: `TensorFlow binding`. */
  readonly part: string;
  readonly tried: readonly FailedRoute[];

  /**
   * @param part what is missing
   * @param tried the routes in their order
   * @param remedy what the user can do about it
   */
  constructor(part: string, tried: readonly FailedRoute[], remedy: string) {
    const routes = tried.map(({ route, reason }) => `${route}: ${reason}`).join('; ');
    super(`${part}: no way to get it works here (${routes}). ${remedy}`);
    this.part = part;
    this.tried = tried;
  }
}
