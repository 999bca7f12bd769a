/** A model that the hub does not give. The message says which, why and what to do. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
  /** Whether trying again later can help: the network, a hub that is overloaded or down. Not a wrong id. */
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}
