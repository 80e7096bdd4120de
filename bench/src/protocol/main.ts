/** Prints the benchmark of the message codecs as a table. */

import { tableOf } from '../table.ts'
import { benchMessages } from './messages.ts'

console.log(tableOf(await benchMessages()))
