/** The period before or after one of the same length. */
export function shifted(period: string, by: 1 | -1): string | null {
  const year = /^(\d{4})$/.exec(period);
  if (year) return String(Number(year[1]) + by);
  const quarter = /^(\d{4})Q([1-4])$/.exec(period);
  if (quarter) {
    const number = Number(quarter[1]) * 4 + Number(quarter[2]) - 1 + by;
    return `${Math.floor(number / 4)}Q${(number % 4) + 1}`;
  }
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  if (month) {
    const number = Number(month[1]) * 12 + Number(month[2]) - 1 + by;
    return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;
  }
  return null;
}
