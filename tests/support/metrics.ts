/** The value of one series in Prometheus' text format. NaN when there is none. */
export function metricValue(text: string, series: string): number {
  const line = text.split('\n').find((entry) => entry.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}
