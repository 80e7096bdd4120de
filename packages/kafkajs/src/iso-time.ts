// The wall clock as people and log files write it. Exact for all years after 1970.

import type { Clock } from '@samsa/world'

const dayMs = 86_400_000

/** The wall clock as ISO 8601 in UTC. */
export function isoTime(clock: Clock): string {
  const ms = clock.now()
  const two = (value: number, digits = 2): string => String(value).padStart(digits, '0')
  const ofDay = ms % dayMs
  const time = [3_600_000, 60_000, 1000].map((unit, i) => {
    return two(Math.floor(ofDay / unit) % (i === 0 ? 24 : 60))
  })
  const { year, month, day } = civil(Math.floor(ms / dayMs))
  return `${year}-${two(month)}-${two(day)}T${time.join(':')}.${two(ofDay % 1000, 3)}Z`
}

/** The date of a number of days since 1970: years begin in March here, so that the leap day is a year's last. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}
