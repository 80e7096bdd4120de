/** Prints the codec benchmark as a table. */

import { benchMessages } from './messages.ts'

const rows = await benchMessages()
console.log('message'.padEnd(32), 'ours ns'.padStart(10), 'by hand ns'.padStart(10), ' ratio')
for (const { name, oursNs, referenceNs, ratio } of rows) {
  const columns = [oursNs, referenceNs].map((ns) => ns.toFixed(0).padStart(10))
  console.log(name.padEnd(32), ...columns, ratio.toFixed(2).padStart(6))
}
