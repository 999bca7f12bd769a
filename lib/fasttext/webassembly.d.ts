/** The part of WebAssembly's JavaScript interface that the kernels use: only TypeScript's browser library declares it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory }; kernels: { columns: number } });
    readonly exports: Record<string, unknown>;
  }
}
