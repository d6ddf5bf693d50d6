/** The smallest value that at least a share `q` of all values do not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The parts of a figure that tell how values spread. */
export function spread(values: readonly number[]): { value: number; p95: number; worst: number } {
  return { value: median(values), p95: quantile(values, 0.95), worst: Math.max(...values) };
}

/** Rise of the line of least squares through the points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const variance = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}
