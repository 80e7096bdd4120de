// Heavy work off the event loop. The real world runs it in worker threads; the simulated world runs the same function
// inline, so a task may use nothing but its input and the module it lives in.

/** A function that can run elsewhere, named by the module that exports it. */
export interface Task<Input, Output> {
  /** URL of the module, `import.meta.url` of the file that declares the task. */
  readonly module: string
  /** Name under which the module exports the function `(input, disk) => Output | Promise<Output>`. */
  readonly name: string
  /** Never set: carries the types. */
  readonly types?: (input: Input) => Output
}

/** Runs tasks. Inputs and outputs must survive structured cloning: a `Buffer` arrives as a plain `Uint8Array`. */
export interface Workers {
  /** `transfer` names buffers of `input` whose memory moves to the worker; the caller may not touch them again. */
  run<Input, Output>(
    task: Task<Input, Output>,
    input: Input,
    transfer?: readonly ArrayBuffer[],
  ): Promise<Output>
  /** Ends all workers; tasks that still run are rejected. */
  close(): Promise<void>
}
