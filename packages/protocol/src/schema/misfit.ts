/**
 * What compiled code throws when bytes or a value do not fit: no more than that, the interpreter
 * tells the rest.
 */
export const MISFIT: { readonly misfit: true } = { misfit: true }
