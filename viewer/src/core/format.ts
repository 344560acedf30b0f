/** 1234.5 -> 1,235. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share in words: 0.76 %, 4.4 %, 36 %. */
export function percent(share: number): string {
  const value = 100 * share;
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0 %";
  return `${value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0)} %`;
}

/** Time of day at a second of the run, UTC. */
export function clockOf(start: string): (t: number) => string {
  const begin = Date.parse(start);
  return (t) => new Date(begin + Math.round(t) * 1000).toISOString().slice(11, 19);
}

/** 200 -> 3 min 20 s. */
export function duration(t: number): string {
  const whole = Math.round(t), minutes = Math.floor(whole / 60), rest = whole % 60;
  return minutes < 2 ? `${whole} s` : `${minutes} min${rest ? ` ${String(rest).padStart(2, "0")} s` : ""}`;
}
