/**
 * kafkajs's classes over the Samsa client: a program written for kafkajs runs on it when its import is changed, be it of
 * names or of the whole module.
 */
export * from './face.ts'
export * as default from './face.ts'
