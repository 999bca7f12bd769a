/** The loss is no number any more: the learning rate is too high for this model. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';

  constructor(step: number, learningRate: number) {
    super(
      `the loss of step ${step} is not finite; retry with a learning rate below ${Number(learningRate.toPrecision(2))}`,
    );
  }
}

/** Not even one example at a time fits into memory. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';

  constructor(cause: unknown) {
    super(
      'the memory does not suffice to train this model on one example at a time; take a smaller model, or lower maxInputTokens and maxTargetTokens',
      { cause },
    );
  }
}

/** Whether TensorFlow failed because it could not allocate: status 8 is RESOURCE_EXHAUSTED. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && /Invalid TF_Status: 8\b|OOM when allocating|bad_alloc/.test(error.message);
