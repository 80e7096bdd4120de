export { type ContractCase, type ContractSubject, contractCases } from './cases.ts'
export { Model, type ModelNode } from './model.ts'
export { randomOperations } from './random-operations.ts'
export { runRandomProgram } from './random-program.ts'
