// Loaded before a program: whoever imports kafkajs gets our face of it. That is the changed import.

import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    return next(specifier === 'kafkajs' ? '@samsa/kafkajs' : specifier, context)
  },
})
