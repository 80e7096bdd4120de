/** A stock exchange on Kafka: sources, analysts, a board, an audit. A worked example of the client. */
export { demo, type DemoOptions } from './demo.ts'
export { analysts, sources } from './roles.ts'
